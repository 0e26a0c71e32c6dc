"""The base classes of all e-mails, and the one task that sends them.

The arguments of the task are primary keys, so that the task table holds no personal data.
"""

from collections.abc import Mapping
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any, ClassVar, NamedTuple, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import TaskResult, task

from dossiers.models import EmailText, FollowUp
from dossiers.models.activity.email_text import EMAIL_KINDS
from dossiers.site_identity import get_site_identity

MAIL = "mail"  # a lane of its own, see settings.LANES
RETRY_DELAY = timedelta(minutes=5)  # doubled after each attempt
MAX_RETRY_DELAY = timedelta(minutes=90)
ATTEMPTS_IN_A_DAY = 18
PERMANENT_FAILURE = 500  # the lowest SMTP status that means that the mailbox does not exist

EMAILS: dict[str, type["Email"]] = {}


class Words(NamedTuple):
    """The texts of an e-mail; `closing` comes below the link."""

    subject: str
    text: str
    closing: str = ""


class NotSent(Exception):
    """An e-mail that is given up. It names only the class of the error, whose message contains the address."""


class Email:
    """An e-mail to one address. A subclass is a kind of e-mail."""

    name: ClassVar[str] = ""  # empty for a base class
    template: ClassVar[str] = "dossiers/emails/letter"
    max_attempts: ClassVar[int] = ATTEMPTS_IN_A_DAY
    delay_alert: ClassVar[Any] = ""  # the text of the action that coordinators get when it is delayed for a day
    language = settings.LANGUAGE_CODE

    def __init_subclass__(cls) -> None:
        if cls.name:
            EMAILS[cls.name] = cls

    def __init__(self, address: str, **context: Any) -> None:
        """`context` is what the template shows beside the words, such as `link` and `button`."""
        self.address, self.context = address, context

    @classmethod
    def find(cls, *keys: Any) -> Self | None:
        """Return the e-mail, or None if it is no longer needed."""
        raise NotImplementedError

    def get_words(self) -> Words:
        raise NotImplementedError

    def get_context(self) -> dict[str, Any]:
        """Return the context in the language of the e-mail."""
        return self.context

    def build(self, **context: Any) -> EmailMultiAlternatives:
        """Return the message, as text and as HTML."""
        with translation.override(self.language):
            words = self.get_words()
            context = words._asdict() | self.get_context() | context
            message = EmailMultiAlternatives(
                words.subject, render_to_string(f"{self.template}.txt", context), to=[self.address]
            )
            message.attach_alternative(render_to_string(f"{self.template}.html", context), "text/html")
        return message

    def send(self) -> None:
        self.build().send()

    def give_up(self, *, has_no_mailbox: bool) -> None:
        """Record that it is never sent: there is no such mailbox, or all attempts failed."""

    def render_preview(self) -> str:
        """Return the HTML with the subject above it."""
        return str(self.build(is_preview=True).alternatives[0][0])

    @classmethod
    def enqueue(cls, *keys: Any) -> TaskResult:
        return send_email.enqueue(cls.name, list(keys))


class StaffEmail(Email):
    """An e-mail of staff: to users, or from the page of a record; coordinators edit its texts."""

    label: ClassVar[Any]
    has_link: ClassVar[bool] = True  # between the two texts
    examples: ClassVar[Mapping[str, str]] = {}  # for each placeholder, the value in the preview

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.name:
            EMAIL_KINDS[cls.name] = cls

    text: EmailText | None = None  # replaces the stored text in a preview

    def __init__(self, address: str, values: Mapping[str, object] | None = None, **context: Any) -> None:
        """`values` are those of the placeholders."""
        super().__init__(address, **context)
        self.values = values or {}

    @classmethod
    def make_example(cls) -> "StaffEmail":
        """Return an e-mail with invented values for the preview."""
        values = dict(cls.examples)
        if "site" in values:
            values["site"] = get_site_identity().name
        return cls("", values, **({"link": settings.WAGTAILADMIN_BASE_URL} if cls.has_link else {}))

    @classmethod
    def preview(cls, text: EmailText) -> str:
        """Return the HTML of an example with this text."""
        email = cls.make_example()
        email.text = text
        return email.render_preview()

    def get_words(self) -> Words:
        text = self.text or EmailText.objects.get(kind=self.name)
        return Words(*text.fill_placeholders(self.values))


@task(queue_name=MAIL)
def send_email(name: str, keys: list[Any], attempt: int = 1, problem: str = "") -> bool:
    """Send the e-mail, later again if the mail server fails; return False if it is not needed or has no mailbox.

    `problem` is the class of the error of the attempt before, for the administrator who looks at what waits.
    """
    kind = EMAILS[name]
    email = kind.find(*keys)
    if email is None:
        return False
    try:
        email.send()
    except (SMTPException, OSError) as error:
        if isinstance(error, SMTPRecipientsRefused):
            statuses = [status for status, _message in error.recipients.values()]
            if all(status >= PERMANENT_FAILURE for status in statuses):
                email.give_up(has_no_mailbox=True)
                return False  # the mailbox does not exist, so that another attempt is useless
        if kind.delay_alert and attempt == ATTEMPTS_IN_A_DAY:
            alert_coordinators(kind.delay_alert)
        if attempt >= kind.max_attempts or not send_email.get_backend().supports_defer:
            email.give_up(has_no_mailbox=False)
            raise NotSent(type(error).__name__) from None
        retry_at = timezone.now() + min(RETRY_DELAY * 2 ** min(attempt - 1, 10), MAX_RETRY_DELAY)
        send_email.using(run_after=retry_at).enqueue(name, keys, attempt + 1, type(error).__name__)
    return True


def alert_coordinators(alert: Any) -> None:
    """Create one action about all delayed e-mails. It names no sign-up, since unconfirmed ones are shown nowhere."""
    with translation.override(settings.LANGUAGE_CODE):
        text = str(alert)
    if not FollowUp.objects.open().filter(text=text).exists():
        action = FollowUp(text=text, due_on=timezone.localdate())
        action.full_clean()
        action.save()


def build_admin_url(url_name: str, *args: Any) -> str:
    """Return the absolute URL of a page of the backoffice."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse(url_name, args=args)}"
