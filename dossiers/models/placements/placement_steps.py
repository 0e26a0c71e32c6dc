"""Takes the steps of placements; forms, the board and imports all use these functions."""

from collections.abc import Callable
from datetime import date
from itertools import dropwhile
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.activity.follow_up import NO, YES
from dossiers.models.candidate_page.answers import reopen_no_after_sharing, reopen_yes, resolve_answers
from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.dossiers.readiness import Missing
from dossiers.models.employers.interest import EmployerInterest
from dossiers.models.lists.lists import ClosingReason
from dossiers.models.placements.placement import AGREEMENT_UNDONE, SHARING_UNDONE, Placement, Step
from dossiers.models.placements.status_sync import sync_interest_status, sync_statuses
from dossiers.models.placements.step_requirements import (
    build_declined_requirement,
    check_agreement,
    check_participation,
    check_told_before,
    check_undo_of_last_step,
    check_undo_of_sharing,
    find_missing_requirements,
)
from dossiers.models.placements.weekly_hours import WeeklyHours

SHARED_FIELDS = ("given_name", "profession", "sectors", "dutch_level", "hours_per_week", "available_from")
"""The only dossier fields that an employer gets to see, after the candidate agreed."""

AGREEMENT_FIELDS = frozenset({"kind", "hours_per_week", "wage_agreed", "permit_valid_until", "notes"})
"""The fields that a form can change."""
CHANGED_MEANWHILE = gettext_lazy("This placement was changed meanwhile. Look at it again, then take the step.")


class StepRefused(Exception):
    """Raised if a step can't be taken; `requirements` has all requirements that are not met."""

    def __init__(self, requirements: list[Missing]) -> None:
        self.requirements = requirements
        super().__init__("; ".join(str(requirement.text) for requirement in requirements))


def propose(
    dossier: Dossier,
    interest: EmployerInterest,
    day: date | None = None,
    *,
    hours_confirmed: bool = False,
    **fields: Any,
) -> Placement:
    """Create the placement of a candidate at an employer's interest; raises StepRefused or ValidationError."""
    with transaction.atomic():
        interest, dossier = _lock_parties(interest.pk, dossier.pk)
        placement = Placement(dossier=dossier, interest=interest, proposed_on=day or timezone.localdate(), **fields)
        _raise_step_refused(
            find_missing_requirements(placement, Step.PROPOSED, placement.proposed_on)
            + _check_weekly_hours(placement, hours_confirmed)
        )
        placement.full_clean(exclude=["reference"])
        placement.save()
        sync_statuses(placement)
    return placement


def _change_locked(placement: Placement, seen_at: str, change: Callable[[Placement], None]) -> Placement:
    """Lock a placement, apply `change` to its current state, save it and return it.

    `seen_at` is `changed_at` (ISO) as the user saw it; raises StepRefused if it differs. Empty skips that check.
    """
    with transaction.atomic():
        locked = get_locked_placement(placement.pk)
        if seen_at and seen_at != locked.changed_at.isoformat():
            _raise_step_refused([Missing("meanwhile", CHANGED_MEANWHILE)])
        change(locked)
        locked.full_clean()
        locked.save()
        sync_statuses(locked)
    return locked


def take_step(
    placement: Placement,
    step: Step,
    day: date,
    *,
    permit_valid_until: date | None = None,
    end_reason: ClosingReason | None = None,
    refused: bool = False,
    hours_confirmed: bool = False,
    seen_at: str = "",
    user: AbstractBaseUser | None = None,
) -> Placement:
    """Take a step on a day; raises StepRefused.

    `refused` records, for the end of a placement, that UWV refused the permit. `hours_confirmed` says that the total
    of weekly hours at all employers may exceed a full week.
    """

    def change(locked: Placement) -> None:
        locked.permit_valid_until = permit_valid_until or locked.permit_valid_until
        requirements = find_missing_requirements(locked, step, day)
        if step == Step.ENDED and end_reason is None:
            requirements.append(Missing("end_reason", _("why it ended: choose a reason")))
        if step == Step.WORKING:
            requirements += _check_weekly_hours(locked, hours_confirmed)
        _raise_step_refused(requirements)
        locked.status = step
        setattr(locked, step.date_field, day)
        if step == Step.ENDED:
            locked.end_reason = end_reason
            reason = gettext("The placement ended on %(day)s.") % {"day": format_date(day)}
            resolve_answers(locked, dict.fromkeys((YES, NO), reason), NO, user)
            locked.permit_refused_on = (
                day if refused and locked.permit_requested_on and not locked.permit_granted_on else None
            )

    return _change_locked(placement, seen_at, change)


