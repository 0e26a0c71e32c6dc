"""Compares a candidate with an offer: points, and reasons for and against."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from dossiers.matching import rules
from dossiers.matching.rules import Judgement, Reason, Way

CACHE_SIZE = 4_096
"""Number of results cached for each rule: few distinct pairs of values occur, and memory use stays limited."""


class Candidate(NamedTuple):
    """The values of a dossier that are compared."""

    sectors: tuple[str, ...] = ()  # by name
    dutch_level: str = ""
    languages: tuple[str, ...] = ()
    hours_per_week: int | None = None
    available_from: date | None = None
    transport: str = ""


class Offer(NamedTuple):
    """The values of an employer's interest that are compared."""

    sector: str = ""
    dutch_level_required: str = ""
    working_languages: tuple[str, ...] = ()
    hours_per_week: int | None = None
    start_date: date | None = None
    end_date: date | None = None
    transport_offered: bool | None = None


@dataclass(frozen=True)
class Comparison:
    """The points (see `weights`) and all reasons, in the order of the aspects."""

    score: int
    reasons: tuple[Reason, ...]

    def of(self, way: Way) -> list[Reason]:
        return [reason for reason in self.reasons if reason.way == way]


class Comparer:
    """Compares many pairs on one day; the results of the rules are cached by value."""

    def __init__(self, day: date) -> None:
        self.day = day
        cached = lru_cache(CACHE_SIZE)
        self.sector, self.language, self.hours = cached(rules.sector), cached(rules.language), cached(rules.hours)
        self.start, self.transport = cached(rules.start), cached(rules.transport)

    def find_judgements(self, candidate: Candidate, offer: Offer) -> tuple[Judgement, ...]:
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
        # Faster than `sum` over the five, and it runs for every pair.
        first, second, third, fourth, fifth = self.find_judgements(candidate, offer)
        return first.points + second.points + third.points + fourth.points + fifth.points

    def compare(self, candidate: Candidate, offer: Offer) -> Comparison:
        judged = self.find_judgements(candidate, offer)
        reasons = tuple(reason for judgement in judged for reason in judgement.reasons)
        return Comparison(sum(judgement.points for judgement in judged), reasons)


def compare(candidate: Candidate, offer: Offer, day: date) -> Comparison:
    """Compare one pair on `day`."""
    return Comparer(day).compare(candidate, offer)
