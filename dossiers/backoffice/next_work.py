"""The button on a record's page for the work that its state asks for, beside that for a talk."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.backoffice.activity.subjects import get_create_url, get_record_url
from dossiers.backoffice.placements.routes import may_propose, propose_url
from dossiers.models import Dossier, Employer, EmployerInterest, InterestStatus, Placement, Status, Step


@dataclass(frozen=True)
class WorkButton:
    """A link to the page on which the work is done."""

    label: str
    url: str


def get_work_button(record: Model, user: Any) -> WorkButton | None:
    """Return the button for the work that the record's state asks for, or None if a talk comes first."""
    match record:
        case Dossier():
            return get_candidate_button(record, user)
        case Employer():
            return get_employer_button(record, user)
        case EmployerInterest(status=InterestStatus.NEW):
            return None
        case EmployerInterest():
            return get_interest_button(record, user)
        case Placement(status=Step.ENDED, dossier=candidate):
            return get_candidate_button(candidate, user)
    return None


def get_candidate_button(dossier: Dossier, user: Any) -> WorkButton | None:
    if not user.has_perm("dossiers.view_placement"):
        return None
    placements = list(
        Placement.objects.visible_to(user).open().filter(dossier=dossier).select_related("interest__employer")
    )
    if len(placements) == 1:
        label = _("To the placement at %(company)s") % {"company": placements[0].interest.company_name}
        return WorkButton(label, get_record_url(placements[0]))
    if placements:
        count = len(placements)
        label = ngettext("To the %(count)s placement", "To the %(count)s placements", count) % {"count": count}
        return WorkButton(label, f"{get_record_url(dossier)}#placement")
    if dossier.status == Status.AVAILABLE and may_propose(user, dossier):
        return WorkButton(_("Propose to an employer"), propose_url(dossier=dossier.pk))
    return None


def get_employer_button(employer: Employer, user: Any) -> WorkButton | None:
    """Return the button that proposes for the only open interest, or that adds one if there is none."""
    interests = list(
        EmployerInterest.objects.visible_to(user).filter(employer=employer).exclude(status=InterestStatus.CLOSED)[:2]
    )
    if len(interests) == 1:
        return get_work_button(interests[0], user)
    if not interests and user.has_perms(("dossiers.view_employerinterest", "dossiers.add_employerinterest")):
        return WorkButton(_("New offer"), get_create_url(EmployerInterest, employer))
    return None


def get_interest_button(interest: EmployerInterest, user: Any) -> WorkButton | None:
    is_open = EmployerInterest.objects.open_to_proposals(timezone.localdate()).filter(pk=interest.pk).exists()
    if is_open and may_propose(user, interest):
        return WorkButton(_("Propose a candidate"), propose_url(interest=interest.pk))
    return None
