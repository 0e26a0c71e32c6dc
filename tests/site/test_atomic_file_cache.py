"""Several processes can count in the file-based cache."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches

from config import atomic_file_cache
from config.atomic_file_cache import AtomicFileCache
from dossiers.signals import expired_data_due

COUNT = """
import sys
import time
from django.conf import settings
settings.configure()
from config.atomic_file_cache import AtomicFileCache
cache = AtomicFileCache(sys.argv[1], {})
for _ in range(50):
    cache.add("tries", 0, 60)
    cache.incr("tries")
"""


@pytest.fixture
def cache(tmp_path: Path) -> AtomicFileCache:
    return AtomicFileCache(str(tmp_path / "cache"), {})


def test_concurrent_processes_lose_no_increments(cache: AtomicFileCache) -> None:
    command = [sys.executable, "-c", COUNT, cache._dir]
    processes = [subprocess.Popen(command, env={"PYTHONPATH": ":".join(sys.path)}) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    assert cache.get("tries") == 200


def test_only_one_of_many_threads_adds_a_key(cache: AtomicFileCache) -> None:
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda number: cache.add("once", number, 60), range(40)))
    assert added.count(True) == 1


def test_incr_does_not_change_the_expiry_time(cache: AtomicFileCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.add("tries", 0, 3600)
    cache.incr("tries")
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 3590)
    assert cache.incr("tries") == 2
    monkeypatch.setattr("time.time", lambda: now + 3601)
    assert cache.get("tries") is None


def test_incr_does_not_set_an_expiry_time(cache: AtomicFileCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.set("tries", 1, None)
    cache.incr("tries", 4)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 10**8)
    assert cache.get("tries") == 5


def test_incr_refuses_a_missing_or_expired_key(cache: AtomicFileCache) -> None:
    with pytest.raises(ValueError, match="not found"):
        cache.incr("tries")
    cache.set("tries", 1, 0)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("tries")


def test_the_hourly_deletion_removes_the_files_of_expired_entries(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = {"default": {"BACKEND": "config.atomic_file_cache.AtomicFileCache", "LOCATION": str(tmp_path)}}
    caches["default"].set("draft", "a", 3600)
    caches["default"].set("kept", "b", None)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 3601)
    assert atomic_file_cache.delete_expired_entries() == []
    assert atomic_file_cache.delete_expired_entries in [
        receiver() for _key, receiver, *_rest in expired_data_due.receivers
    ]
    assert len(list(tmp_path.glob("*.djcache"))) == 1
    assert caches["default"].get("kept") == "b"
