"""Rate limits of the API, which raise a Problem."""

from dataclasses import dataclass
from datetime import timedelta

from web_api import throttle
from web_api.problems import Problem


@dataclass(frozen=True)
class Limit(throttle.Limit):
    def count(self, whom: object) -> None:
        """Count a request; raise Problem if the limit is exceeded."""
        _refuse(self.take(str(whom)))

    def check(self, whom: object) -> None:
        """Raise Problem if the limit is reached, without counting."""
        _refuse(self.wait(str(whom)))


def _refuse(wait: timedelta) -> None:
    if wait:
        raise Problem(429, headers={"Retry-After": str(int(wait.total_seconds()))})
