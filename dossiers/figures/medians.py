"""Medians of days, exact, from one query that brings a row for each number of days and not for each record."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, QuerySet

DAY = timedelta(days=1)
HALF = Decimal("0.5")


def spread(records: QuerySet, begin: Any, end: Any) -> dict[int, int]:
    """{days from the one date to the other: how many records}, in order."""
    counts: dict[int, int] = {}
    for took, many in _counted(records, begin, end).values_list("took", "many"):
        counts[took // DAY] = counts.get(took // DAY, 0) + many
    return counts


def spread_by(records: QuerySet, begin: Any, end: Any, part: str) -> dict[Any, dict[int, int]]:
    """The same for each value of a field: {value: {days: how many records}}."""
    counts: dict[Any, dict[int, int]] = {}
    for key, took, many in _counted(records, begin, end, part).values_list(part, "took", "many"):
        of_key = counts.setdefault(key, {})
        of_key[took // DAY] = of_key.get(took // DAY, 0) + many
    return counts


def _counted(records: QuerySet, begin: Any, end: Any, *parts: str) -> QuerySet:
    took = ExpressionWrapper(end - begin, output_field=DurationField())
    return records.order_by().annotate(took=took).values(*parts, "took").annotate(many=Count("pk")).order_by("took")


def at(share: Decimal, counts: dict[int, int]) -> Decimal | None:
    """The number of days that this share of the records took at most, half a day between two; None without records."""
    last = sum(counts.values()) - 1
    if last < 0:
        return None
    place = share * last
    lower, upper = _nth(counts, int(place)), _nth(counts, int(place) + (place % 1 > 0))
    return lower + (upper - lower) * (place % 1)


def _nth(counts: dict[int, int], place: int) -> Decimal:
    seen = 0
    for days, many in counts.items():
        seen += many
        if seen > place:
            return Decimal(days)
    raise IndexError(place)


def median_days(records: QuerySet, begin: Any, end: Any) -> Decimal | None:
    return at(HALF, spread(records, begin, end))
