"""The progress of a background task, in the cache, since other processes can't read what a transaction has written."""

from dataclasses import dataclass
from time import monotonic

from django.core.cache import cache

REPORT_INTERVAL = 0.3  # least number of seconds between two reports
CACHE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class ProgressState:
    done: int
    total: int | None


class Progress:
    """The number of finished rows of an import, or of other `work`, and the total if it is known."""

    def __init__(self, run_id: int, work: str = "import") -> None:
        self.key, self.last = f"{work}-progress-{run_id}", 0.0

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
