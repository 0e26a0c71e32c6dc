"""The daily digest: an e-mail with the actions that a user has to do.

It has references and rules but no typed text, because e-mail is not secure and the text may contain names.
"""

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
MAX_ACTIONS_SHOWN = 40  # the e-mail links to the list for the rest


@dataclass(frozen=True)
class DigestLine:
    """One action in the e-mail."""

    day: str
    what: str
    about: str
    link: str
    late: bool
    nobodys: bool


def send_digests(day: date) -> int:
    """Send the digest of that day to each user with due actions who did not get it yet; not on Saturday and Sunday.

    Returns the number of e-mails that could not be sent; call again later to retry them.
    """
    if not is_working_day(day):
        return 0
    failed = 0
    for user in get_user_model().objects.filter(is_active=True).exclude(email="").order_by("pk"):
        message = build_digest(user, day)
        if message is None:
            continue
        digest = DailyDigest.of(user)
        if not digest.claim(day):  # another worker sent it
            continue
        try:
            message.send()
        except (SMTPException, OSError):
            digest.release_claim()
            logger.exception("The e-mail of the morning for user %s could not be sent", digest.user_id)
            failed += 1
    return failed


def get_due_actions(user: User, day: date) -> QuerySet[FollowUp]:
    """Return the user's due actions; for coordinators also those without an owner."""
    due = FollowUp.objects.visible_to(user).due(day).with_subjects()
    return due.owned_by(user) if user.groups.filter(name=COORDINATORS).exists() else due.filter(owner=user)


def build_digest(user: User, day: date) -> EmailMultiAlternatives | None:
    """Return the e-mail, or None if the user has no due actions."""
    due = get_due_actions(user, day)
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
            "lines": [_build_line(action, day) for action in due[:MAX_ACTIONS_SHOWN]],
            "more": max(number - MAX_ACTIONS_SHOWN, 0),
            "list": f"{settings.WAGTAILADMIN_BASE_URL}{actions}?due=true",
            "account": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_account')}",
        }
        message = EmailMultiAlternatives(
            subject, render_to_string("dossiers/mail/actions.txt", context), to=[user.email]
        )
        message.attach_alternative(render_to_string("dossiers/mail/actions.html", context), "text/html")
    return message


def _build_line(action: FollowUp, day: date) -> DigestLine:
    page = reverse(action.snippet_viewset.get_url_name("inspect"), args=[action.pk])  # type: ignore[attr-defined]
    about = [getattr(subject, "reference", str(subject._meta.verbose_name)) for subject in action.subjects]
    return DigestLine(
        day=f"{action.due_on:%d-%m-%Y}",
        what=capfirst(action.get_rule_display() if action.rule else str(action._meta.verbose_name)),
        about=", ".join(about),
        link=f"{settings.WAGTAILADMIN_BASE_URL}{page}",
        late=action.due_on < day,
        nobodys=action.owner_id is None,
    )
