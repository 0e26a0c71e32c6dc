"""The signed link in the e-mail. It proves that its user can read the mailbox of the given address."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from dossiers.models import EmployerInterest, InterestStatus

SALT = "pilot_pages.sign_up.link"
MAX_AGE = timedelta(days=14)


def make_token(interest: EmployerInterest) -> str:
    return signing.dumps(interest.pk, salt=SALT)


def build_status_url(interest: EmployerInterest) -> str:
    """Return the absolute URL of the status page, in the active language."""
    return settings.BASE_URL + reverse("pilot_pages:status", args=[make_token(interest)])


def find(token: str) -> EmployerInterest | None:
    """Return the sign-up of the token; None if the token is forged or expired, or the sign-up is erased.

    A token expires after 14 days unless the sign-up is confirmed: an employer may then look and withdraw at any time.
    """
    try:
        key = signing.loads(token, salt=SALT)
        interest = EmployerInterest.objects.filter(pk=key).first() if isinstance(key, int) else None
        if interest and interest.status == InterestStatus.UNCONFIRMED:
            signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return interest


def is_signed(token: str) -> bool:
    """Whether the token has a valid signature, even if it has expired or its sign-up is erased."""
    try:
        signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return False
    return True
