"""How often somebody may ask a program's address: the limits of the pages, told as a problem."""

from dataclasses import dataclass
from datetime import timedelta

from web_api import throttle
from web_api.problems import Problem


@dataclass(frozen=True)
class Limit(throttle.Limit):
    def count(self, whom: object) -> None:
        """One more time; raises Problem when that is too often."""
        _refuse(self.take(str(whom)))

    def check(self, whom: object) -> None:
        """Raises Problem when it was too often already."""
        _refuse(self.wait(str(whom)))


def _refuse(wait: timedelta) -> None:
    if wait:
        raise Problem(429, headers={"Retry-After": str(int(wait.total_seconds()))})
