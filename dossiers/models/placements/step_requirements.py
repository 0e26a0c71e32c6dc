"""The requirements of each step of a placement.

They come from the pilot's own rules and from the Regulations in force on the day of the step.
"""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.activity.follow_up import NO, FollowUp
from dossiers.models.dossiers.dossier import CLOSED_STATUSES, Status, WorkRight
from dossiers.models.dossiers.readiness import Missing, Requirements, check_done, check_withdrawal
from dossiers.models.employers.interest import EmployerInterest, InterestStatus
from dossiers.models.placements.placement import INFORMED_STEPS, PERMIT_STEPS, Placement, Step

BEFORE_PROPOSING = frozenset({"withdrawal", "work_right", "expectation_talk", "privacy_notice"})  # Missing.code


def with_later_no(placements: Any) -> Any:
    """Annotate placements with `later_no_at`, the moment of a candidate's no that nobody has dealt with."""
    unanswered = FollowUp.objects.open().filter(placement=OuterRef("pk"), occasion=NO).order_by("pk")
    return placements.annotate(later_no_at=Subquery(unanswered.values("created_at")[:1]))


def find_missing_requirements(
    placement: Placement, step: Step, day: date, asked: Requirements | None = None
) -> list[Missing]:
    """Return the requirements that are not met for taking this step on this day.

    For many placements, pass the Requirements of the day as `asked` and use placements from `with_progress()` and
    `with_later_no`: that saves three queries for each placement.
    """
    if step in PERMIT_STEPS and not placement.needs_permit:
        return [Missing("no_permit_needed", _("no permit is needed for this placement"))]
    requirements = check_order(placement, step, day)
    if step == Step.ENDED:
        return requirements
    if placement.dossier.status in CLOSED_STATUSES:
        requirements.append(Missing("closed", _("the dossier is closed")))
    else:
        of_candidate = (asked or Requirements.on(day)).missing(placement.dossier, placement.kind)
        is_early = step in (Step.PROPOSED, Step.INTERVIEW)
        requirements += [missing for missing in of_candidate if not is_early or missing.code in BEFORE_PROPOSING]
    requirements += check_employer(placement)
    if step in INFORMED_STEPS:
        requirements += check_agreement(placement, day) + check_later_no(placement)
        text = _("what the employer may know was not shared yet")
        shared_later = _("the employer was told only on %(day)s: choose that day or a later one")
        requirements += check_done("shared", placement.shared_on, day, text, shared_later)
    requirements += check_permit(placement, step, day)
    if step in (Step.PROPOSED, Step.WORKING):
        requirements += check_free_position(placement)
    return requirements


def check_participation(placement: Placement) -> list[Missing]:
    """Return the requirements if the candidate or the employer wants to stop, or did."""
    if placement.dossier.status in CLOSED_STATUSES:
        return [Missing("closed", _("the dossier is closed"))]
    return check_withdrawal(placement.dossier) + check_employer(placement)


def check_employer_withdrawal(interest: EmployerInterest) -> list[Missing]:
    """Return a requirement if the employer wants to withdraw and the outcome was not recorded yet."""
    if not interest.awaits_withdrawal_outcome:
        return []
    text = gettext("the employer wants to withdraw (said on %(day)s): contact them, and record the outcome")
    return [Missing("employer_withdrawal", text % {"day": format_date(interest.withdrawal_requested_on)})]


def check_agreement(placement: Placement, day: date) -> list[Missing]:
    """Return a requirement if the candidate did not agree on this day yet, or said no."""
    if placement.is_declined:
        return [build_declined_requirement(placement, gettext("the candidate said no on %(day)s"))]
    text = _("the candidate's agreement to this employer")
    agreed_later = _("the candidate agreed only on %(day)s: choose that day or a later one")
    return check_done("agreement", placement.candidate_agreed_on, day, text, agreed_later)


def check_told_before(placement: Placement, day: date) -> list[Missing]:
    """Return what contradicts that the employer was told on this day, before the candidate's no or a wish to stop."""
    agreed_on, stopped_on = placement.find_agreement_day(), placement.stopped_on
    if agreed_on is None or agreed_on > day:
        return [Missing("agreement", _("the candidate's agreement to this employer"))]
    if stopped_on and day > stopped_on:
        text = gettext("nothing may be told after %(day)s; fill in the day on which the employer was told before that")
        return [Missing("stopped", text % {"day": format_date(stopped_on)})]
    return []


