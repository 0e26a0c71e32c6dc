"""Numbers that take long to count are kept for a while, and say of when they are.

Never texts: a cache is no place for what people wrote.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Generic, TypeVar

from django.core.cache import cache
from django.utils import timezone

QUICK = 0.2  # seconds; what takes no longer is counted each time
TIMES = 60  # kept for so many times as long as counting took
AT_MOST = 15 * 60  # seconds

T = TypeVar("T")


@dataclass(frozen=True)
class Remembered(Generic[T]):
    """What was counted, and the moment at which; None when it was just now."""

    value: T
    counted_at: datetime | None = None


def remembered(name: str, count: Callable[[], T], *, anew: bool = False) -> Remembered[T]:
    """What was counted under that name a while ago, for everybody who may see it; counted now when there is none such,
    or when it is asked `anew`."""
    key = f"counted:{name}"
    kept: Remembered[T] | None = None if anew else cache.get(key)
    if kept:
        return kept
    begin = perf_counter()
    value = count()
    took = perf_counter() - begin
    if took > QUICK:
        cache.set(key, Remembered(value, timezone.now()), min(took * TIMES, AT_MOST))
    else:
        cache.delete(key)
    return Remembered(value)
