"""The wish of a candidate to stop, or of an employer to withdraw an interest, and the outcome that is recorded.

Until a coordinator records the outcome no step forward can be taken with the record: see `check_withdrawal` in
readiness.py and `check_employer_withdrawal` in step_requirements.py.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Model, OuterRef
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dates.format import format_date
from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.follow_up import ERASE, STOP, WITHDRAW, FollowUp
from dossiers.models.candidate_page.answers import resume_agreements, suspend_agreements
from dossiers.models.dossiers.dossier import CLOSED_STATUSES, Dossier
from dossiers.models.employers.interest import EmployerInterest, InterestStatus
from dossiers.models.withdrawal_fields import WANTS_TO_STOP

Withdrawing = Dossier | EmployerInterest


@dataclass(frozen=True)
class WithdrawalKind:
    """A model with WithdrawalFields, and how the actions about the wish are found and end."""

    model: type[Withdrawing]
    subject: str  # the field of actions and contact moments
    occasion: str
    closed_statuses: Collection[str]
    closed_reason: Promise  # why the actions end if the record is closed
    reopening_ends_wish: bool
    """Whether opening a record that was closed as the outcome of the wish says that it goes on after all.

    So it is for an employer, with whom a coordinator agrees it; a list can open the dossier of a candidate again.
    """


KINDS = (
    WithdrawalKind(Dossier, "dossier", STOP, CLOSED_STATUSES, gettext_lazy("The dossier was closed."), False),
    WithdrawalKind(
        EmployerInterest, "interest", WITHDRAW, {InterestStatus.CLOSED}, gettext_lazy("The interest was closed."), True
    ),
)


def save_request(record: Withdrawing, change_reason: str, lapse_reason: str) -> None:
    """Save the wish in a locked record; the actions to record a candidate's yes lapse for this reason."""
    if record.wants_to_stop:
        return
    record.withdrawal_requested_on = timezone.localdate()
    record.withdrawal_retracted_on = record.withdrawal_retracted_by = None
    save_with_reason(record, change_reason)
    suspend_agreements(record.placements.all(), lapse_reason)


def get_locked_request(record: Withdrawing, contact_on: date) -> Any:
    """Return the current record, locked; raises ValidationError if there is no wish to stop left to deal with."""
    current = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if not current.awaits_withdrawal_outcome:
        raise ValidationError(_("The outcome was recorded already: see the page about it."))
    requested_on = current.withdrawal_requested_on
    if requested_on and contact_on < requested_on:
        text = _("The wish to stop was said only on %(day)s. Fill in the day of the contact after it.")
        raise ValidationError({"day": text % {"day": format_date(requested_on)}})
    return current


def save_continuation(record: Withdrawing, contact: ContactMoment, outcome: str, resolution: str) -> None:
    """Record in a record from `get_locked_request` that the candidate or employer goes on after all."""
    record.withdrawal_retracted_on, record.withdrawal_retracted_by = contact.held_on, contact.user
    save_with_reason(record, outcome)
    save_contact(record, contact, f"{outcome}.")
    resolve_actions(record, resolution, contact.user)
    resume_agreements(record.placements.all())


def save_closure(record: Withdrawing, contact: ContactMoment, outcome: str) -> None:
    """Save a record from `get_locked_request` of which status and closing reason were set."""
    record.full_clean()
    save_with_reason(record, outcome)
    reason = {"outcome": outcome, "reason": record.closing_reason}
    save_contact(record, contact, _("%(outcome)s. Reason: %(reason)s.") % reason)
    note = " ".join(filter(None, [str(_get_kind(record).closed_reason), describe_open_actions(record)]))
    resolve_actions(record, note, contact.user)


def describe_open_actions(record: Withdrawing) -> str:
    """Return how many actions about the record, other than those about the wish, stay open; empty if none does."""
    kind = _get_kind(record)
    others = FollowUp.objects.open().filter(**{kind.subject: record}).exclude(occasion__in=(kind.occasion, ERASE))
    if not (count := others.count()):
        return ""
    text = ngettext(
        "%(count)d other action about it is still open: do it, or mark it as done.",
        "%(count)d other actions about it are still open: do them, or mark them as done.",
        count,
    )
    return text % {"count": count}


def save_with_reason(record: Model, change_reason: str) -> None:
    record._change_reason = change_reason  # type: ignore[attr-defined]
    record.save()


def save_contact(record: Withdrawing, contact: ContactMoment, text: str) -> None:
    setattr(contact, _get_kind(record).subject, record)
    contact.text = text
    contact.full_clean()
    contact.save()


def resolve_actions(record: Withdrawing, reason: str, user: User | None) -> None:
    """Mark the actions about the wish as done by the user who recorded the outcome."""
    kind = _get_kind(record)
    for action in FollowUp.objects.open().filter(**{kind.subject: record, "occasion": kind.occasion}):
        action.resolve(reason, user)


@transaction.atomic
def sync_withdrawal_actions(record: Withdrawing | None = None) -> None:
    """Let the actions about a wish to stop lapse if the record is closed, and reopen them if it is not.

    It does so for one record, or for all. An action that somebody marked as done is no outcome: it is reopened too.
    An interest that was closed as the outcome and is open again has no wish any more, and no contact to forget.
    """
    for kind in KINDS if record is None else [_get_kind(record)]:
        records: Any = kind.model._default_manager.filter(**{"pk": record.pk} if record else {})
        actions = FollowUp.objects.filter(occasion=kind.occasion)
        closed = records.filter(status__in=kind.closed_statuses)
        for action in actions.open().filter(**{f"{kind.subject}__in": closed}):
            action.resolve(str(kind.closed_reason))
        waiting = records.filter(WANTS_TO_STOP).exclude(status__in=kind.closed_statuses)
        has_open_action = Exists(actions.open().filter(**{kind.subject: OuterRef("pk")}))
        for key in list(waiting.exclude(has_open_action).values_list("pk", flat=True)):
            last = actions.select_for_update().filter(**{kind.subject: key}).order_by("pk").last()
            if last and kind.reopening_ends_wish and last.done_by_id and last.done_note:  # the outcome was recorded
                _end_wish(kind, key)
            elif last:
                last.due_on = timezone.localdate()
                last.reopen()


def _end_wish(kind: WithdrawalKind, key: int) -> None:
    """Record in an interest that was opened again that its employer goes on; nobody forgets the contact now."""
    record: Any = kind.model._default_manager.select_for_update().get(pk=key)
    record.withdrawal_retracted_on = timezone.localdate()
    reason = _("The interest was opened again: the employer goes on after all.")
    save_with_reason(record, reason)
    for action in FollowUp.objects.open().filter(**{kind.subject: record, "occasion": ERASE}):
        action.resolve(reason)


def _get_kind(record: Withdrawing) -> WithdrawalKind:
    return next(kind for kind in KINDS if isinstance(record, kind.model))
