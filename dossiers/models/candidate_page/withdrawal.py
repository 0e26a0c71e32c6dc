"""The candidate's wish to stop with the pilot, said on the own page, and the outcome that a coordinator records.

Until the outcome is recorded no step forward can be taken with the candidate: see `check_withdrawal` in readiness.py.
"""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dates.format import format_date
from dossiers.models.activity.follow_up import STOP, FollowUp
from dossiers.models.candidate_page.answers import get_or_create_action
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
        return get_or_create_action(
            dossier, STOP, _("The candidate wants to stop with the pilot. Call, and record the outcome.")
        )


@transaction.atomic
def record_continuation(dossier: Dossier, day: date, user: User) -> None:
    """Record that the candidate, called on that day, goes on after all; raises ValidationError."""
    dossier = _get_locked_request(dossier)
    requested_on = dossier.withdrawal_requested_on
    if requested_on and day < requested_on:
        text = _("The candidate said only on %(day)s to want to stop. Fill in the day of the call after it.")
        raise ValidationError({"day": text % {"day": format_date(requested_on)}})
    dossier.withdrawal_retracted_on, dossier.withdrawal_retracted_by = day, user
    dossier._change_reason = _("Called: the candidate goes on")  # type: ignore[attr-defined]
    dossier.save()
    resolve_actions(FollowUp.objects.filter(dossier=dossier), _("Recorded: the candidate goes on."))


@transaction.atomic
def close_dossier(dossier: Dossier, reason: ClosingReason) -> None:
    """Close the dossier of a candidate who wants to stop; raises ValidationError if a placement is open."""
    dossier = _get_locked_request(dossier)
    dossier.status, dossier.closing_reason = Status.WITHDRAWN, reason
    dossier.full_clean()
    dossier.save()
    resolve_closed(dossier)


def resolve_closed(dossier: Dossier | None = None) -> None:
    """Let the actions of candidates who want to stop lapse, if the dossier is closed; of one dossier, or of all."""
    actions = FollowUp.objects.filter(dossier__status__in=CLOSED_STATUSES)
    resolve_actions(actions.filter(dossier=dossier) if dossier else actions, _("The dossier was closed."))


def resolve_actions(actions: QuerySet[FollowUp], why: str) -> None:
    for action in actions.filter(done_at=None, occasion=STOP):
        action.mark_done_by_rule(why)


def _get_locked_request(dossier: Dossier) -> Dossier:
    """Return the current dossier, locked; raises ValidationError if there is no wish to stop left to deal with."""
    dossier = Dossier.objects.get_locked(dossier.pk)
    if dossier.status in CLOSED_STATUSES or not dossier.wants_to_stop:
        raise ValidationError(_("The outcome was recorded already: see the page of the dossier."))
    return dossier
