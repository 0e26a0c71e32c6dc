"""Django's file-based cache with an atomic `add` and `incr`, so that several processes can count in it.

Django's own methods read and write without a lock, so that two simultaneous calls count as one, and its `incr` resets
the expiry time of the entry.
"""

import pickle
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks


class AtomicFileCache(FileBasedCache):
    _key_to_file: Any  # django-stubs lacks these five
    _createdir: Any
    _dir: str
    _list_cache_files: Any
    _is_expired: Any

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with self._lock():
            return bool(super().add(key, value, timeout, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add `delta` without changing the expiry time; raise ValueError if the key does not exist."""
        with self._lock(), suppress(FileNotFoundError), Path(self._key_to_file(key, version)).open("rb") as file:
            expires_at = pickle.load(file)  # noqa: S301  (Django's format, in a private folder)
            left = None if expires_at is None else expires_at - time.time()
            if left is None or left > 0:
                value = pickle.loads(zlib.decompress(file.read())) + delta  # noqa: S301
                self.set(key, value, left, version)
                return int(value)
        raise ValueError(f"Key '{key}' not found")

    def delete_expired(self) -> None:
        """Delete the files of expired entries, which Django leaves until they are asked for."""
        for name in self._list_cache_files():
            with suppress(FileNotFoundError), Path(name).open("rb") as file:
                self._is_expired(file)  # deletes it

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold a lock that excludes all other threads and processes of this machine."""
        self._createdir()
        with (Path(self._dir) / "lock").open("w") as file:
            locks.lock(file, locks.LOCK_EX)
            yield  # closing the file releases the lock


def delete_expired_entries(**_signal: Any) -> list[str]:
    """Receiver of `expired_data_due`: delete what expired, such as unsent sign-ups; Redis does so itself."""
    cache = caches["default"]
    files = cache if isinstance(cache, AtomicFileCache) else getattr(cache, "files", None)
    if files is not None:
        files.delete_expired()
    return []
