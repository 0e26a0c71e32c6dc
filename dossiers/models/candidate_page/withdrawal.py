"""The candidate's wish to stop with the pilot, said on the own page, and the outcome that a coordinator records."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.follow_up import STOP, FollowUp
from dossiers.models.candidate_page.answers import get_or_create_action
from dossiers.models.dossiers.dossier import Dossier, Status, get_closing_status
from dossiers.models.lists.lists import ClosingReason
from dossiers.models.withdrawal import (
    get_locked_request,
    save_closure,
    save_continuation,
    save_request,
    sync_withdrawal_actions,
)


@transaction.atomic
def request_withdrawal(dossier: Dossier) -> FollowUp:
    """Record that the candidate wants to leave the pilot, and create an action for the coordinator."""
    dossier = Dossier.objects.get_locked(dossier.pk)
    with translation.override(settings.LANGUAGE_CODE):
        change_reason = _("The candidate said on the own page to want to stop")
        save_request(dossier, change_reason, _("The candidate wants to stop."))
        return get_or_create_action(
            dossier, STOP, _("The candidate wants to stop with the pilot. Call, and record the outcome.")
        )


@transaction.atomic
def record_continuation(dossier: Dossier, contact: ContactMoment) -> None:
    """Record that the candidate said in this contact to go on after all, and save both; raises ValidationError."""
    dossier = get_locked_request(dossier, contact.held_on)
    save_continuation(dossier, contact, _("The candidate goes on after all"), _("Recorded: the candidate goes on."))


@transaction.atomic
def close_dossier(
    dossier: Dossier, reason: ClosingReason, contact: ContactMoment, *, keeps_working: bool = False
) -> None:
    """Close the dossier of a candidate who stops; this contact about it, or the attempt at one, is saved too.

    Raises ValidationError: a placement must have ended first. With `keeps_working` only the guidance ends: the
    placement of a candidate who is at work stays as it is.
    """
    dossier = get_locked_request(dossier, contact.held_on)
    if keeps_working:
        if dossier.status != Status.WORKING:
            raise ValidationError({"outcome": _("The candidate is not at work. Choose another outcome.")})
        new_status, outcome = Status.COMPLETED, _("The candidate stops with the pilot, the work goes on")
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
        new_status, outcome = get_closing_status(reason.name), _("The candidate stops")
    dossier.status, dossier.closing_reason = new_status, reason
    save_closure(dossier, contact, outcome)
    sync_withdrawal_actions(dossier)
