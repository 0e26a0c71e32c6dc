"""Rate limits on sign-ups, per IP address and per e-mail address. Nobody can block the form for others."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from web_api import throttle
from web_api.throttle import NOW, Limit

HOUR = timedelta(hours=1)
BY_ADDRESS = Limit("sign-up-address", 20, HOUR)  # a whole company can share one
BY_EMAIL = Limit("sign-up-email", 3, HOUR)  # since each sends an e-mail, possibly to somebody else's mailbox
OTHER_WORK = Limit("sign-up-other-work", 20, HOUR)  # per proven e-mail address
IN_ALL = Limit("sign-up", 500, HOUR)  # more than a campaign brings; above it, an attack is assumed
IN_A_FLOOD = replace(BY_ADDRESS, most=2)  # stricter during an attack, with the same counts


@dataclass(frozen=True)
class ThrottleResult:
    """True if the sign-up is allowed; otherwise `wait` is the time until the next one is."""

    wait: timedelta = NOW

    def __bool__(self) -> bool:
        return not self.wait

    @property
    def seconds(self) -> int:
        """The value of the header Retry-After."""
        return int(self.wait.total_seconds())

    @property
    def again_at(self) -> datetime:
        """The first whole minute at which a sign-up is allowed again, for display."""
        return (timezone.now() + self.wait).replace(second=0, microsecond=0) + timedelta(minutes=1)


def may_sign_up(address: str, email: str) -> ThrottleResult:
    """Count a sign-up from this IP address (`web_api.throttle.client_address`) and e-mail address, unless a limit is
    reached. Call it once, for a valid form, before anything is stored.
    """
    by_address = IN_A_FLOOD if IN_ALL.wait("") else BY_ADDRESS
    wait = throttle.take({by_address: address, BY_EMAIL: email.strip().lower()})
    if not wait:
        IN_ALL.take("")
    return ThrottleResult(wait)


def may_add_other_work(email: str) -> ThrottleResult:
    """Count other work of a confirmed e-mail address, unless the limit is reached."""
    return ThrottleResult(OTHER_WORK.take(email))