def undo_last_step(placement: Placement, *, hours_confirmed: bool = False, seen_at: str = "") -> Placement:
    """Undo the last step; raises StepRefused for the first step, and if the end can't be undone."""

    def change(locked: Placement) -> None:
        _raise_step_refused(check_undo_of_last_step(locked))
        (before, _day), (last, _last_day) = locked.reached_steps[-2:]
        if (before, last) == (Step.WORKING, Step.ENDED):
            _raise_step_refused(_check_weekly_hours(locked, hours_confirmed))
        locked.status = before
        setattr(locked, last.date_field, None)
        if last == Step.ENDED:
            locked.end_reason, locked.permit_refused_on = None, None

    return _change_locked(placement, seen_at, change)


def change_agreement(
    placement: Placement, values: dict[str, Any], *, hours_confirmed: bool = False, seen_at: str
) -> Placement:
    """Change only the fields of AGREEMENT_FIELDS; raises StepRefused or ValidationError."""

    def change(locked: Placement) -> None:
        before = locked.hours_per_week
        for name in AGREEMENT_FIELDS & values.keys():
            setattr(locked, name, values[name])
        if locked.hours_per_week != before and locked.status != Step.ENDED:
            _raise_step_refused(_check_weekly_hours(locked, hours_confirmed))

    return _change_locked(placement, seen_at, change)


def record_agreement(
    placement: Placement,
    day: date,
    *,
    changed_mind: bool = False,
    seen_at: str = "",
    user: AbstractBaseUser | None = None,
) -> Placement:
    """Record that the candidate agreed to this employer on a day; raises StepRefused.

    `changed_mind` says that the candidate, who said no on the own page, says yes now.
    """

    def change(locked: Placement) -> None:
        if day > timezone.localdate():
            _raise_step_refused([Missing("future", _("this day is still to come"))])
        if day < locked.proposed_on:
            proposed = format_date(locked.proposed_on)
            _raise_step_refused([Missing("before", gettext("the step before it was on %(day)s") % {"day": proposed})])
        _raise_step_refused(_check_open(locked))
        _raise_step_refused(check_participation(locked))
        if locked.shared_on and day > locked.shared_on:
            text = gettext("the employer was told on %(day)s already: choose that day or an earlier one")
            _raise_step_refused([Missing("shared", text % {"day": format_date(locked.shared_on)})])
        if locked.is_declined and not changed_mind:
            text = gettext("the candidate said no on %(day)s; record a yes only if the candidate changed their mind")
            _raise_step_refused([build_declined_requirement(locked, text)])
        if locked.candidate_declined_on and day < locked.candidate_declined_on:
            text = gettext("the candidate said no after this day, on %(day)s")
            _raise_step_refused([build_declined_requirement(locked, text)])
        locked.candidate_agreed_on = day
        reasons = {YES: gettext("The agreement was recorded."), NO: gettext("The candidate agreed after all.")}
        resolve_answers(locked, reasons, YES, user)

    return _change_locked(placement, seen_at, change)


def undo_agreement(placement: Placement, *, seen_at: str = "") -> Placement:
    """Take back an agreement that was recorded by mistake; raises StepRefused if the placement went on since."""

    def change(locked: Placement) -> None:
        if locked.candidate_agreed_on is None:
            _raise_step_refused([Missing("agreement", _("no agreement is recorded"))])
        if locked.shared_on:
            text = gettext("the employer was told on %(day)s already") % {"day": format_date(locked.shared_on)}
            _raise_step_refused([Missing("shared", text)])
        if locked.status != Step.PROPOSED:
            _raise_step_refused([Missing("order", _("take the later steps back first"))])
        locked.candidate_agreed_on = None
        locked._change_reason = str(AGREEMENT_UNDONE)  # type: ignore[attr-defined]
        reopen_yes(locked)

    return _change_locked(placement, seen_at, change)


