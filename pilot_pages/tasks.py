"""The background tasks of the public site: its e-mails.

The arguments of a task are primary keys, so that the task table holds no personal data. If the mail server fails, the
e-mail is sent later, as long as the sign-up exists.
"""

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from dossiers.models import EmployerInterest, FollowUp, InterestStatus
from pilot_pages.sign_up.mail import build_confirmation_mail, build_next_steps_mail

MAIL = "mail"  # a lane of its own, see settings.LANES
ATTEMPTS_BEFORE_ALERT = 18  # after about a day coordinators get an action
MAX_ATTEMPTS = 250  # about two weeks, the time in which a sign-up can be confirmed
RETRY_DELAY = timedelta(minutes=5)  # doubled after each attempt
MAX_RETRY_DELAY = timedelta(minutes=90)
PERMANENT_FAILURE = 500  # the lowest SMTP status that means that the mailbox does not exist
MessageBuilder = Callable[[EmployerInterest, Any], EmailMultiAlternatives]


class NotSent(Exception):
    """An e-mail that is given up. It names only the class of the error, whose message contains the address."""


@task(queue_name=MAIL)
def send_confirmation(interest_id: int, language: str, attempt: int = 1) -> bool:
    """Send the e-mail that asks to confirm; return False if it is no longer needed or the mailbox does not exist."""
    interest = EmployerInterest.objects.filter(pk=interest_id, status=InterestStatus.UNCONFIRMED).first()
    return _send(send_confirmation, build_confirmation_mail, interest, language, attempt)


@task(queue_name=MAIL)
def send_what_happens_next(interest_id: int, language: str, attempt: int = 1) -> bool:
    """Send the e-mail about the next steps; return False if it is no longer needed or the mailbox does not exist."""
    interest = EmployerInterest.objects.confirmed().filter(pk=interest_id).exclude(contact_given={}).first()
    return _send(send_what_happens_next, build_next_steps_mail, interest, language, attempt)


def _send(
    task: Any, build_message: MessageBuilder, interest: EmployerInterest | None, language: str, attempt: int
) -> bool:
    """Send the message; enqueue `task` again for a later attempt if the mail server fails."""
    page = apps.get_model("pilot_pages.SignUpPage").live_in(language)  # its model starts these tasks
    if interest is None or page is None:
        return False
    with translation.override(language):
        message = build_message(interest, page)
    try:
        message.send()
    except (SMTPException, OSError) as error:
        if isinstance(error, SMTPRecipientsRefused):
            statuses = [status for status, _message in error.recipients.values()]
            if all(status >= PERMANENT_FAILURE for status in statuses):
                return False  # the mailbox does not exist, so that another attempt is useless
        if attempt == ATTEMPTS_BEFORE_ALERT:
            alert_coordinators()
        if attempt >= MAX_ATTEMPTS or not task.get_backend().supports_defer:
            raise NotSent(type(error).__name__) from None
        retry_at = timezone.now() + min(RETRY_DELAY * 2 ** min(attempt - 1, 10), MAX_RETRY_DELAY)
        task.using(run_after=retry_at).enqueue(interest.pk, language, attempt + 1)
    return True


def alert_coordinators() -> None:
    """Create one action about all delayed e-mails. It names no sign-up, since unconfirmed ones are shown nowhere."""
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "E-mails to employers who signed up could not be sent for a day. Have the mail server looked at; then they "
            "go by themselves."
        )
    if not FollowUp.objects.open().filter(text=text).exists():
        action = FollowUp(text=text, due_on=timezone.localdate())
        action.full_clean()
        action.save()
