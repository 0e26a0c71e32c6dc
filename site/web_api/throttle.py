"""How often something may be done, counted in the cache that all processes share. Whom it counts stands there hashed.

The count of one starts with the first and ends for all at once: at its end there may be twice as many in short time.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

NOW = timedelta(0)
ROOM = 1_000_000  # for the count, in one number with the second at which it ends: one step changes both


@dataclass(frozen=True)
class Limit:
    """So many within so long, from the first on; `name` tells it from other limits."""

    name: str
    most: int
    within: timedelta

    def key(self, whom: str) -> str:
        return f"throttle:{self.name}:{salted_hmac('web_api.throttle', whom, algorithm='sha256').hexdigest()}"

    def wait(self, whom: str) -> timedelta:
        """How long until it lets one more through; nothing if it does now."""
        ends, count = divmod(cache.get(self.key(whom), 0), ROOM)
        return self._until(ends) if count >= self.most else NOW

    def take(self, whom: str) -> timedelta:
        """Count one more, and say how long that one has to wait."""
        key, last = self.key(whom), int(time.time() + self.within.total_seconds())
        while True:
            cache.add(key, last * ROOM, self.within.total_seconds())
            try:
                ends, count = divmod(cache.incr(key), ROOM)
            except ValueError:  # it ended between the two
                continue
            return self._until(ends) if count > self.most else NOW

    @staticmethod
    def _until(ends: int) -> timedelta:
        return timedelta(seconds=max(ends - int(time.time()), 1))


def wait(counted: Mapping[Limit, str]) -> timedelta:
    """How long until all of them let one more through; nothing is counted."""
    return max((limit.wait(whom) for limit, whom in counted.items()), default=NOW)


def take(counted: Mapping[Limit, str]) -> timedelta:
    """Count one more with each, unless one of them is full already; how long that one has to wait, nothing if not."""
    return wait(counted) or max((limit.take(whom) for limit, whom in counted.items()), default=NOW)


def client_address(request: HttpRequest) -> str:
    """The visitor's, past our own proxies, as the login counts it; of IPv6 the network, which one visitor has whole."""
    return str(get_ip(request))