def record_shared_data(
    placement: Placement, values: dict[str, str], day: date, *, was_told_before: bool = False, seen_at: str = ""
) -> Placement:
    """Record the {field: text} that was shared with the employer on a day; raises StepRefused.

    `was_told_before` says that the employer was told before the candidate's no, or before the wish to stop. The
    placement is then as if that had been recorded first: the agreement stands, and somebody has to call about the no.
    """

    def change(locked: Placement) -> None:
        if day > timezone.localdate():
            _raise_step_refused([Missing("future", _("this day is still to come"))])
        if was_told_before and locked.stopped_on:
            _raise_step_refused(check_told_before(locked, day))
            if locked.is_declined:
                _restore_agreement(locked)
        else:
            _raise_step_refused(check_participation(locked) + check_agreement(locked, day))
        _raise_step_refused(_check_open(locked))
        if values.keys() - set(SHARED_FIELDS):
            raise ValueError("only the fields of SHARED are told to an employer")
        locked.shared_on, locked.shared = day, values

    return _change_locked(placement, seen_at, change)


@transaction.atomic
def undo_sharing(placement: Placement, *, seen_at: str = "") -> Placement:
    """Take back that the employer was told, which was recorded by mistake; raises StepRefused.

    A mail that was sent can't be taken back, nor what later steps rest on.
    """

    def change(locked: Placement) -> None:
        _raise_step_refused(check_undo_of_sharing(locked))
        current = (locked.shared_on, locked.shared)
        steps = locked.history.order_by("-history_date", "-history_id")
        before = next(dropwhile(lambda step: (step.shared_on, step.shared) == current, steps), None)
        if (
            before and before.candidate_declined_on and not locked.candidate_declined_on
        ):  # recorded as told before the no
            locked.candidate_agreed_on, locked.candidate_declined_on = None, before.candidate_declined_on
        earlier = [sharing for sharing in locked.find_sharings() if sharing != current]
        locked.shared_on, locked.shared = earlier[0] if earlier else (None, {})
        locked._change_reason = str(SHARING_UNDONE)  # type: ignore[attr-defined]

    undone = _change_locked(placement, seen_at, change)
    sync_interest_status(undone.interest, has_fewer=undone.shared_on is None)
    return undone


def record_mailed_data(
    placement: Placement, values: dict[str, str], day: date, user: AbstractBaseUser | None
) -> Placement:
    """Record the {field: text} of a mail that was sent: nothing that happened meanwhile changes that."""
    with transaction.atomic():
        locked = get_locked_placement(placement.pk)
        if locked.is_declined:
            _restore_agreement(locked)
        locked.shared_on, locked.shared = day, {} if locked.dossier.anonymised_at else values
        locked._history_user = user  # type: ignore[attr-defined]
        locked.save()
        sync_statuses(locked)
    return locked


def _restore_agreement(placement: Placement) -> None:
    """Let the agreement from before the candidate's no stand, because the employer was told; somebody has to call."""
    placement.candidate_agreed_on, placement.candidate_declined_on = placement.find_agreement_day(), None
    reopen_no_after_sharing(placement)


def find_sharing_requirements(placement: Placement, day: date) -> list[Missing]:
    """Return what is missing before the employer may be told on this day."""
    return check_participation(placement) + check_agreement(placement, day) + _check_open(placement)


def get_locked_placement(key: int) -> Placement:
    """Return the current state of a placement, locked with its interest and dossier until the transaction ends."""
    parties = Placement.objects.values_list("interest", "dossier").get(pk=key)  # current: a merge may have changed them
    interest, dossier = _lock_parties(*parties)
    placement = Placement.objects.select_for_update().get(pk=key)
    placement.interest, placement.dossier = interest, dossier
    return placement


def _lock_parties(interest: int, dossier: int) -> tuple[EmployerInterest, Dossier]:
    """Return interest and dossier, locked: of two users who fill the last position, the second waits and is refused."""
    return EmployerInterest.objects.select_for_update().get(pk=interest), Dossier.objects.get_locked(dossier)


def _check_open(placement: Placement) -> list[Missing]:
    return [Missing("order", _("this placement has ended"))] if placement.status == Step.ENDED else []


def _check_weekly_hours(placement: Placement, confirmed: bool) -> list[Missing]:
    return [] if confirmed else WeeklyHours.of(placement, placement.hours_per_week).missing()


def _raise_step_refused(requirements: list[Missing]) -> None:
    if requirements:
        raise StepRefused(requirements)
