"""The requirements that a candidate must meet before a kind of work; computed for a day, never stored."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.dossiers.dossier import CLOSED_STATUSES, Dossier, InReception, WorkRight
from dossiers.models.lists.regulation import Regulation
from dossiers.models.withdrawal_fields import WANTS_TO_STOP


class WorkKind(models.TextChoices):
    PAID = "paid", _("paid work")
    VOLUNTEERING = "volunteering", _("volunteering")


CODES: dict[str, str | Promise] = {
    "withdrawal": _("outcome of the wish to stop"),
    "expectation_talk": _("expectation talk"),
    "privacy_notice": _("privacy notice"),
    "waiting_time": _("waiting time"),
    "reception": _("stay in reception"),
    "document": _("valid W-document"),
    "work_right": _("right to work"),
}
"""Requirement codes with their labels, in the order in which a coordinator works on them."""


@dataclass(frozen=True)
class Missing:
    """A requirement that is not met: its code, a text for people, the rule that asks for it, and the rule's source."""

    code: str
    text: str | Promise
    rule: str | Promise = ""
    source: str = ""


def check_done(code: str, done_on: date | None, day: date, text: Promise, done_later: Promise) -> list[Missing]:
    """Return a requirement if something was not done on this day yet.

    `text` says what is missing. `done_later` says, with a placeholder for the day, that it was done after `day`.
    """
    if done_on is None or done_on > max(day, timezone.localdate()):
        return [Missing(code, text)]
    if done_on > day:
        return [Missing(code, done_later % {"day": format_date(done_on)})]
    return []


def check_withdrawal(dossier: Dossier) -> list[Missing]:
    """Return a requirement if the candidate wants to stop and the outcome was not recorded yet."""
    if not dossier.awaits_withdrawal_outcome:
        return []
    text = gettext("the candidate wants to stop (said on %(day)s): call, and record the outcome")
    return [Missing("withdrawal", text % {"day": format_date(dossier.withdrawal_requested_on)})]


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of that month if it is shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("a month has 28 days")


def first_day_after_months(applied: date, months: int) -> date:
    """Return the first day on which `months` full months have passed since `applied`.

    For 31 August and six months this is 1 March, not the last day of February.
    """
    end = add_months(applied, months)
    return end if end.day == applied.day else end + timedelta(days=1)


@dataclass(frozen=True)
class Requirements:
    """The requirements of a day by the rules in force then: read from the database once, used for many dossiers."""

    day: date
    waiting_months: int | None
    waiting_rule: Regulation | None

    @classmethod
    def on(cls, day: date) -> "Requirements":
        rule = Regulation.objects.get_in_force(Regulation.WAITING_TIME, day)
        return cls(day, rule.months if rule else None, rule)

    def eligible_from(self, dossier: Dossier) -> date | None:
        """Return the first day after the waiting time, or None if it is unknown."""
        if self.waiting_months is None or dossier.application_date is None:
            return None
        return first_day_after_months(dossier.application_date, self.waiting_months)

    def missing(self, dossier: Dossier, kind: str = WorkKind.PAID) -> list[Missing]:
        """Return the requirements that the dossier misses for this kind of work; an unknown value counts as missing."""
        requirements = check_withdrawal(dossier)
        if dossier.work_right == WorkRight.NONE:
            return [*requirements, Missing("work_right", _("no right to work: no placement of any kind"))]
        if kind == WorkKind.PAID and dossier.work_right != WorkRight.FREE:
            requirements += self.check_waiting_time(dossier)
            if dossier.in_reception != InReception.YES:
                unknown = dossier.in_reception != InReception.NO
                text = _("stay in reception unknown") if unknown else _("does not stay in reception")
                requirements.append(Missing("reception", text, _("reception by COA")))
            if dossier.document_expires_on is None or dossier.document_expires_on < self.day:
                unknown = dossier.document_expires_on is None
                text = _("document: end date unknown") if unknown else _("document is no longer valid")
                requirements.append(Missing("document", text, _("valid W-document")))
        talk_later = _("the expectation talk was only on %(day)s: choose that day or a later one")
        notice_later = _("the privacy notice was given only on %(day)s: choose that day or a later one")
        return [
            *requirements,
            *check_done("expectation_talk", dossier.expectation_talk_on, self.day, _("expectation talk"), talk_later),
            *check_done("privacy_notice", dossier.privacy_notice_on, self.day, _("privacy notice"), notice_later),
        ]

    def check_waiting_time(self, dossier: Dossier) -> list[Missing]:
        """Return a requirement if the waiting time is not over, or unknown."""
        if self.waiting_months is None or self.waiting_rule is None:
            return [Missing("waiting_time", _("waiting time unknown"))]
        rule, source = self.waiting_rule.title, self.waiting_rule.source
        end = self.eligible_from(dossier)
        if end is None:
            return [Missing("waiting_time", _("date of the asylum application unknown"), rule, source)]
        if end <= self.day:
            return []
        text = gettext("waiting time until %(date)s (%(months)d months)")
        return [Missing("waiting_time", text % {"date": format_date(end), "months": self.waiting_months}, rule, source)]

    @property
    def applied_by(self) -> date | None:
        """The latest application date whose waiting time is over, or None if the waiting time is unknown."""
        if self.waiting_months is None:
            return None
        last = add_months(self.day, -self.waiting_months) + timedelta(
            days=3
        )  # the end of a month shifts it by three days at most
        while first_day_after_months(last, self.waiting_months) > self.day:
            last -= timedelta(days=1)
        return last

    def missing_condition(self, code: str) -> models.Q:
        """Return the Q object for the dossiers of which `missing` gives this code for paid work."""
        right, day = models.Q(work_right=WorkRight.NONE), self.day
        permit = ~models.Q(work_right__in=(WorkRight.NONE, WorkRight.FREE))
        waits = models.Q(application_date__isnull=True)
        if self.applied_by is None:
            waits = models.Q()
        else:
            waits |= models.Q(application_date__gt=self.applied_by)
        return {
            "withdrawal": WANTS_TO_STOP & ~models.Q(status__in=CLOSED_STATUSES),
            "work_right": right,
            "waiting_time": permit & waits,
            "reception": permit & ~models.Q(in_reception=InReception.YES),
            "document": permit & (models.Q(document_expires_on=None) | models.Q(document_expires_on__lt=day)),
            "expectation_talk": ~right & (models.Q(expectation_talk_on=None) | models.Q(expectation_talk_on__gt=day)),
            "privacy_notice": ~right & (models.Q(privacy_notice_on=None) | models.Q(privacy_notice_on__gt=day)),
        }[code]


def missing(dossier: Dossier, day: date, kind: str = WorkKind.PAID) -> list[Missing]:
    """Return the requirements that the dossier misses for this kind of work on this day."""
    return Requirements.on(day).missing(dossier, kind)


def eligible_from(dossier: Dossier, day: date) -> date | None:
    """Return the first day after the waiting time by the rule in force on `day`, or None if it is unknown."""
    return Requirements.on(day).eligible_from(dossier)
