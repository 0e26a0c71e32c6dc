"""Detection of repeated sign-ups: the same form sent twice, or the same work from the same e-mail address.

The cache maps a hash of the answers to the primary key of the record. If the record is deleted, the entry counts as
absent.
"""

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from dossiers.models import CONTACT_FIELDS, EmployerInterest, InterestStatus
from pilot_pages.sign_up.spam import MAX_FORM_AGE

MAIL_INTERVAL = timedelta(hours=1)  # between two e-mails about the same work to an address that has not confirmed
CLAIM_TIMEOUT = timedelta(minutes=1)  # longer than saving takes; then the claim of a killed process expires
CLAIMED = 0  # the value of a claim; no record has this primary key


def is_replay(data: dict[str, Any]) -> bool:
    """Whether exactly this form is being saved, or was saved and its record still exists."""
    pk = cache.get(_form_key(data))
    return pk == CLAIMED or (pk is not None and EmployerInterest.objects.filter(pk=pk).exists())


def claim_form(data: dict[str, Any]) -> bool:
    """Claim the form for this process; return False if it is a replay, such as a double click."""
    if not is_replay(data):
        cache.delete(_form_key(data))
    return bool(cache.add(_form_key(data), CLAIMED, CLAIM_TIMEOUT.total_seconds()))


def claim_mail(data: dict[str, Any]) -> bool:
    """Claim the e-mail to this address about this work; return False if one was sent within the hour.

    A sign-up for other work never replaces a waiting one, since anybody can type the address. If the waiting sign-up
    was confirmed or withdrawn within the hour, its sender reads the mailbox, and the next sign-up is mailed at once.
    """
    key = _work_key(data)
    if cache.get(key) and not find_mailed_interest(data).exists():
        cache.delete(key)
    return bool(cache.add(key, CLAIMED, CLAIM_TIMEOUT.total_seconds()))


def release_claims(data: dict[str, Any], *, mail: bool) -> None:
    """Allow the same form again after saving it has failed."""
    cache.delete(_form_key(data))
    if mail:
        cache.delete(_work_key(data))


def remember(data: dict[str, Any], interest: EmployerInterest, *, mail: bool) -> None:
    """Store the record that the form created; `mail` tells whether an e-mail was sent for it."""
    cache.set(_form_key(data), interest.pk, MAX_FORM_AGE.total_seconds())
    if mail:
        cache.set(_work_key(data), interest.pk, MAIL_INTERVAL.total_seconds())


def find_mailed_interest(data: dict[str, Any]) -> QuerySet[EmployerInterest]:
    """Return the unconfirmed sign-up for this work that this address got an e-mail about within the hour, if any."""
    unconfirmed = EmployerInterest.objects.filter(status=InterestStatus.UNCONFIRMED)
    return unconfirmed.filter(pk=cache.get(_work_key(data)) or CLAIMED)


def find_confirmed_repeat(interest: EmployerInterest) -> EmployerInterest | None:
    """Return the last confirmed and open sign-up for the same work from the same company and address, if any."""

    def make_key(interest: EmployerInterest) -> str:
        contact = dict.fromkeys(CONTACT_FIELDS, "") | interest.contact_given
        return _work_key(contact | {"work_description": interest.work_description})

    going_on = EmployerInterest.objects.confirmed().exclude(status=InterestStatus.CLOSED)
    from_address = going_on.filter(contact_given__email=interest.contact_given.get("email", ""))
    return next((earlier for earlier in from_address if make_key(earlier) == make_key(interest)), None)


def _form_key(data: dict[str, Any]) -> str:
    return _hash_key("whole", repr(sorted((name, str(value)) for name, value in data.items())))


def _work_key(data: dict[str, Any]) -> str:
    parts = (data[name] for name in ("email", "company_name", "work_description"))
    return _hash_key("work", repr([" ".join(part.casefold().split()) for part in parts]))


def _hash_key(prefix: str, text: str) -> str:
    digest = salted_hmac("pilot_pages.sign_up.deduplication", text, algorithm="sha256").hexdigest()
    return f"sign-up:{prefix}:{digest}"
