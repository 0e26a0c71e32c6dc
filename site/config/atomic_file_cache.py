"""Django's cache of files, in which processes can count together: its own `add` and `incr` read first and write later,
so that two at a time count one, and its `incr` forgets when the entry ends."""

import pickle
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks


class AtomicFileCache(FileBasedCache):
    _key_to_file: Any  # django-stubs knows none of these
    _createdir: Any
    _dir: str

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with self._alone():
            return bool(super().add(key, value, timeout, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Ends when it was to end; raises ValueError for what is not there, as other caches do."""
        with self._alone():
            ends, value = self._entry(key, version)
            self.set(key, value + delta, None if ends is None else ends - time.time(), version)
        return int(value + delta)

    def _entry(self, key: str, version: int | None) -> tuple[float | None, Any]:
        try:
            with Path(self._key_to_file(key, version)).open("rb") as file:
                ends = pickle.load(file)  # noqa: S301  (how Django writes it, where nobody else writes)
                if ends is None or ends > time.time():
                    return ends, pickle.loads(zlib.decompress(file.read()))  # noqa: S301
        except FileNotFoundError:
            pass
        raise ValueError(f"Key '{key}' not found")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time, of all threads and processes of this machine."""
        self._createdir()
        with (Path(self._dir) / "lock").open("w") as file:
            locks.lock(file, locks.LOCK_EX)
            yield  # closing the file lets go
