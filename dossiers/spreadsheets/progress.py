"""How far long work is, through the cache that web and worker share: from inside a transaction nobody would see it."""

from dataclasses import dataclass
from time import monotonic

from django.core.cache import cache

EVERY = 0.3  # seconds between two reports
KEPT = 24 * 3600


@dataclass(frozen=True)
class ProgressState:
    done: int
    total: int | None


class Progress:
    """The rows of an import, or of other `work` on a list, that are done, of how many when that is known."""

    def __init__(self, run_id: int, work: str = "import") -> None:
        self.key, self.last = f"{work}-progress-{run_id}", 0.0

    def report(self, done: int, total: int | None = None) -> None:
        now = monotonic()
        if now - self.last >= EVERY or done == total:
            self.last = now
            cache.set(self.key, (done, total), KEPT)

    def read(self) -> ProgressState | None:
        state = cache.get(self.key)
        return ProgressState(*state) if state else None

    def ask_to_stop(self) -> None:
        cache.set(f"{self.key}-stop", True, KEPT)

    def must_stop(self) -> bool:
        return bool(cache.get(f"{self.key}-stop"))

    def forget(self) -> None:
        cache.delete_many([self.key, f"{self.key}-stop"])
