"""What was sent a moment ago: the same form once more, or the same work from the same address.

Kept in the cache, hashed, as numbers of records: what is gone from the records came never.
"""

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from dossiers.models import EmployerInterest, InterestStatus
from pilot_pages.sign_up.spam import LONGEST

ONE_MAIL = timedelta(hours=1)  # about the same work, to one address that did not confirm
BUSY = timedelta(minutes=1)  # longer than storing takes; after it nobody is thought to be at it any more
AT_IT = 0  # no record has this number


def is_replay(data: dict[str, Any]) -> bool:
    """Whether this very form was taken before, nothing in it is other, and what it made is still there."""
    made = cache.get(_whole(data))
    return made == AT_IT or (made is not None and EmployerInterest.objects.filter(pk=made).exists())


def claim(data: dict[str, Any]) -> bool:
    """Whether nobody else is at this very form; of two clicks one gets it."""
    if not is_replay(data):
        cache.delete(_whole(data))
    return bool(cache.add(_whole(data), AT_IT, BUSY.total_seconds()))


def claim_mail(data: dict[str, Any]) -> bool:
    """Whether this address may get a mail about this work; of two at the same moment one gets it.

    Other work is never written over what waits: anybody can type the address. Whoever confirmed or withdrew within the
    hour reads that mailbox: the next sign-up gets its own at once.
    """
    key = _work(data)
    if cache.get(key) and not mailed(data).exists():
        cache.delete(key)
    return bool(cache.add(key, AT_IT, BUSY.total_seconds()))


def give_back(data: dict[str, Any], *, mail: bool) -> None:
    """It came to nothing: the same form may come again."""
    cache.delete(_whole(data))
    if mail:
        cache.delete(_work(data))


def remember(data: dict[str, Any], interest: EmployerInterest, *, mail: bool) -> None:
    cache.set(_whole(data), interest.pk, LONGEST.total_seconds())
    if mail:
        cache.set(_work(data), interest.pk, ONE_MAIL.total_seconds())


def mailed(data: dict[str, Any]) -> QuerySet[EmployerInterest]:
    """What was mailed about this work to this address within the hour, and waits for its confirmation: one or none."""
    waiting = EmployerInterest.objects.filter(status=InterestStatus.UNCONFIRMED)
    return waiting.filter(pk=cache.get(_work(data)) or AT_IT)


def _whole(data: dict[str, Any]) -> str:
    return _key("whole", repr(sorted((name, str(value)) for name, value in data.items())))


def _work(data: dict[str, Any]) -> str:
    parts = (data[name] for name in ("email", "company_name", "work_description"))
    return _key("work", repr([" ".join(part.casefold().split()) for part in parts]))


def _key(what: str, text: str) -> str:
    return f"sign-up:{what}:{salted_hmac('pilot_pages.sign_up.deduplication', text, algorithm='sha256').hexdigest()}"
