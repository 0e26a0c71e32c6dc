"""Why an action that a rule made is needed no more: in words, for the record; or empty while it is."""

from collections.abc import Callable

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from dossiers.actions.triggers import NO_DOCUMENT, contacts_since_sign_up, without_work_right
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


def open_ones(code: str, only: Dossier | None = None) -> QuerySet[FollowUp]:
    """The open actions of a rule, with all that the answers below ask for."""
    actions = FollowUp.objects.open().by_rule(code).select_related("dossier", "interest", "placement__dossier")
    return actions.filter(Q(dossier=only) | Q(placement__dossier=only)) if only else actions


def _what(action: FollowUp) -> str:
    """What tells its occasion from others of the same record."""
    return action.occasion.partition(":")[2]


def _about_placement(why: Callable[[FollowUp, Placement], str]) -> Callable[[FollowUp], str]:
    """About one that stands: when it ended, nothing is left to do."""

    def told(action: FollowUp) -> str:
        placement = action.placement
        if placement is None:
            return ""
        if placement.status == Step.ENDED:
            return _("The placement ended on %(day)s.") % {"day": f"{placement.ended_on:%d-%m-%Y}"}
        return why(action, placement)

    return told


@_about_placement
def _permit(action: FollowUp, placement: Placement) -> str:
    until = placement.permit_valid_until
    if placement.status not in (Step.PERMIT_GRANTED, Step.WORKING) or until is None:
        return _("There is no permit any more: a step of the placement was taken back.")
    if placement.kind == WorkKind.PAID and not placement.needs_permit:
        return _("No permit is needed any more: the candidate is free to work.")
    if until.isoformat() != _what(action):
        return _("The permit is now valid until %(day)s.") % {"day": f"{until:%d-%m-%Y}"}
    return ""


def _document(action: FollowUp) -> str:
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
    if ends.isoformat() != _what(action):
        return _("The document is now valid until %(day)s.") % {"day": f"{ends:%d-%m-%Y}"}
    return ""


@_about_placement
def _at_work(action: FollowUp, placement: Placement) -> str:
    began = placement.working_on
    if placement.status != Step.WORKING or began is None:
        return _("The candidate is not at work: a step of the placement was taken back.")
    if began.isoformat() != _what(action):
        return _("The first working day is now %(day)s.") % {"day": f"{began:%d-%m-%Y}"}
    return ""


def _work_right(action: FollowUp) -> str:
    dossier = action.dossier
    if dossier is None:
        return ""
    if dossier.work_right != WorkRight.NONE:
        return _("The candidate may work again.")
    current_losses = without_work_right(Dossier.objects.filter(pk=dossier.pk)).values_list("loss", flat=True).first()
    if current_losses is None:
        return _("The dossier was closed, and no placement is open.")
    lost_again = action.occasion.startswith(f"{dossier.pk}:") and str(current_losses) != _what(action)
    return _("The right to work came back and was lost again: there is a newer action.") if lost_again else ""


def _sign_up(action: FollowUp) -> str:
    interest = action.interest
    if interest is None:
        return ""
    if interest.status != InterestStatus.NEW:
        return _("The interest is now “%(status)s”.") % {"status": interest.get_status_display()}
    interests = EmployerInterest.objects.filter(Exists(contacts_since_sign_up()), pk=interest.pk)
    return _("There was contact with the employer.") if interests.exists() else ""


@_about_placement
def _elsewhere(action: FollowUp, placement: Placement) -> str:
    if placement.status == Step.WORKING:
        return _("The candidate is at work here too.")
    began = Placement.objects.at_work().filter(pk=int(_what(action)))
    return "" if began.exists() else _("The candidate is not at work there any more.")


WHY: dict[str, Callable[[FollowUp], str]] = {
    RuleCode.PERMIT_ENDS: _permit,
    RuleCode.DOCUMENT_ENDS: _document,
    RuleCode.AT_WORK: _at_work,
    RuleCode.AT_WORK_LONG: _at_work,
    RuleCode.WORK_RIGHT_LOST: _work_right,
    RuleCode.SIGN_UP_UNANSWERED: _sign_up,
    RuleCode.WORKS_ELSEWHERE: _elsewhere,
}


def why_settled(action: FollowUp) -> str:
    """Empty while what its rule saw is still so, and where nobody can tell: its record was taken off it."""
    return WHY[action.rule](action)
