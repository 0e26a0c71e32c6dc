"""Caches slow counts for a day, with the time at which they were computed.

Only numbers are cached: texts may contain personal data.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from dossiers.figures import Scope
from dossiers.reports.registry import REPORTS
from dossiers.reports.waiting import count_missing_requirements

# Seconds; faster counts are not cached. The limit of the dashboard's count is lower, because it is opened all day.
QUICK = {"waits": 0.05, "report": 0.2}
TIMES = 60  # a count that took n seconds is valid for n * TIMES seconds
AT_MOST = timedelta(minutes=15)
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class CachedCount:
    """A count, the time at which it was computed (None: just now), and the time until which it is valid."""

    value: Any
    counted_at: datetime | None = None
    good_until: datetime | None = None

    @property
    def is_old(self) -> bool:
        return self.good_until is not None and self.good_until < timezone.now()


def get_report_key(report: str, scope: Scope) -> str:
    return f"report:{report}:{scope.code}"


def get_waiting_key(day: date) -> str:
    return f"waits:{day}"


def count(name: str) -> Any:
    """Compute the report or the missing requirements of this name; raises ValueError on an unknown name."""
    kind, _colon, rest = name.partition(":")
    if kind == "waits":
        return count_missing_requirements(date.fromisoformat(rest))
    report, _colon, code = rest.partition(":")
    if kind != "report" or report not in REPORTS:
        raise ValueError(f"nothing is counted under {name}")
    return REPORTS[report].build(Scope.read(code))


def get_cached(name: str) -> CachedCount | None:
    """Return the cached count of this name, or None."""
    cached: CachedCount | None = cache.get(_key(name))
    return cached


def count_and_cache(name: str) -> CachedCount:
    begin = perf_counter()
    value = count(name)
    took = perf_counter() - begin
    if took > QUICK[name.partition(":")[0]]:
        now = timezone.now()
        good = min(timedelta(seconds=took * TIMES), AT_MOST)
        cache.set(_key(name), CachedCount(value, now, now + good), KEPT.total_seconds())
    else:
        cache.delete(_key(name))
    return CachedCount(value)


def warm_cache() -> None:
    """Compute the counts that pages show by default, so that no user has to wait for them."""
    today = timezone.localdate()
    names = [get_report_key(name, Scope(end=today)) for name, report in REPORTS.items() if not report.has_texts]
    for name in [get_waiting_key(today), *names]:
        count_and_cache(name)


def _key(name: str) -> str:
    return f"remembered:{name}"
