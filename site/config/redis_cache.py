"""Django's cache in Redis, which costs nobody a page while Redis is away: files of this machine take its place.

So no request fails, and what is decided by counting (wrong passwords and codes, keys, sign-ups, one mail a sign-up)
goes on being decided: this machine's processes count from nothing in the files, so that once more as many pass at most.
Redis missed what was written meanwhile, so when it is back it begins anew too: no page is shown as it was before.
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
PATIENCE = 0.5  # seconds that one question may take
ASK_AGAIN = 5.0  # seconds in which a process that got no answer does not ask
# Django's own asks whether the key is there and then counts: one that ended in between would never end.
INCREASE = "if redis.call('exists', KEYS[1]) == 1 then return redis.call('incrby', KEYS[1], ARGV[1]) end"


class CountingClient(RedisCacheClient):
    def incr(self, key: Any, delta: int) -> int:
        count = self.get_client(key, write=True).eval(INCREASE, 1, key, delta)
        if count is None:
            raise ValueError(f"Key '{key}' not found.")
        return int(count)


def _either(name: str) -> Callable[..., Any]:
    def call(self: "RedisOrFiles", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= RedisOrFiles.away_until:
            try:
                if self.missed.exists():
                    self._begin_anew()
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                self._went_away(error)
        return getattr(self.files, name)(*args, **kwargs)

    return call


class RedisOrFiles(RedisCache):
    away_until: ClassVar[float] = 0.0  # for all threads of this process

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = dict(params["OPTIONS"])
        folder = Path(options.pop("FILES"))
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, {**params, "OPTIONS": patience | options})
        self._class = CountingClient
        self.files = AtomicFileCache(str(folder), {"OPTIONS": {"MAX_ENTRIES": 20_000}})
        self.missed = folder / "redis-was-away"  # some process of this machine wrote, or would have, what Redis missed

    add, get, set, touch = _either("add"), _either("get"), _either("set"), _either("touch")
    delete, has_key, incr, clear = _either("delete"), _either("has_key"), _either("incr"), _either("clear")
    get_many, set_many, delete_many = _either("get_many"), _either("set_many"), _either("delete_many")

    def _went_away(self, error: RedisError) -> None:
        RedisOrFiles.away_until = time.monotonic() + ASK_AGAIN
        if not self.missed.exists():
            self.missed.parent.mkdir(parents=True, exist_ok=True)
            self.missed.touch()
            logger.error("Redis is away, files take its place: %s", error)

    def _begin_anew(self) -> None:
        RedisCache.clear(self)
        self.files.clear()
        self.missed.unlink(missing_ok=True)
        logger.warning("Redis is back")
