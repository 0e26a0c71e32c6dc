"""The one way in which a step of a placement is taken: no form, board or sheet gets round it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.dossiers.readiness import Missing
from dossiers.models.employers.interest import EmployerInterest
from dossiers.models.lists.lists import ClosingReason
from dossiers.models.placements.placement import Placement, Step
from dossiers.models.placements.status_sync import sync_statuses
from dossiers.models.placements.step_requirements import check_free_position, check_reopening, find_missing_requirements
from dossiers.models.placements.weekly_hours import WeeklyHours

SHARED_FIELDS = ("given_name", "profession", "sectors", "dutch_level", "hours_per_week", "available_from")
"""What an employer hears of a candidate who agreed, and nothing else."""

AGREEMENT_FIELDS = frozenset(
    {"kind", "hours_per_week", "wage_agreed", "permit_valid_until", "notes"}
)  # what a form changes
CHANGED_MEANWHILE = gettext_lazy("This placement was changed meanwhile. Look at it again, then take the step.")


class StepRefused(Exception):
    """A step that can't be taken; carries all that stands in the way."""

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
    """Bring a candidate and an offer together; raises StepRefused, or ValidationError on a field."""
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
    """Change a placement under lock, as it stands now; `seen_at` is `changed_at` as its user saw it, or empty."""
    with transaction.atomic():
        now = get_locked_placement(placement.pk)
        if seen_at and seen_at != now.changed_at.isoformat():
            _raise_step_refused([Missing("meanwhile", CHANGED_MEANWHILE)])
        change(now)
        now.full_clean()
        now.save()
        sync_statuses(now)
    return now


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
) -> Placement:
    """Take a step on a day; raises StepRefused with all that stands in the way. An end may say that UWV refused, and a
    start that more hours a week than a full week has, with work elsewhere, are meant."""

    def change(now: Placement) -> None:
        now.permit_valid_until = permit_valid_until or now.permit_valid_until
        requirements = find_missing_requirements(now, step, day)
        if step == Step.ENDED and end_reason is None:
            requirements.append(Missing("end_reason", _("why it ended: choose a reason")))
        if step == Step.WORKING:
            requirements += _check_weekly_hours(now, hours_confirmed)
        _raise_step_refused(requirements)
        now.status = step
        setattr(now, step.date_field, day)
        if step == Step.ENDED:
            now.end_reason = end_reason
            now.permit_refused_on = day if refused and now.permit_requested_on and not now.permit_granted_on else None

    return _change_locked(placement, seen_at, change)


def undo_last_step(placement: Placement, *, hours_confirmed: bool = False, seen_at: str = "") -> Placement:
    """Undo the last step: the placement is where it was before it. The first step has none before it."""

    def change(now: Placement) -> None:
        if len(now.reached_steps) < 2:
            _raise_step_refused([Missing("first", _("this is the first step: end the placement instead"))])
        (before, _day), (last, _last_day) = now.reached_steps[-2:]
        if last == Step.ENDED:
            at_work = before == Step.WORKING
            _raise_step_refused(
                check_reopening(now)
                + (check_free_position(now) + _check_weekly_hours(now, hours_confirmed) if at_work else [])
            )
        now.status = before
        setattr(now, last.date_field, None)
        if last == Step.ENDED:
            now.end_reason, now.permit_refused_on = None, None

    return _change_locked(placement, seen_at, change)


def change_agreement(
    placement: Placement, values: dict[str, Any], *, hours_confirmed: bool = False, seen_at: str
) -> Placement:
    """Change what was agreed (AGREED), and nothing else of the placement; raises StepRefused, ValidationError."""

    def change(now: Placement) -> None:
        before = now.hours_per_week
        for name in AGREEMENT_FIELDS & values.keys():
            setattr(now, name, values[name])
        if now.hours_per_week != before and now.status != Step.ENDED:
            _raise_step_refused(_check_weekly_hours(now, hours_confirmed))

    return _change_locked(placement, seen_at, change)


def record_agreement(placement: Placement, day: date, *, seen_at: str = "") -> Placement:
    """The candidate says yes to this employer; raises StepRefused."""

    def change(now: Placement) -> None:
        if day > timezone.localdate():
            _raise_step_refused([Missing("future", _("this day is still to come"))])
        if day < now.proposed_on:
            proposed = f"{now.proposed_on:%d-%m-%Y}"
            _raise_step_refused([Missing("before", gettext("the step before it was on %(day)s") % {"day": proposed})])
        if now.status == Step.ENDED:
            _raise_step_refused([Missing("order", _("this placement has ended"))])
        if now.shared_on and day > now.shared_on:
            _raise_step_refused([Missing("shared", _("the employer was told before this day"))])
        now.candidate_agreed_on = day

    return _change_locked(placement, seen_at, change)


def record_shared_data(placement: Placement, values: dict[str, str], day: date, *, seen_at: str = "") -> Placement:
    """Keep what the employer was told, as `shown_to_employer` of the day: {field: text}; raises StepRefused."""

    def change(now: Placement) -> None:
        if day > timezone.localdate():
            _raise_step_refused([Missing("future", _("this day is still to come"))])
        if now.candidate_agreed_on is None or now.candidate_agreed_on > day:
            _raise_step_refused([Missing("agreement", _("the candidate's agreement to this employer"))])
        if now.status == Step.ENDED:
            _raise_step_refused([Missing("order", _("this placement has ended"))])
        if values.keys() - set(SHARED_FIELDS):
            raise ValueError("only the fields of SHARED are told to an employer")
        now.shared_on, now.shared = day, values

    return _change_locked(placement, seen_at, change)


def get_locked_placement(key: int) -> Placement:
    """That placement as it stands now, its interest and its dossier with it: nobody else changes any of the three
    before this transaction ends."""
    parties = Placement.objects.values_list("interest", "dossier").get(pk=key)  # a merge may move it
    interest, dossier = _lock_parties(*parties)
    placement = Placement.objects.select_for_update().get(pk=key)
    placement.interest, placement.dossier = interest, dossier
    return placement


def _lock_parties(interest: int, dossier: int) -> tuple[EmployerInterest, Dossier]:
    """Both as they stand now. Two who fill the last place at once: the second waits, and then sees that it is taken."""
    return EmployerInterest.objects.select_for_update().get(pk=interest), Dossier.objects.get_locked(dossier)


def _check_weekly_hours(placement: Placement, confirmed: bool) -> list[Missing]:
    return [] if confirmed else WeeklyHours.of(placement, placement.hours_per_week).missing()


def _raise_step_refused(requirements: list[Missing]) -> None:
    if requirements:
        raise StepRefused(requirements)
