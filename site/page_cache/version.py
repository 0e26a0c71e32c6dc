"""Which version of the pages is the present one; all processes share it, and each asks for it once a second at most."""

import secrets
import time
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

SHARED = "page_cache.version"
ASK_EVERY = 1.0  # seconds; so long may a page be told as it was before somebody changed it


@dataclass(frozen=True)
class Version:
    """Pages that were made for another version, or on another day, are not shown any more."""

    name: str
    day: date  # rules come into force with the day
    since: int  # seconds since 1970: nothing on any page has changed after it


def pages_changed() -> None:
    """Call it after changing anything that a page may show; it counts from the end of the transaction."""
    transaction.on_commit(lambda: cache.set(SHARED, _new(), timeout=None))


def _new() -> str:
    """Its time, and something that makes it another one than any other of that time."""
    return f"{time.time():.0f}-{secrets.token_hex(8)}"


def _shared() -> str:
    """The version's name; a new one where the cache lost it."""
    version = cache.get(SHARED)
    if version is None:
        cache.add(SHARED, _new(), timeout=None)
        version = cache.get(SHARED)
    return str(version)


def ask() -> Version:
    """The version as it is now."""
    name, day = _shared(), timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    since = max(int(name.partition("-")[0]), int(midnight.timestamp()))
    return Version(name, day, since)


class Known:
    """The version as this process heard it last."""

    def __init__(self) -> None:
        self.version: Version | None = None
        self.ask_at = 0.0

    def current(self) -> Version:
        if self.version is None or time.monotonic() >= self.ask_at:
            self.ask_at = time.monotonic() + ASK_EVERY  # before asking: the other threads go on meanwhile
            self.version = ask()
        return self.version
