"""The current version of the pages, shared by all processes; each process reads it at most once a second."""

import secrets
import time
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

SHARED = "page_cache.version"
READ_EVERY = 1.0  # seconds during which a process may serve outdated pages


@dataclass(frozen=True)
class Version:
    """A version of the pages; cached pages of another version or another day are not served."""

    name: str
    day: date  # facts with a date come into force at midnight
    since: int  # seconds since 1970; no page has changed after it


def pages_changed() -> None:
    """Start a new version when the transaction is committed; call this after changing data that pages show."""
    transaction.on_commit(lambda: cache.set(SHARED, _create_name(), timeout=None))


def _create_name() -> str:
    """Return a new name: the current time in seconds and a random part."""
    return f"{time.time():.0f}-{secrets.token_hex(8)}"


def read_current_version() -> Version:
    """Return the current version, with a new name if the cache has none."""
    name = cache.get(SHARED)
    if name is None:
        cache.add(SHARED, _create_name(), timeout=None)
        name = cache.get(SHARED)
    name, day = str(name), timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    since = max(int(name.partition("-")[0]), int(midnight.timestamp()))
    return Version(name, day, since)


class CachedVersion:
    """The version that this process read last."""

    def __init__(self) -> None:
        self.version: Version | None = None
        self.read_at = 0.0

    def current(self) -> Version:
        if self.version is None or time.monotonic() >= self.read_at:
            self.read_at = time.monotonic() + READ_EVERY  # set first, so that other threads do not read it too
            self.version = read_current_version()
        return self.version
