"""Numbers that take long to count are kept for a day, and say of when they are.

Never texts: a cache is no place for what people wrote.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from dossiers.figures import Scope
from dossiers.reports.registry import REPORTS, WITH_TEXTS
from dossiers.reports.waiting import waiting

# Seconds; what takes no longer is counted each time. The desk, where the waits stand, is opened all day long.
QUICK = {"waits": 0.05, "report": 0.2}
TIMES = 60  # good for so many times as long as counting took
AT_MOST = timedelta(minutes=15)
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Remembered:
    """What was counted, the moment at which (None: just now), and until when that is good enough."""

    value: Any
    counted_at: datetime | None = None
    good_until: datetime | None = None

    @property
    def is_old(self) -> bool:
        return self.good_until is not None and self.good_until < timezone.now()


def name_of_report(report: str, scope: Scope) -> str:
    return f"report:{report}:{scope.code}"


def name_of_waits(day: date) -> str:
    return f"waits:{day}"


def count(name: str) -> Any:
    """A report's tables, or for what open dossiers wait on a day; raises ValueError for a name of neither."""
    kind, _colon, rest = name.partition(":")
    if kind == "waits":
        return waiting(date.fromisoformat(rest))
    report, _colon, code = rest.partition(":")
    if kind != "report" or report not in REPORTS:
        raise ValueError(f"nothing is counted under {name}")
    return REPORTS[report](Scope.read(code))


def kept(name: str) -> Remembered | None:
    """What was counted under that name before, for everybody who may see it."""
    cached: Remembered | None = cache.get(_key(name))
    return cached


def count_and_keep(name: str) -> Remembered:
    begin = perf_counter()
    value = count(name)
    took = perf_counter() - begin
    if took > QUICK[name.partition(":")[0]]:
        now = timezone.now()
        good = min(timedelta(seconds=took * TIMES), AT_MOST)
        cache.set(_key(name), Remembered(value, now, now + good), KEPT.total_seconds())
    else:
        cache.delete(_key(name))
    return Remembered(value)


def count_ahead() -> None:
    """Count what opens without asking for a period, so that nobody waits for it today."""
    today = timezone.localdate()
    names = [name_of_report(report, Scope(end=today)) for report in REPORTS if report not in WITH_TEXTS]
    for name in [name_of_waits(today), *names]:
        count_and_keep(name)


def _key(name: str) -> str:
    return f"remembered:{name}"
