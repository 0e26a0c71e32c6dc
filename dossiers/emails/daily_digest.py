"""The daily digest: an e-mail with the actions that a user has to do.

It has references and rules but no typed text, because e-mail is not secure and the text may contain names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPException
from typing import Any, Self

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import TaskResult

from admin_pages.users import find_users_with_email
from dates.format import format_date
from dossiers.actions.working_days import is_working_day
from dossiers.emails.base import StaffEmail, build_admin_url
from dossiers.models import DailyDigest, Dossier, FollowUp, RuleCode
from dossiers.models.rights import COORDINATORS

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


class DigestEmail(StaffEmail):
    name, label = "actions", gettext_lazy("actions of the day")
    template = "dossiers/emails/actions"
    examples = {"aantal": "2"}
    max_attempts = 6  # in two and a half hours

    user: User
    day: date
    due: Iterable[FollowUp]

    @classmethod
    def find(cls, user_id: int, day: str) -> Self | None:
        """`day` is in ISO format; the digest of another day than today is no longer sent."""
        user = find_users_with_email().filter(pk=user_id).first()
        due_on = date.fromisoformat(day)
        due = get_due_actions(user, due_on) if user and due_on == timezone.localdate() else FollowUp.objects.none()
        number = due.count()
        if user is None or not number:
            return None
        email = cls(user.email, {"aantal": number}, more=max(number - MAX_ACTIONS_SHOWN, 0))
        email.user, email.day, email.due = user, due_on, due[:MAX_ACTIONS_SHOWN]
        return email

    @classmethod
    def make_example(cls) -> Self:
        email = cls("", cls.examples)
        email.day = timezone.localdate()
        email.due = [
            FollowUp(pk=1, rule=RuleCode.PERMIT_ENDS, due_on=email.day - timedelta(days=1), owner=User()),
            FollowUp(pk=2, dossier=Dossier(reference="D-2026-0001"), rule=RuleCode.DOCUMENT_ENDS, due_on=email.day),
        ]
        return email

    def get_context(self) -> dict[str, Any]:
        actions = build_admin_url(FollowUp.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]
        lines = []
        for action in self.due:
            inspect = action.snippet_viewset.get_url_name("inspect")  # type: ignore[attr-defined]
            line = DigestLine(
                day=format_date(action.due_on),
                what=capfirst(action.get_rule_display() if action.rule else str(action._meta.verbose_name)),
                about=action.references,
                link=build_admin_url(inspect, action.pk),
                late=action.due_on < self.day,
                nobodys=action.is_unassigned,
            )
            lines.append(line)
        return self.context | {
            "lines": lines,
            "link": f"{actions}?due=true",
            "button": _("All actions for today"),
            "account": build_admin_url("wagtailadmin_account"),
        }

    def send(self) -> None:
        """Send it unless another worker did."""
        digest = DailyDigest.of(self.user)
        if not digest.claim(self.day):
            return
        try:
            super().send()
        except (SMTPException, OSError):
            digest.release_claim()
            raise


def enqueue_digests(day: date) -> list[TaskResult]:
    """Enqueue the digest of today for each user with due actions; not on Saturday and Sunday."""
    if not is_working_day(day):
        return []
    users = find_users_with_email().order_by("pk")
    return [DigestEmail.enqueue(user.pk, day.isoformat()) for user in users if get_due_actions(user, day).exists()]


def get_due_actions(user: User, day: date) -> QuerySet[FollowUp]:
    """Return the user's due actions; for coordinators also those without an active owner."""
    due = FollowUp.objects.visible_to(user).due(day).with_subjects().select_related("owner")
    return due.owned_by(user) if user.groups.filter(name=COORDINATORS).exists() else due.filter(owner=user)
