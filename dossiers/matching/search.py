"""Finds the best matches in a fixed number of queries.

All candidates are streamed as plain values and compared; only the best are loaded as records. So memory use does not
grow with their number.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from heapq import heappush, heappushpop
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import CharField, Model, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from dossiers.matching.comparison import Candidate, Comparer, Comparison, Offer
from dossiers.matching.weights import FITS_FROM
from dossiers.models import Dossier, EmployerInterest, Placement, Step

BATCH = 2_000
MAX_MATCHES = 20

# In the order of the fields of Candidate and Offer; languages as stored text, which is split once for each value.
DOSSIER_VALUES = ("dutch_level", Cast("languages", CharField()), "hours_per_week", "available_from", "transport")
INTEREST_VALUES = (
    *("employer__sector__name", "dutch_level_required", Cast("working_languages", CharField()), "hours_per_week"),
    *("start_date", "end_date", "transport_offered"),
)


@dataclass(frozen=True)
class Match:
    """A matching record, its comparison, and an ended placement of the same pair, if there is one."""

    record: Any  # a Dossier or an EmployerInterest
    comparison: Comparison
    earlier: Placement | None


@dataclass(frozen=True)
class SearchResult:
    """The best matches, and the numbers that fit, that were compared, and that have an open placement already."""

    matches: list[Match]
    fitting: int
    compared: int
    placed: int


def find_offers(dossier: Dossier, user: Any, limit: int = MAX_MATCHES, day: date | None = None) -> SearchResult:
    """Find the best offers for a candidate among those that the user may see; with equal points the oldest first."""
    day = day or timezone.localdate()
    visible = EmployerInterest.objects.visible_to(user)
    placements = _Placements(dossier.placements.all(), "interest_id", user)
    names = tuple(sorted(dossier.sectors.values_list("name", flat=True)))
    candidate, comparing = _build_candidate(dossier, names), Comparer(day)
    rows = visible.open_to_proposals(day).order_by("pk").values_list("pk", *INTEREST_VALUES)
    offers = (
        (key, comparing.score(candidate, Offer(sector or "", level, _split_codes(languages), *rest)))
        for key, sector, level, languages, *rest in rows.iterator(BATCH)
    )
    records = visible.select_related("employer__sector").with_places_taken()
    return _find_best(
        offers, placements, limit, records, lambda interest: comparing.compare(candidate, _build_offer(interest))
    )


def find_candidates(
    interest: EmployerInterest, user: Any, limit: int = MAX_MATCHES, day: date | None = None
) -> SearchResult:
    """Find the best candidates for an offer among those that the user may see; with equal points the oldest first."""
    day = day or timezone.localdate()
    visible = Dossier.objects.visible_to(user)
    placements = _Placements(interest.placements.all(), "dossier_id", user)
    offer, comparing = _build_offer(interest), Comparer(day)
    candidates = (
        (key, comparing.score(candidate, offer)) for key, candidate in _iterate_candidates(visible.seeking_work())
    )
    return _find_best(
        candidates,
        placements,
        limit,
        visible.prefetch_related("sectors"),
        lambda dossier: comparing.compare(
            _build_candidate(dossier, tuple(sector.name for sector in dossier.sectors.all())), offer
        ),
    )


class _Placements:
    """The open and ended placements of a record, by the key of the other side."""

    def __init__(self, placements: Any, other: str, user: Any) -> None:
        self.open: set[int] = set()
        self.ended: dict[int, Placement] = {}
        may_see = user.has_perm("dossiers.view_placement")
        for placement in placements.select_related("end_reason").order_by("ended_on", "pk"):
            key = getattr(placement, other)
            if placement.status != Step.ENDED:
                self.open.add(key)
            elif may_see:
                self.ended[key] = placement  # the latest one overwrites the others


def _find_best(
    scored: Iterable[tuple[int, int]],
    placements: _Placements,
    limit: int,
    records: QuerySet[Any],
    compare: Callable[[Any], Comparison],
) -> SearchResult:
    """Read all (key, points) once, and load only the records of the best, which `compare` gives their reasons."""
    fitting = compared = placed = 0
    best: list[tuple[int, int]] = []  # a heap, the worst match first
    for key, points in scored:
        if key in placements.open:
            placed += 1
            continue
        compared += 1
        if points >= FITS_FROM:
            fitting += 1
            if len(best) < limit:
                heappush(best, (points, -key))
            else:
                heappushpop(best, (points, -key))
    keys = [-key for _points, key in sorted(best, reverse=True)]
    by_key = records.in_bulk(keys)
    matches = [Match(by_key[key], compare(by_key[key]), placements.ended.get(key)) for key in keys if key in by_key]
    return SearchResult(matches, fitting, compared, placed)


def _build_candidate(dossier: Dossier, sectors: tuple[str, ...]) -> Candidate:
    return Candidate(
        sectors,
        dossier.dutch_level,
        tuple(dossier.languages),
        dossier.hours_per_week,
        dossier.available_from,
        dossier.transport,
    )


def _build_offer(interest: EmployerInterest) -> Offer:
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
def _split_codes(stored: str) -> tuple[str, ...]:
    return tuple(filter(None, stored.split(",")))


def _iterate_candidates(dossiers: QuerySet[Dossier]) -> Iterator[tuple[int, Candidate]]:
    """Yield the candidates by merging two streams sorted by key: dossiers, and their sectors."""
    through: type[Model] = Dossier.sectors.through
    pairs = through._default_manager.order_by("dossier_id", "sector__name").values_list("dossier_id", "sector__name")
    groups = groupby(pairs.iterator(BATCH), key=itemgetter(0))
    dossier_key, names = next(groups, (None, iter(())))
    for key, level, languages, *rest in dossiers.order_by("pk").values_list("pk", *DOSSIER_VALUES).iterator(BATCH):
        while dossier_key is not None and dossier_key < key:
            dossier_key, names = next(groups, (None, iter(())))
        sectors = tuple(name for _key, name in names) if dossier_key == key else ()
        yield key, Candidate(sectors, level, _split_codes(languages), *rest)
