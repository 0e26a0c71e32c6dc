"""One candidate beside one offer: points, and reasons for and against in words."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from dossiers.matching import rules
from dossiers.matching.rules import Judgement, Reason, Way

REMEMBERED = 4_096
"""Pairs of values that a rule keeps its answer of: there are few different ones, and memory stays flat."""


class Candidate(NamedTuple):
    """All of a dossier that is compared."""

    sectors: tuple[str, ...] = ()  # by name
    dutch_level: str = ""
    languages: tuple[str, ...] = ()
    hours_per_week: int | None = None
    available_from: date | None = None
    transport: str = ""


class Offer(NamedTuple):
    """All of an employer's interest that is compared."""

    sector: str = ""
    dutch_level_required: str = ""
    working_languages: tuple[str, ...] = ()
    hours_per_week: int | None = None
    start_date: date | None = None
    end_date: date | None = None
    transport_offered: bool | None = None


@dataclass(frozen=True)
class Comparison:
    """Points as `weights` gives them, and every reason, what counts most first."""

    score: int
    reasons: tuple[Reason, ...]

    def of(self, way: Way) -> list[Reason]:
        return [reason for reason in self.reasons if reason.way == way]


class Comparing:
    """Compares many pairs on one day: a rule is asked once for each pair of values, not for each pair of records."""

    def __init__(self, day: date) -> None:
        self.day = day
        cached = lru_cache(REMEMBERED)
        self.sector, self.language, self.hours = cached(rules.sector), cached(rules.language), cached(rules.hours)
        self.start, self.transport = cached(rules.start), cached(rules.transport)

    def judgements(self, candidate: Candidate, offer: Offer) -> tuple[Judgement, ...]:
        sectors, level, spoken, able, available, own = candidate
        offered, asked, working, hours, begins, ends, arranged = offer
        return (
            self.sector(sectors, offered),
            self.language(level, spoken, asked, working),
            self.hours(able, hours),
            self.start(available, begins, ends, self.day),
            self.transport(own, arranged),
        )

    def score(self, candidate: Candidate, offer: Offer) -> int:
        # Faster than `sum` over the five: this runs for every pair.
        first, second, third, fourth, fifth = self.judgements(candidate, offer)
        return first.points + second.points + third.points + fourth.points + fifth.points

    def compare(self, candidate: Candidate, offer: Offer) -> Comparison:
        judged = self.judgements(candidate, offer)
        reasons = tuple(reason for judgement in judged for reason in judgement.reasons)
        return Comparison(sum(judgement.points for judgement in judged), reasons)


def compare(candidate: Candidate, offer: Offer, day: date) -> Comparison:
    """One pair, as known on `day`."""
    return Comparing(day).compare(candidate, offer)
