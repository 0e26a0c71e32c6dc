"""What the public site does in the background: its e-mails.

Only numbers are handed over: what waits in the queue or stays in its log holds nothing of a person. A mail server that
fails delays a mail; none is lost as long as the sign-up is there.
"""

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from dossiers.models import EmployerInterest, FollowUp, InterestStatus

MAIL = "mail"  # a lane of its own, see settings.LANES
ATTEMPTS = 18  # a day in all: then coordinators hear of it
LAST_ATTEMPT = 250  # two weeks in all: no sign-up waits longer for its confirmation
PAUSE = timedelta(minutes=5)  # doubled each time, an hour and a half at most
LONGEST_PAUSE = timedelta(minutes=90)
FOR_GOOD = 500  # from this answer on a mail server knows no such mailbox
Letter = Callable[[EmployerInterest, Any], EmailMultiAlternatives]


class NotSent(Exception):
    """A mail that will not go any more; says what kind of failure it was, whose own words name the mailbox."""


@task(queue_name=MAIL)
def send_confirmation(interest_id: int, language: str, attempt: int = 1) -> bool:
    """Ask to confirm a sign-up; False when it needs no mail any more, or there is no such mailbox."""
    from pilot_pages.sign_up.mail import confirmation

    waiting = EmployerInterest.objects.filter(pk=interest_id, status=InterestStatus.UNCONFIRMED).first()
    return _send(send_confirmation, confirmation, waiting, language, attempt)


@task(queue_name=MAIL)
def send_what_happens_next(interest_id: int, language: str, attempt: int = 1) -> bool:
    """Tell who confirmed how it goes on; False as above."""
    from pilot_pages.sign_up.mail import what_happens_next

    confirmed = EmployerInterest.objects.confirmed().filter(pk=interest_id).exclude(contact_given={}).first()
    return _send(send_what_happens_next, what_happens_next, confirmed, language, attempt)


def _send(again: Any, letter: Letter, interest: EmployerInterest | None, language: str, attempt: int) -> bool:
    from pilot_pages.models import SignUpPage

    page = SignUpPage.live_in(language)
    if interest is None or page is None:
        return False
    with translation.override(language):
        message = letter(interest, page)
    try:
        message.send()
    except (SMTPException, OSError) as failed:
        if _no_such_mailbox(failed):
            return False
        if attempt == ATTEMPTS:
            tell_coordinators()
        if attempt >= LAST_ATTEMPT or not again.get_backend().supports_defer:
            raise NotSent(type(failed).__name__) from None
        later = timezone.now() + min(PAUSE * 2 ** min(attempt - 1, 10), LONGEST_PAUSE)
        again.using(run_after=later).enqueue(interest.pk, language, attempt + 1)
    return True


def _no_such_mailbox(failed: Exception) -> bool:
    """Somebody typed an address that is none: trying again helps nobody."""
    if not isinstance(failed, SMTPRecipientsRefused):
        return False
    return all(code >= FOR_GOOD for code, _answer in failed.recipients.values())


def tell_coordinators() -> None:
    """One action for all mails that wait: a sign-up that is not confirmed shows nowhere, so not in it either."""
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "E-mails to employers who signed up could not be sent for a day. Have the mail server looked at; then they "
            "go by themselves."
        )
    if not FollowUp.objects.open().filter(text=text).exists():
        action = FollowUp(text=text, due_on=timezone.localdate())
        action.full_clean()
        action.save()
