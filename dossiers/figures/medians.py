"""Exact medians of days, from one query that returns a row for each number of days instead of each record."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, QuerySet

DAY = timedelta(days=1)
HALF = Decimal("0.5")


def count_by_days(records: QuerySet, begin: Any, end: Any) -> dict[int, int]:
    """Return {days between the two dates: number of records}, in ascending order."""
    counts: dict[int, int] = {}
    for took, many in _annotate_durations(records, begin, end).values_list("took", "many"):
        counts[took // DAY] = counts.get(took // DAY, 0) + many
    return counts


def count_by_part_and_days(records: QuerySet, begin: Any, end: Any, part: str) -> dict[Any, dict[int, int]]:
    """Return {value of the field `part`: {days between the two dates: number of records}}."""
    counts: dict[Any, dict[int, int]] = {}
    for key, took, many in _annotate_durations(records, begin, end, part).values_list(part, "took", "many"):
        of_key = counts.setdefault(key, {})
        of_key[took // DAY] = of_key.get(took // DAY, 0) + many
    return counts


def _annotate_durations(records: QuerySet, begin: Any, end: Any, *parts: str) -> QuerySet:
    took = ExpressionWrapper(end - begin, output_field=DurationField())
    return records.order_by().annotate(took=took).values(*parts, "took").annotate(many=Count("pk")).order_by("took")


def find_quantile(share: Decimal, counts: dict[int, int]) -> Decimal | None:
    """Return the quantile of the days (0.5 for the median), interpolated between two values; None without records."""
    last = sum(counts.values()) - 1
    if last < 0:
        return None
    place = share * last
    lower, upper = _find_nth(counts, int(place)), _find_nth(counts, int(place) + (place % 1 > 0))
    return lower + (upper - lower) * (place % 1)


def _find_nth(counts: dict[int, int], place: int) -> Decimal:
    seen = 0
    for days, many in counts.items():
        seen += many
        if seen > place:
            return Decimal(days)
    raise IndexError(place)


def median_days(records: QuerySet, begin: Any, end: Any) -> Decimal | None:
    return find_quantile(HALF, count_by_days(records, begin, end))
