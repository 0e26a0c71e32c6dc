"""Medians of days, exact, from one query that brings a row for each number of days and not for each record."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, QuerySet


def spread(records: QuerySet, begin: Any, end: Any) -> dict[int, int]:
    """{days from the one date to the other: how many records}, in order."""
    took = ExpressionWrapper(end - begin, output_field=DurationField())
    rows = records.order_by().annotate(took=took).values("took").annotate(many=Count("pk")).order_by("took")
    found: dict[int, int] = {}
    for took_one, many in rows.values_list("took", "many"):
        days = took_one // timedelta(days=1)
        found[days] = found.get(days, 0) + many
    return found


def at(share: Decimal, found: dict[int, int]) -> Decimal | None:
    """The number of days that this share of the records took at most, half a day between two; None without records."""
    last = sum(found.values()) - 1
    if last < 0:
        return None
    place = share * last
    lower, upper = _nth(found, int(place)), _nth(found, int(place) + (place % 1 > 0))
    return lower + (upper - lower) * (place % 1)


def _nth(found: dict[int, int], place: int) -> Decimal:
    seen = 0
    for days, many in found.items():
        seen += many
        if seen > place:
            return Decimal(days)
    raise IndexError(place)


HALF = Decimal("0.5")


def median_days(records: QuerySet, begin: Any, end: Any) -> Decimal | None:
    return at(HALF, spread(records, begin, end))
