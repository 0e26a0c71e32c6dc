"""The progress of a background task, in the cache, since other processes can't read what a transaction has written."""

from dataclasses import dataclass
from time import monotonic
from typing import Self

from django.core.cache import cache
from django.db.models import Model

REPORT_INTERVAL = 0.3  # least number of seconds between two reports
CACHE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class ProgressState:
    done: int
    total: int | None


class Progress:
    """The number of records that the work on an import, a bulk change or an export has finished, and the total."""

    def __init__(self, key: str) -> None:
        self.key, self.last = key, 0.0

    @classmethod
    def of(cls, work: Model) -> Self:
        return cls(f"progress-{work._meta.model_name}-{work.pk}")

    def report(self, done: int, total: int | None = None) -> None:
        now = monotonic()
        if now - self.last >= REPORT_INTERVAL or done == total:
            self.last = now
            cache.set(self.key, (done, total), CACHE_SECONDS)

    def read(self) -> ProgressState | None:
        state = cache.get(self.key)
        return ProgressState(*state) if state else None

    def ask_to_stop(self) -> None:
        cache.set(f"{self.key}-stop", True, CACHE_SECONDS)

    def must_stop(self) -> bool:
        return bool(cache.get(f"{self.key}-stop"))

    def forget(self) -> None:
        cache.delete_many([self.key, f"{self.key}-stop"])
