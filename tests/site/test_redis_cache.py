"""With CACHE_URL=redis://… an outage of Redis goes unnoticed by visitors."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from config.environment import from_url
from config.redis_cache import RETRY_AFTER, TIMEOUT, RedisOrFiles
from page_cache.version import pages_changed, read_current_version
from tests.conftest import PASSWORD
from web_api.throttle import Limit

pytestmark = pytest.mark.skipif(
    shutil.which("redis-server") is None and os.environ.get("REQUIRE_REDIS") != "1", reason="no redis-server here"
)


class Redis:
    """A Redis server that a test starts, stops or freezes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        words = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        self.process = subprocess.Popen([*words, "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not self.answers():
            assert time.monotonic() < until, "redis-server did not start"
            time.sleep(0.02)
        RedisOrFiles.away_until = 0.0

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(10).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None


@pytest.fixture
def redis(tmp_path, settings) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    settings.CACHES = {
        "default": {
            "BACKEND": "config.redis_cache.RedisOrFiles",
            "LOCATION": f"redis://127.0.0.1:{server.port}/0",
            "OPTIONS": {"FILES": tmp_path / "cache"},
        }
    }
    yield server
    server.stop()
    RedisOrFiles.away_until = 0.0


def test_cache_url_may_name_a_redis_server(monkeypatch):
    monkeypatch.setenv("CACHE_URL", "redis://127.0.0.1:6379/0")
    assert from_url("CACHE_URL", "", "cache")["BACKEND"].endswith("RedisCache")


def test_processes_share_entries_and_counts_expire(redis):
    cache = caches["default"]
    assert cache.add("one", 1, 60) and not cache.add("one", 2, 60)
    assert (cache.incr("one"), cache.get("one")) == (2, 2)
    assert 0 < cache._cache.get_client().ttl(cache.make_key("one")) <= 60
    with pytest.raises(ValueError, match="not found"):
        cache.incr("two")
    cache.set_many({"a": [1], "b": "x"}, 60)
    assert cache.get_many(["a", "b", "c"]) == {"a": [1], "b": "x"}
    cache.delete_many(["a"])
    assert not cache.has_key("a") and cache.has_key("b")


@pytest.mark.django_db
def test_pages_and_logins_respond_during_an_outage_of_redis(redis, client: Client, coordinator):
    assert client.get("/").status_code == 200
    redis.stop()
    begun = time.monotonic()
    assert client.get("/").status_code == 200
    assert client.get(reverse("account_login")).status_code == 200
    wrong = {"login": coordinator.username, "password": "wrong"}
    answers = [client.post(reverse("account_login"), wrong) for _try in range(6)]
    assert time.monotonic() - begun < 30
    assert {answer.status_code for answer in answers} == {200}
    locked = client.post(reverse("account_login"), wrong | {"password": PASSWORD})
    assert locked.status_code == 200, "after five wrong passwords the right one opens nothing either"


def test_rate_limits_work_during_an_outage_of_redis(redis):
    limit = Limit("test", 2, timedelta(hours=1))
    redis.stop()
    assert [bool(limit.take("somebody")) for _time in range(3)] == [False, False, True]


def test_an_unresponsive_redis_delays_only_one_request(redis, settings):
    redis.stop()
    with socket.create_server(("127.0.0.1", redis.port)):  # takes connections, and says nothing
        begun = time.monotonic()
        assert [caches["default"].get("x") for _time in range(20)] == [None] * 20
        assert TIMEOUT <= time.monotonic() - begun < TIMEOUT + 2


@pytest.mark.django_db
def test_no_outdated_page_is_served_after_an_outage(redis, django_capture_on_commit_callbacks):
    cache = caches["default"]
    cache.set("kept", "before")
    before = read_current_version()
    redis.stop()
    with django_capture_on_commit_callbacks(execute=True):
        pages_changed()
    assert (cache.get("kept"), read_current_version() == before) == (None, False)
    cache.set("kept", "meanwhile")
    meanwhile = read_current_version()
    redis.start()
    assert cache.get("kept") is None
    assert read_current_version() not in (before, meanwhile)


def test_redis_is_tried_again_after_a_delay(redis):
    redis.stop()
    assert caches["default"].get("x") is None
    assert 0 < RedisOrFiles.away_until - time.monotonic() <= RETRY_AFTER
