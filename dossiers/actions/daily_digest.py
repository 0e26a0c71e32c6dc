"""The e-mail of the morning: what a user has to do, by reference and rule alone. An e-mail is not safe, so nothing that
people typed goes into it: a name may stand there."""

import logging
from dataclasses import dataclass
from datetime import date
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst

from dossiers.actions.working_days import is_working_day
from dossiers.models import DailyDigest, EmailText, FollowUp
from dossiers.models.rights import COORDINATORS

logger = logging.getLogger(__name__)
SHOWN = 40  # the rest is in the list


@dataclass(frozen=True)
class Line:
    """One action as the e-mail tells it."""

    day: str
    what: str
    about: str
    link: str
    late: bool
    nobodys: bool


def send_all(day: date) -> int:
    """One e-mail to each user who has something to do on that day and was not told yet; nothing on Saturday and Sunday.

    Gives how many could not be sent: ask again later.
    """
    if not is_working_day(day):
        return 0
    failed = 0
    for user in get_user_model().objects.filter(is_active=True).exclude(email="").order_by("pk"):
        if message := mail_of(user, day):
            failed += not _send(message, DailyDigest.of(user), day)
    return failed


def due_of(user: User, day: date) -> QuerySet[FollowUp]:
    """A user's own, and for coordinators also those that nobody owns."""
    due = FollowUp.objects.visible_to(user).due(day).with_subjects()
    return due.owned_by(user) if user.groups.filter(name=COORDINATORS).exists() else due.filter(owner=user)


def mail_of(user: User, day: date) -> EmailMultiAlternatives | None:
    """None for who has nothing to do."""
    due = due_of(user, day)
    number = due.count()
    words = EmailText.objects.filter(kind=EmailText.Kind.ACTIONS).first()
    if not number or words is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        subject, intro = words.fill_placeholders(number)
        actions = reverse(FollowUp.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]
        context = {
            "subject": subject,
            "intro": intro,
            "lines": [_line(action, day) for action in due[:SHOWN]],
            "more": max(number - SHOWN, 0),
            "list": f"{settings.WAGTAILADMIN_BASE_URL}{actions}?due=true",
            "account": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_account')}",
        }
        message = EmailMultiAlternatives(
            subject, render_to_string("dossiers/mail/actions.txt", context), to=[user.email]
        )
        message.attach_alternative(render_to_string("dossiers/mail/actions.html", context), "text/html")
    return message


def _line(action: FollowUp, day: date) -> Line:
    page = reverse(action.snippet_viewset.get_url_name("inspect"), args=[action.pk])  # type: ignore[attr-defined]
    about = [getattr(subject, "reference", str(subject._meta.verbose_name)) for subject in action.subjects]
    return Line(
        day=f"{action.due_on:%d-%m-%Y}",
        what=capfirst(action.get_rule_display() if action.rule else str(action._meta.verbose_name)),
        about=", ".join(about),
        link=f"{settings.WAGTAILADMIN_BASE_URL}{page}",
        late=action.due_on < day,
        nobodys=action.owner_id is None,
    )


def _send(message: EmailMultiAlternatives, mail: DailyDigest, day: date) -> bool:
    """False when the mail server failed."""
    if not mail.claim(day):
        return True
    try:
        message.send()
    except (SMTPException, OSError):
        mail.release_claim()
        logger.exception("The e-mail of the morning for user %s could not be sent", mail.user_id)
        return False
    return True