def check_later_no(placement: Placement) -> list[Missing]:
    """Return a requirement if the candidate said no after the employer was told, and nobody has dealt with that."""
    if placement.shared_on is None:
        return []
    annotated = (
        placement if hasattr(placement, "later_no_at") else with_later_no(Placement.objects).get(pk=placement.pk)
    )
    said_at = annotated.later_no_at
    if said_at is None:
        return []
    text = gettext(
        "the candidate said no on %(day)s, after the employer was told: call, and tick off the action about it"
    )
    return [Missing("later_no", text % {"day": format_date(said_at)})]


def build_declined_requirement(placement: Placement, text: str) -> Missing:
    """Return the requirement about the candidate's no; `text` has a placeholder for its day."""
    return Missing("declined", text % {"day": format_date(placement.candidate_declined_on)})


def check_order(placement: Placement, step: Step, day: date) -> list[Missing]:
    """Return what prevents this step from being the next one on this day."""
    if day > timezone.localdate():
        return [Missing("future", _("this day is still to come"))]
    if placement.pk is None:
        return []
    if step not in placement.next_steps:
        now = Step(placement.status).label
        return [Missing("order", gettext("this placement is already “%(status)s”") % {"status": now})]
    last = max(reached for _step, reached in placement.reached_steps)
    if day < last:
        return [Missing("before", gettext("the step before it was on %(day)s") % {"day": format_date(last)})]
    return []


def check_employer(placement: Placement) -> list[Missing]:
    """Return a requirement if the employer can't take anybody: the interest is closed, or not taken over yet."""
    interest = placement.interest
    if interest.status in (InterestStatus.CLOSED, InterestStatus.UNCONFIRMED):
        return [Missing("interest_closed", _("the employer's interest is closed"))]
    if interest.employer_id is None:
        return [Missing("not_taken_over", _("the sign-up was not taken over yet: take it over first"))]
    return check_employer_withdrawal(interest)


def check_permit(placement: Placement, step: Step, day: date) -> list[Missing]:
    """Return what this step lacks of a work permit that is valid on this day, if the placement needs one."""
    if not placement.needs_permit or step not in (Step.PERMIT_GRANTED, Step.WORKING):
        return []
    if step == Step.PERMIT_GRANTED and placement.permit_requested_on is None:
        return [Missing("permit_requested", _("the permit was not requested yet"))]
    if step == Step.WORKING and placement.permit_granted_on is None:
        return [Missing("permit", _("a work permit (TWV)"), _("paid work needs a permit in force"), "Wav")]
    if placement.permit_valid_until is None:
        return [Missing("permit_until", _("until when the permit is valid"))]
    if placement.permit_valid_until < day:
        ended = format_date(placement.permit_valid_until)
        text = gettext("the permit ended on %(day)s") % {"day": ended}
        return [Missing("permit_ended", text, _("paid work needs a permit in force"), "Wav")]
    return []


def check_free_position(placement: Placement) -> list[Missing]:
    """Return a requirement if all positions of the interest are taken by other candidates."""
    interest = placement.interest
    taken: int | None = getattr(placement, "places_taken", None)
    if taken is None:
        taken = interest.placements.at_work().exclude(pk=placement.pk).count()
    if taken < interest.positions:
        return []
    text = gettext("all places are taken (%(taken)d of %(places)d)")
    return [Missing("place", text % {"taken": taken, "places": interest.positions})]


def check_undo_of_sharing(placement: Placement) -> list[Missing]:
    """Return what prevents taking back that the employer was told: later steps rest on it, or a mail was sent."""
    if placement.shared_on is None:
        return [Missing("shared", _("the employer was not told"))]
    if placement.status != Step.PROPOSED:
        return [Missing("order", _("take the later steps back first"))]
    if placement.is_told_by_mail:
        return [Missing("mail", _("the employer was told by a mail that was sent"))]
    return []


def check_undo_of_last_step(placement: Placement) -> list[Missing]:
    """Return what prevents undoing the last step; the weekly hours, about which a user is asked, are not among it.

    The end of a placement can't be undone after a withdrawal, without a right to work, or with a closed interest.
    """
    steps = [step for step, _day in placement.reached_steps]
    if len(steps) < 2:
        return [Missing("first", _("this is the first step: end the placement instead"))]
    if steps[-1] != Step.ENDED:
        return []
    requirements = check_employer(placement) + check_withdrawal(placement.dossier)
    if placement.dossier.status == Status.WITHDRAWN:
        requirements.append(Missing("closed", _("the dossier is closed")))
    if placement.dossier.work_right == WorkRight.NONE:
        requirements.append(Missing("work_right", _("no right to work: no placement of any kind")))
    return requirements + (check_free_position(placement) if steps[-2] == Step.WORKING else [])
