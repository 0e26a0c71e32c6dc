"""Django's Redis cache that falls back to files on this machine while Redis does not answer.

No request fails then, and rate limits (wrong passwords and codes, API keys, sign-ups, e-mails) continue to work: the
counts start from zero in the files, so that each limit can be used up once more. Redis misses the writes of that time,
so it is cleared when it answers again; otherwise it would serve outdated pages.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.atomic_file_cache import AtomicFileCache

logger = logging.getLogger(__name__)
TIMEOUT = 0.5  # seconds for one command
RETRY_AFTER = 5.0  # seconds in which a process does not try Redis again
# A Lua script, because Redis runs it atomically. Django's own `incr` first checks that the key exists; a key that
# expires in between would be created without an expiry time.
INCREASE = "if redis.call('exists', KEYS[1]) == 1 then return redis.call('incrby', KEYS[1], ARGV[1]) end"


class CountingClient(RedisCacheClient):
    def incr(self, key: Any, delta: int) -> int:
        count = self.get_client(key, write=True).eval(INCREASE, 1, key, delta)
        if count is None:
            raise ValueError(f"Key '{key}' not found.")
        return int(count)


def _with_fallback(name: str) -> Callable[..., Any]:
    """Return a method that calls the method `name` of Redis, or of the file cache if Redis does not answer."""

    def call(self: "RedisOrFiles", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= RedisOrFiles.away_until:
            try:
                if self.missed.exists():
                    RedisCache.clear(self)
                    self.files.clear()
                    self.missed.unlink(missing_ok=True)
                    logger.warning("Redis is back")
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                RedisOrFiles.away_until = time.monotonic() + RETRY_AFTER
                if not self.missed.exists():
                    self.missed.parent.mkdir(parents=True, exist_ok=True)
                    self.missed.touch()
                    logger.error("Redis is away, files take its place: %s", error)
        return getattr(self.files, name)(*args, **kwargs)

    return call


class RedisOrFiles(RedisCache):
    away_until: ClassVar[float] = 0.0  # for all threads of this process

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = dict(params["OPTIONS"])
        folder = Path(options.pop("FILES"))
        timeouts = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, {**params, "OPTIONS": timeouts | options})
        self._class = CountingClient
        self.files = AtomicFileCache(str(folder), {"OPTIONS": {"MAX_ENTRIES": 20_000}})
        self.missed = folder / "redis-was-away"  # exists from an outage until Redis has been cleared

    add, get, set, touch = map(_with_fallback, ("add", "get", "set", "touch"))
    delete, has_key, incr, clear = map(_with_fallback, ("delete", "has_key", "incr", "clear"))
    get_many, set_many, delete_many = map(_with_fallback, ("get_many", "set_many", "delete_many"))
