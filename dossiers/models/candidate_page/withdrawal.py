"""The candidate's wish to stop with the pilot, said on the own page, and the outcome that a coordinator records.

Until the outcome is recorded no step forward can be taken with the candidate: see `check_withdrawal` in readiness.py.
"""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dates.format import format_date
from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.follow_up import STOP, FollowUp
from dossiers.models.candidate_page.answers import get_or_create_action, resume_agreements, suspend_agreements
from dossiers.models.dossiers.dossier import CLOSED_STATUSES, Dossier, Status
from dossiers.models.lists.lists import ClosingReason


@transaction.atomic
def request_withdrawal(dossier: Dossier) -> FollowUp:
    """Record that the candidate wants to leave the pilot, and create an action for the coordinator."""
    dossier = Dossier.objects.get_locked(dossier.pk)
    with translation.override(settings.LANGUAGE_CODE):
        if not dossier.wants_to_stop:
            dossier.withdrawal_requested_on = timezone.localdate()
            dossier.withdrawal_retracted_on = dossier.withdrawal_retracted_by = None
            dossier._change_reason = _("The candidate said on the own page to want to stop")  # type: ignore[attr-defined]
            dossier.save()
            suspend_agreements(dossier.placements.all(), _("The candidate wants to stop."))
        return get_or_create_action(
            dossier, STOP, _("The candidate wants to stop with the pilot. Call, and record the outcome.")
        )


@transaction.atomic
def record_continuation(dossier: Dossier, day: date, user: User) -> None:
    """Record that the candidate, called on that day, goes on after all; raises ValidationError."""
    dossier = _get_locked_request(dossier, day)
    dossier.withdrawal_retracted_on, dossier.withdrawal_retracted_by = day, user
    dossier._change_reason = outcome = _("Called: the candidate goes on")  # type: ignore[attr-defined]
    dossier.save()
    _record_call(dossier, day, user, f"{outcome}.")
    resolve_actions(FollowUp.objects.filter(dossier=dossier), _("Recorded: the candidate goes on."), user)
    resume_agreements(dossier.placements.all())


@transaction.atomic
def close_dossier(
    dossier: Dossier, reason: ClosingReason, day: date, user: User, *, keeps_working: bool = False
) -> None:
    """Close the dossier of a candidate who, called on that day, stops; raises ValidationError.

    A placement must have ended first. With `keeps_working` only the guidance ends: the placement of a candidate who is
    at work stays as it is.
    """
    dossier = _get_locked_request(dossier, day)
    if keeps_working:
        if dossier.status != Status.WORKING:
            raise ValidationError({"outcome": _("The candidate is not at work. Choose another outcome.")})
        new_status, outcome = Status.COMPLETED, _("Called: the candidate stops with the pilot, the work goes on")
    elif dossier.status == Status.WORKING:
        text = _(
            "The candidate is at work. If the work goes on, choose “Stops with the pilot, the work goes on”. If the "
            "work stops too, end the placement first: it is linked above."
        )
        raise ValidationError({"outcome": text})
    elif dossier.status == Status.MATCHED:
        text = _("There is a placement still: it is linked above. End it first, then record that the candidate stops.")
        raise ValidationError({"outcome": text})
    else:
        new_status, outcome = Status.WITHDRAWN, _("Called: the candidate stops")
    dossier.status = new_status
    dossier.closing_reason = reason
    dossier._change_reason = outcome  # type: ignore[attr-defined]
    dossier.full_clean()
    dossier.save()
    _record_call(dossier, day, user, _("%(outcome)s. Reason: %(reason)s.") % {"outcome": outcome, "reason": reason})
    resolve_actions(FollowUp.objects.filter(dossier=dossier), _("The dossier was closed."), user)
    sync_withdrawal_actions(dossier)


@transaction.atomic
def sync_withdrawal_actions(dossier: Dossier | None = None) -> None:
    """Let the actions of candidates who want to stop lapse if the dossier is closed, and reopen them if it is not.

    It does so for one dossier, or for all. An action that somebody marked as done is no outcome: it is reopened too.
    """
    dossiers = Dossier.objects.filter(pk=dossier.pk) if dossier else Dossier.objects.all()
    closed = dossiers.filter(status__in=CLOSED_STATUSES)
    resolve_actions(FollowUp.objects.filter(dossier__in=closed), _("The dossier was closed."))
    actions = FollowUp.objects.filter(occasion=STOP)
    has_open_action = Exists(actions.open().filter(dossier=OuterRef("pk")))
    for waiting in list(dossiers.wanting_to_stop().not_anonymised().exclude(has_open_action)):
        if action := actions.select_for_update().filter(dossier=waiting).order_by("pk").last():
            action.due_on = timezone.localdate()
            action.reopen()


def resolve_actions(actions: QuerySet[FollowUp], why: str, user: User | None = None) -> None:
    """Mark the actions as done by the user who recorded the outcome; without a user they lapse."""
    for action in actions.filter(done_at=None, occasion=STOP):
        action.resolve(why, user)


def _get_locked_request(dossier: Dossier, called_on: date) -> Dossier:
    """Return the current dossier, locked; raises ValidationError if there is no wish to stop left to deal with."""
    dossier = Dossier.objects.get_locked(dossier.pk)
    if not dossier.awaits_withdrawal_outcome:
        raise ValidationError(_("The outcome was recorded already: see the page of the dossier."))
    requested_on = dossier.withdrawal_requested_on
    if requested_on and called_on < requested_on:
        text = _("The candidate said only on %(day)s to want to stop. Fill in the day of the call after it.")
        raise ValidationError({"day": text % {"day": format_date(requested_on)}})
    return dossier


def _record_call(dossier: Dossier, day: date, user: User, text: str) -> None:
    contact = ContactMoment(dossier=dossier, kind=ContactMoment.Kind.CALL, held_on=day, text=text, user=user)
    contact.full_clean()
    contact.save()
