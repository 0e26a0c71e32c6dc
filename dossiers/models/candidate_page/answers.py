"""Answers that candidates give on their own page; each creates an action for the coordinator.

A yes to a proposal has no effect until a coordinator records the agreement; a no takes a recorded agreement back, as
long as the employer knows nothing. A no is always kept, also if the proposal changed since the page was opened. The
page reads the actions to show what the candidate answered before.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.follow_up import BY_CANDIDATE, CORRECTION, NO, YES, FollowUp
from dossiers.models.dossiers.dossier import CLOSED_STATUSES, Dossier
from dossiers.models.placements.placement import Placement, Step
from dossiers.models.placements.step_requirements import check_participation

MAX_CORRECTION_LENGTH = 2_000
MAX_CHARACTERS_SHOWN = 120  # characters in the action; the contact moment has the whole text
SAID_NO_AFTER_SHARING = gettext_lazy(
    "The candidate says no to proposal %(reference)s, but the employer was told already. Call."
)


@transaction.atomic
def save_message(dossier: Dossier, text: str, *, with_answer: bool = False) -> FollowUp:
    """Save the candidate's text as a contact moment, and create an action; raises ValidationError.

    `with_answer` means that it was sent with a yes, a no or the wish to stop, so that it may be the reason for that.
    """
    with translation.override(settings.LANGUAGE_CODE):
        written = _("The candidate wrote on the own page: %(text)s") % {"text": text}
        contact = ContactMoment(dossier=dossier, kind=ContactMoment.Kind.OWN_PAGE, text=written)
        contact.full_clean()
        contact.save()
        short = Truncator(" ".join(text.split())).chars(MAX_CHARACTERS_SHOWN)
        beside_answer = _("The candidate wrote with the answer: “%(text)s”")
        alone = _("The candidate asks for a correction: “%(text)s”")
        return get_or_create_action(dossier, CORRECTION, (beside_answer if with_answer else alone) % {"text": short})


class AnswerOutcome(StrEnum):
    """The result of an answer to a proposal, which the candidate reads on the own page."""

    YES = "yes"
    NO = "no"
    NO_AFTER_SHARING = "no_shared"  # recorded, but the employer knew of the candidate
    NO_AFTER_END = "no_ended"
    YES_TOO_LATE = "yes_too_late"  # not recorded: the proposal does not go on


@transaction.atomic
def record_answer(placement: Placement, *, agrees: bool) -> AnswerOutcome:
    """Record the candidate's yes or no to a proposal and create an action; that of the opposite answer lapses.

    A yes after the agreement was recorded is no news: it creates no action.
    """
    dossier = Dossier.objects.get_locked(placement.dossier_id)  # before the placement, as in placement_steps.py
    placement = Placement.objects.select_for_update().get(pk=placement.pk)
    has_ended = placement.status == Step.ENDED or dossier.status in CLOSED_STATUSES
    if agrees and (has_ended or (placement.shared_on is None and check_participation(placement))):
        return AnswerOutcome.YES_TOO_LATE
    is_known = agrees and placement.candidate_agreed_on is not None
    if placement.shared_on is None and not is_known:
        placement.candidate_declined_on = None if agrees else timezone.localdate()
        if not agrees:
            placement.candidate_agreed_on = None
        placement.save()
    with translation.override(settings.LANGUAGE_CODE):
        for former in FollowUp.objects.open().filter(placement=placement, occasion=NO if agrees else YES):
            former.resolve(_("The candidate gave another answer."))
        outcome, text = AnswerOutcome.YES, _("The candidate says yes to proposal %(reference)s. Record the agreement.")
        if has_ended:
            outcome = AnswerOutcome.NO_AFTER_END
            text = _("The candidate says no to proposal %(reference)s, which had ended. Call if that is needed.")
        elif not agrees and placement.shared_on:
            outcome = AnswerOutcome.NO_AFTER_SHARING
            text = str(SAID_NO_AFTER_SHARING)
        elif not agrees:
            outcome = AnswerOutcome.NO
            text = _("The candidate says no to proposal %(reference)s. Call, and end it.")
        if not is_known:
            text %= {"reference": placement.reference}
            get_or_create_action(dossier, YES if agrees else NO, text, placement)
    return outcome


def record_answer_to_deleted_proposal(dossier: Dossier, *, agrees: bool) -> AnswerOutcome:
    """Create an action for a no to a proposal that was deleted since the candidate opened the page."""
    if agrees:
        return AnswerOutcome.YES_TOO_LATE
    with translation.override(settings.LANGUAGE_CODE):
        text = _("The candidate says no to a proposal that was deleted. Call if that is needed.")
        get_or_create_action(dossier, NO, text)
    return AnswerOutcome.NO_AFTER_END


def find_yes(placement: Placement) -> date | None:
    """Return the day on which the candidate said yes on the own page, or None if that is not the latest answer."""
    answers = FollowUp.objects.filter(placement=placement, occasion__in=(YES, NO))
    latest = answers.order_by("-created_at", "-pk").first()
    return timezone.localdate(latest.created_at) if latest and latest.occasion == YES else None


def resolve_answers(
    placement: Placement, reasons: Mapping[str, str], completed: str, user: AbstractBaseUser | None
) -> None:
    """Resolve the actions of the candidate's yes and no; `reasons` has the reason for each of the two.

    The action of the answer `completed` asked for what `user` just did, so it is done; the other one lapses.
    """
    for action in FollowUp.objects.open().filter(placement=placement, occasion__in=reasons):
        action.resolve(reasons[action.occasion], user if action.occasion == completed else None)


def reopen_no_after_sharing(placement: Placement) -> None:
    """Make the action of the latest no one that came after the employer was told: somebody has to call about it."""
    if action := FollowUp.objects.filter(placement=placement, occasion=NO).order_by("created_at", "pk").last():
        action.text = SAID_NO_AFTER_SHARING % {"reference": placement.reference}
        action.save()
        action.reopen()


def reopen_yes(placement: Placement) -> None:
    """Reopen the action to record the candidate's yes, if that is the latest answer."""
    actions = FollowUp.objects.filter(placement=placement, occasion=YES).order_by("created_at", "pk")
    if find_yes(placement) and (action := actions.last()):
        action.due_on = timezone.localdate()
        action.reopen()


