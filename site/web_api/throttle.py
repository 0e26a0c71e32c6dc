"""Rate limits, counted in the shared cache under hashed identifiers.

A fixed window starts with the first request. Around its end, twice the limit may pass within a short time.
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
# The cache stores end second * ROOM + count in one number, so that one atomic increment is enough.
ROOM = 1_000_000


@dataclass(frozen=True)
class Limit:
    """At most `most` requests `within` a time from the first one; `name` identifies the limit in the cache."""

    name: str
    most: int
    within: timedelta

    def key(self, whom: str) -> str:
        return f"throttle:{self.name}:{salted_hmac('web_api.throttle', whom, algorithm='sha256').hexdigest()}"

    def wait(self, whom: str) -> timedelta:
        """Return the time until the next request is allowed; zero if it is allowed now."""
        ends, count = divmod(cache.get(self.key(whom), 0), ROOM)
        return self._until(ends) if count >= self.most else NOW

    def take(self, whom: str) -> timedelta:
        """Count a request and return how long it has to wait; zero if it is allowed."""
        key, last = self.key(whom), int(time.time() + self.within.total_seconds())
        while True:
            cache.add(key, last * ROOM, self.within.total_seconds())
            try:
                ends, count = divmod(cache.incr(key), ROOM)
            except ValueError:  # the entry expired after `add`
                continue
            return self._until(ends) if count > self.most else NOW

    @staticmethod
    def _until(ends: int) -> timedelta:
        return timedelta(seconds=max(ends - int(time.time()), 1))


def wait(counted: Mapping[Limit, str]) -> timedelta:
    """Return the time until all limits allow a request, without counting."""
    return max((limit.wait(whom) for limit, whom in counted.items()), default=NOW)


def take(counted: Mapping[Limit, str]) -> timedelta:
    """Count a request with each limit, unless one is reached; return how long it has to wait, zero if allowed."""
    return wait(counted) or max((limit.take(whom) for limit, whom in counted.items()), default=NOW)


def client_address(request: HttpRequest) -> str:
    """Return the visitor's IP address behind trusted proxies, as the login does; of IPv6 the network prefix."""
    return str(get_ip(request))
