"""The signed link in the e-mail: whoever has it read the mail that was sent to the address given."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from dossiers.models import EmployerInterest, InterestStatus

SALT = "pilot_pages.sign_up.link"
MAX_AGE = timedelta(days=14)


def make_token(interest: EmployerInterest) -> str:
    return signing.dumps(interest.pk, salt=SALT)


def link_to(interest: EmployerInterest) -> str:
    """The whole address, in the language that is active."""
    return settings.BASE_URL + reverse("pilot_pages:status", args=[make_token(interest)])


def find(token: str) -> EmployerInterest | None:
    """The sign-up that the link belongs to; None for a forged or old link and for an erased sign-up.

    A link confirms for 14 days. Once confirmed it stays good: an employer may look and withdraw at any time.
    """
    try:
        key = signing.loads(token, salt=SALT)
        interest = EmployerInterest.objects.filter(pk=key).first() if isinstance(key, int) else None
        if interest and interest.status == InterestStatus.UNCONFIRMED:
            signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return interest


def was_ours(token: str) -> bool:
    """Whether we mailed this link once, whatever became of the sign-up."""
    try:
        signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return False
    return True
