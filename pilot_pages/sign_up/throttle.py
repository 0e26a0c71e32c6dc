"""How often one may sign up: from one network, and with one e-mail address. Nobody can close the form for others."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from web_api import throttle
from web_api.throttle import NOW, Limit

HOUR = timedelta(hours=1)
BY_ADDRESS = Limit("sign-up-address", 20, HOUR)  # a whole company can share one
BY_EMAIL = Limit("sign-up-email", 3, HOUR)  # so many mails at most to a mailbox that may be a stranger's
IN_ALL = Limit("sign-up", 500, HOUR)  # more than a campaign brings: from then on somebody floods us
IN_A_FLOOD = replace(BY_ADDRESS, most=2)  # the same count, that whoever comes for the first time has not begun


@dataclass(frozen=True)
class ThrottleResult:
    """True when one may; else `wait` says how long it takes until one may again."""

    wait: timedelta = NOW

    def __bool__(self) -> bool:
        return not self.wait

    @property
    def seconds(self) -> int:
        """For the header Retry-After."""
        return int(self.wait.total_seconds())

    @property
    def again_at(self) -> datetime:
        """The next whole minute from which on one may: to be shown."""
        return (timezone.now() + self.wait).replace(second=0, microsecond=0) + timedelta(minutes=1)


def may_sign_up(address: str, email: str) -> ThrottleResult:
    """Whether one more sign-up may come from this address (`throttling.client_address`) and for this e-mail address.

    It counts one more: ask once, for a form that is whole, and before anything is stored.
    """
    by_address = IN_A_FLOOD if IN_ALL.wait("") else BY_ADDRESS
    wait = throttle.take({by_address: address, BY_EMAIL: email.strip().lower()})
    if not wait:
        IN_ALL.take("")
    return ThrottleResult(wait)
