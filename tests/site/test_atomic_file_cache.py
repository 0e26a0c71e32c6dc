"""Processes count together in the cache of files."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.atomic_file_cache import AtomicFileCache

COUNT = """
import sys
import time
from django.conf import settings
settings.configure()
from config.atomic_file_cache import CountingFileCache
cache = CountingFileCache(sys.argv[1], {})
for _one in range(50):
    cache.add("tries", 0, 60)
    cache.incr("tries")
"""


@pytest.fixture
def cache(tmp_path: Path) -> AtomicFileCache:
    return AtomicFileCache(str(tmp_path / "cache"), {})


def test_four_processes_count_all_that_they_do(cache: AtomicFileCache) -> None:
    command = [sys.executable, "-c", COUNT, cache._dir]
    at_work = [subprocess.Popen(command, env={"PYTHONPATH": ":".join(sys.path)}) for _one in range(4)]
    assert [one.wait(60) for one in at_work] == [0, 0, 0, 0]
    assert cache.get("tries") == 200


def test_of_many_threads_one_adds(cache: AtomicFileCache) -> None:
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda number: cache.add("once", number, 60), range(40)))
    assert added.count(True) == 1


def test_a_count_ends_when_it_was_to_end(cache: AtomicFileCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.add("tries", 0, 3600)
    cache.incr("tries")
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 3590)
    assert cache.incr("tries") == 2
    monkeypatch.setattr("time.time", lambda: now + 3601)
    assert cache.get("tries") is None


def test_an_entry_without_an_end_keeps_none(cache: AtomicFileCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.set("tries", 1, None)
    cache.incr("tries", 4)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 10**8)
    assert cache.get("tries") == 5


def test_what_is_not_there_or_has_ended_is_not_counted(cache: AtomicFileCache) -> None:
    with pytest.raises(ValueError, match="not found"):
        cache.incr("tries")
    cache.set("tries", 1, 0)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("tries")
