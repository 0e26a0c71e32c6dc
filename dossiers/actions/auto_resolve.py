"""Finds out whether the trigger of an action no longer applies, so that the action can be resolved automatically.

For each rule a function returns the reason as a text for people, or an empty text while the trigger applies.
"""

from collections.abc import Callable

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from dates.format import format_date
from dossiers.actions.triggers import NO_DOCUMENT, find_dossiers_without_work_right
from dossiers.figures.employers import contacts_since_sign_up
from dossiers.models import (
    CLOSED_STATUSES,
    Dossier,
    EmployerInterest,
    FollowUp,
    InterestStatus,
    Placement,
    RuleCode,
    Step,
    WorkKind,
    WorkRight,
)


def get_open_actions(code: str, only: Dossier | None = None) -> QuerySet[FollowUp]:
    """Return the open actions of a rule with their related records; `only` limits them to one dossier."""
    actions = FollowUp.objects.open().by_rule(code).select_related("dossier", "interest", "placement__dossier")
    return actions.filter(Q(dossier=only) | Q(placement__dossier=only)) if only else actions


def _get_occasion_detail(action: FollowUp) -> str:
    """Return the part of the occasion's key after the record's key."""
    return action.occasion.partition(":")[2]


def _for_open_placement(get_reason: Callable[[FollowUp, Placement], str]) -> Callable[[FollowUp], str]:
    """Decorate a function about placements that have not ended: the end of a placement resolves each action."""

    def find_reason(action: FollowUp) -> str:
        placement = action.placement
        if placement is None:
            return ""
        if placement.status == Step.ENDED:
            return _("The placement ended on %(day)s.") % {"day": format_date(placement.ended_on)}
        return get_reason(action, placement)

    return find_reason


@_for_open_placement
def find_permit_reason(action: FollowUp, placement: Placement) -> str:
    until = placement.permit_valid_until
    if placement.status not in (Step.PERMIT_GRANTED, Step.WORKING) or until is None:
        return _("There is no permit any more: a step of the placement was taken back.")
    if placement.kind == WorkKind.PAID and not placement.needs_permit:
        return _("No permit is needed any more: the candidate is free to work.")
    if until.isoformat() != _get_occasion_detail(action):
        return _("The permit is now valid until %(day)s.") % {"day": format_date(until)}
    return ""


def find_document_reason(action: FollowUp) -> str:
    dossier = action.dossier
    if dossier is None:
        return ""
    if dossier.status in CLOSED_STATUSES:
        return _("The dossier was closed.")
    if dossier.work_right in NO_DOCUMENT:
        right = WorkRight(dossier.work_right).label
        return _("The W-document does not matter any more: %(right)s.") % {"right": right}
    ends = dossier.document_expires_on
    if ends is None:
        return _("The end date of the document was taken away.")
    if ends.isoformat() != _get_occasion_detail(action):
        return _("The document is now valid until %(day)s.") % {"day": format_date(ends)}
    return ""


@_for_open_placement
def find_at_work_reason(action: FollowUp, placement: Placement) -> str:
    began = placement.working_on
    if placement.status != Step.WORKING or began is None:
        return _("The candidate is not at work: a step of the placement was taken back.")
    if began.isoformat() != _get_occasion_detail(action):
        return _("The first working day is now %(day)s.") % {"day": format_date(began)}
    return ""


def find_work_right_reason(action: FollowUp) -> str:
    dossier = action.dossier
    if dossier is None:
        return ""
    if dossier.work_right != WorkRight.NONE:
        return _("The candidate may work again.")
    current_losses = (
        find_dossiers_without_work_right(Dossier.objects.filter(pk=dossier.pk)).values_list("loss", flat=True).first()
    )
    if current_losses is None:
        return _("The dossier was closed, and no placement is open.")
    lost_again = action.occasion.startswith(f"{dossier.pk}:") and str(current_losses) != _get_occasion_detail(action)
    return _("The right to work came back and was lost again: there is a newer action.") if lost_again else ""


def find_sign_up_reason(action: FollowUp) -> str:
    interest = action.interest
    if interest is None:
        return ""
    if interest.status != InterestStatus.NEW:
        return _("The interest is now “%(status)s”.") % {"status": interest.get_status_display()}
    interests = EmployerInterest.objects.filter(Exists(contacts_since_sign_up()), pk=interest.pk)
    return _("There was contact with the employer.") if interests.exists() else ""


@_for_open_placement
def find_elsewhere_reason(action: FollowUp, placement: Placement) -> str:
    if placement.status == Step.WORKING:
        return _("The candidate is at work here too.")
    began = Placement.objects.at_work().filter(pk=int(_get_occasion_detail(action))).first()
    if began is None:
        return _("The candidate is not at work there any more.")
    # the undo of a merge gives placements back to the other dossier
    return "" if began.dossier_id == placement.dossier_id else _("The placement there belongs to another dossier.")


REASON_FINDERS: dict[str, Callable[[FollowUp], str]] = {
    RuleCode.PERMIT_ENDS: find_permit_reason,
    RuleCode.DOCUMENT_ENDS: find_document_reason,
    RuleCode.AT_WORK: find_at_work_reason,
    RuleCode.AT_WORK_LONG: find_at_work_reason,
    RuleCode.WORK_RIGHT_LOST: find_work_right_reason,
    RuleCode.SIGN_UP_UNANSWERED: find_sign_up_reason,
    RuleCode.WORKS_ELSEWHERE: find_elsewhere_reason,
}


def find_resolve_reason(action: FollowUp) -> str:
    """Return why the action can be resolved; empty if its trigger applies or if its record was unlinked."""
    return REASON_FINDERS[action.rule](action)
