"""The best of many, in a fixed number of queries: all are read as plain values and compared, only the best become
records. Memory does not grow with how many there are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from heapq import nsmallest
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import CharField, Model, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from dossiers.matching.comparison import Candidate, Comparing, Comparison, Offer
from dossiers.matching.weights import FITS_FROM
from dossiers.models import Dossier, EmployerInterest, Placement, Step

BATCH = 2_000
BEST = 20

# As Candidate and Offer have them; languages as the text that is stored, which is taken apart once for each.
DOSSIER_VALUES = ("dutch_level", Cast("languages", CharField()), "hours_per_week", "available_from", "transport")
INTEREST_VALUES = (
    *("employer__sector__name", "dutch_level_required", Cast("working_languages", CharField()), "hours_per_week"),
    *("start_date", "end_date", "transport_offered"),
)


@dataclass(frozen=True)
class Match:
    """A record that fits, how well, and the placement that these two had before, if they had one."""

    record: Any  # a Dossier or an EmployerInterest
    comparison: Comparison
    earlier: Placement | None


@dataclass(frozen=True)
class Found:
    """The best, and how many there are: that fit, that were compared, and that have an open placement already."""

    matches: list[Match]
    fitting: int
    compared: int
    placed: int


def fitting_offers(dossier: Dossier, user: Any, limit: int = BEST, day: date | None = None) -> Found:
    """The offers that fit a candidate best, of those that the user may see. Equal points: the oldest offer first."""
    day = day or timezone.localdate()
    visible = EmployerInterest.objects.visible_to(user)
    placements = _Placements(dossier.placements.all(), "interest_id", user)
    names = tuple(sorted(dossier.sectors.values_list("name", flat=True)))
    candidate, comparing = _candidate(dossier, names), Comparing(day)
    offers = ((key, comparing.score(candidate, offer)) for key, offer in _offers(visible.open_to_proposals(day)))
    best = _Best(offers, placements.open, limit)
    records = visible.select_related("employer__sector").with_places_taken().in_bulk(best.keys)
    return best.found(records, placements.ended, lambda interest: comparing.compare(candidate, _offer(interest)))


def fitting_candidates(interest: EmployerInterest, user: Any, limit: int = BEST, day: date | None = None) -> Found:
    """The candidates that fit an offer best, of those that the user may see. Equal points: who was registered first."""
    day = day or timezone.localdate()
    visible = Dossier.objects.visible_to(user)
    placements = _Placements(interest.placements.all(), "dossier_id", user)
    offer, comparing = _offer(interest), Comparing(day)
    candidates = ((key, comparing.score(candidate, offer)) for key, candidate in _candidates(visible.seeking_work()))
    best = _Best(candidates, placements.open, limit)
    records = visible.prefetch_related("sectors").in_bulk(best.keys)
    return best.found(
        records,
        placements.ended,
        lambda dossier: comparing.compare(
            _candidate(dossier, tuple(sector.name for sector in dossier.sectors.all())), offer
        ),
    )


class _Placements:
    """What these two sides have or had together, by the key of the other side."""

    def __init__(self, placements: Any, other: str, user: Any) -> None:
        self.open: set[int] = set()
        self.ended: dict[int, Placement] = {}
        may_see = user.has_perm("dossiers.view_placement")
        for placement in placements.select_related("end_reason").order_by("ended_on", "pk"):
            key = getattr(placement, other)
            if placement.status != Step.ENDED:
                self.open.add(key)
            elif may_see:
                self.ended[key] = placement  # the last one stays


class _Best:
    """Goes through all (key, points) once, and keeps the keys of the best."""

    def __init__(self, scored: Iterable[tuple[int, int]], placed: set[int], limit: int) -> None:
        self.fitting = self.compared = self.placed = 0
        self._going_on = placed
        self.keys = [key for _points, key in nsmallest(limit, self._that_fit(scored))]

    def _that_fit(self, scored: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        for key, points in scored:
            if key in self._going_on:
                self.placed += 1
                continue
            self.compared += 1
            if points >= FITS_FROM:
                self.fitting += 1
                yield -points, key

    def found(
        self, records: dict[int, Any], ended: dict[int, Placement], compare: Callable[[Any], Comparison]
    ) -> Found:
        matches = [Match(records[key], compare(records[key]), ended.get(key)) for key in self.keys if key in records]
        return Found(matches, self.fitting, self.compared, self.placed)


def _candidate(dossier: Dossier, sectors: tuple[str, ...]) -> Candidate:
    return Candidate(
        sectors,
        dossier.dutch_level,
        tuple(dossier.languages),
        dossier.hours_per_week,
        dossier.available_from,
        dossier.transport,
    )


def _offer(interest: EmployerInterest) -> Offer:
    sector = interest.employer.sector if interest.employer else None
    return Offer(
        sector.name if sector else "",
        interest.dutch_level_required,
        tuple(interest.working_languages),
        interest.hours_per_week,
        interest.start_date,
        interest.end_date,
        interest.transport_offered,
    )


@lru_cache(1_024)
def _codes(stored: str) -> tuple[str, ...]:
    return tuple(filter(None, stored.split(",")))


def _offers(interests: QuerySet[EmployerInterest]) -> Iterator[tuple[int, Offer]]:
    rows = interests.order_by("pk").values_list("pk", *INTEREST_VALUES)
    for key, sector, level, languages, *rest in rows.iterator(BATCH):
        yield key, Offer(sector or "", level, _codes(languages), *rest)


def _candidates(dossiers: QuerySet[Dossier]) -> Iterator[tuple[int, Candidate]]:
    """Two streams in the order of their keys, the people and their sectors, read beside each other."""
    through: type[Model] = Dossier.sectors.through
    pairs = through._default_manager.order_by("dossier_id", "sector__name").values_list("dossier_id", "sector__name")
    groups = groupby(pairs.iterator(BATCH), key=itemgetter(0))
    of, names = next(groups, (None, iter(())))
    for key, level, languages, *rest in dossiers.order_by("pk").values_list("pk", *DOSSIER_VALUES).iterator(BATCH):
        while of is not None and of < key:
            of, names = next(groups, (None, iter(())))
        sectors = tuple(name for _key, name in names) if of == key else ()
        yield key, Candidate(sectors, level, _codes(languages), *rest)