def suspend_agreements(placements: QuerySet[Placement], reason: str) -> None:
    """Let the actions lapse that ask to record a candidate's yes, because no step can be taken for that reason."""
    for action in FollowUp.objects.open().filter(placement__in=placements, occasion=YES):
        action.resolve(reason)


def resume_agreements(placements: QuerySet[Placement]) -> None:
    """Reopen the actions that `suspend_agreements` let lapse, for each yes that still has to be recorded."""
    for placement in placements.filter(candidate_agreed_on=None, candidate_declined_on=None).exclude(status=Step.ENDED):
        action = FollowUp.objects.filter(placement=placement, occasion=YES).order_by("created_at", "pk").last()
        if action and action.has_lapsed:
            action.due_on = timezone.localdate()
            action.reopen()


def get_answers(dossier: Dossier) -> QuerySet[FollowUp]:
    """Return the actions that the candidate's answers created, the latest first."""
    return FollowUp.objects.filter(dossier=dossier, occasion__startswith=BY_CANDIDATE).order_by("-created_at", "-pk")


def get_or_create_action(dossier: Dossier, occasion: str, text: str, placement: Placement | None = None) -> FollowUp:
    """Return the open action with these fields, or create one that is due today."""
    fields = {"dossier": dossier, "placement": placement, "text": text, "occasion": occasion}
    action = FollowUp.objects.open().filter(**fields).first()
    if action:
        return action
    made = FollowUp(**fields, due_on=timezone.localdate(), owner=dossier.coordinator)
    made.full_clean()
    made.save()
    return made
