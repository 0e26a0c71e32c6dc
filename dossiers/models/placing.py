"""What each step of a placement asks, and the one way in which a step is taken: no form, board or sheet gets round it.

The rules are the pilot's own and those of the Regulations in force on the day of the step.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import CLOSED_STATUSES, PLACED_STATUSES, Dossier, Status, WorkRight
from dossiers.models.interest import EmployerInterest, InterestStatus
from dossiers.models.lists import ClosingReason
from dossiers.models.missing import Missing, Requirements
from dossiers.models.placement import PERMIT_STEPS, TOLD, Placement, Step

BEFORE_PROPOSING = frozenset({"work_right", "expectation_talk", "privacy_notice"})  # codes of Missing
SHARED = ("given_name", "profession", "sectors", "dutch_level", "hours_per_week", "available_from")
"""What an employer hears of a candidate who agreed, and nothing else."""

AGREED = frozenset({"kind", "hours_per_week", "wage_agreed", "permit_valid_until", "notes"})  # what a form changes
MEANWHILE = gettext_lazy("This placement was changed meanwhile. Look at it again, then take the step.")


class NotPlaced(Exception):
    """A step that can't be taken; carries all that stands in the way."""

    def __init__(self, lacking: list[Missing]) -> None:
        self.lacking = lacking
        super().__init__("; ".join(str(one.text) for one in lacking))


def lacking(placement: Placement, step: Step, day: date, asked: Requirements | None = None) -> list[Missing]:
    """All that stands in the way of that step on that day, each in words, with its rule where there is one.

    For many placements at once: `asked` is what the rules ask on that day, read once, and `with_progress()` counts the
    places that are taken.
    """
    if step in PERMIT_STEPS and not placement.needs_permit:
        return [Missing("no_permit_needed", _("no permit is needed for this placement"))]
    found = _order(placement, step, day)
    if step == Step.ENDED:
        return found
    found += _of_candidate(placement, step, asked or Requirements.on(day))
    found += _of_employer(placement)
    if step in TOLD and (placement.candidate_agreed_on is None or placement.candidate_agreed_on > day):
        found.append(Missing("agreement", _("the candidate's agreement to this employer")))
    if step in TOLD and (placement.shared_on is None or placement.shared_on > day):
        found.append(Missing("shared", _("what the employer may know was not shared yet")))
    found += _of_permit(placement, step, day)
    if step in (Step.PROPOSED, Step.WORKING):
        found += _of_place(placement)
    return found


def _order(placement: Placement, step: Step, day: date) -> list[Missing]:
    if day > timezone.localdate():
        return [Missing("future", _("this day is still to come"))]
    if placement.pk is None:
        return []
    if step not in placement.next_steps:
        now = Step(placement.status).label
        return [Missing("order", gettext("this placement is already “%(status)s”") % {"status": now})]
    last = max(reached for _step, reached in placement.reached)
    if day < last:
        return [Missing("before", gettext("the step before it was on %(day)s") % {"day": f"{last:%d-%m-%Y}"})]
    return []


def _of_candidate(placement: Placement, step: Step, asked: Requirements) -> list[Missing]:
    dossier = placement.dossier
    if dossier.status in CLOSED_STATUSES:
        return [Missing("closed", _("the dossier is closed"))]
    found = asked.missing(dossier, placement.kind)
    if step in (Step.PROPOSED, Step.INTERVIEW):
        return [one for one in found if one.code in BEFORE_PROPOSING]
    return found


def _of_employer(placement: Placement) -> list[Missing]:
    interest = placement.interest
    if interest.status in (InterestStatus.CLOSED, InterestStatus.UNCONFIRMED):
        return [Missing("interest_closed", _("the employer's interest is closed"))]
    if interest.employer_id is None:
        return [Missing("not_taken_over", _("the sign-up was not taken over yet: take it over first"))]
    return []


def _of_permit(placement: Placement, step: Step, day: date) -> list[Missing]:
    if not placement.needs_permit or step not in (Step.PERMIT_GRANTED, Step.WORKING):
        return []
    if step == Step.PERMIT_GRANTED and placement.permit_requested_on is None:
        return [Missing("permit_requested", _("the permit was not requested yet"))]
    if step == Step.WORKING and placement.permit_granted_on is None:
        return [Missing("permit", _("a work permit (TWV)"), _("paid work needs a permit in force"), "Wav")]
    if placement.permit_valid_until is None:
        return [Missing("permit_until", _("until when the permit is valid"))]
    if placement.permit_valid_until < day:
        ended = f"{placement.permit_valid_until:%d-%m-%Y}"
        text = gettext("the permit ended on %(day)s") % {"day": ended}
        return [Missing("permit_ended", text, _("paid work needs a permit in force"), "Wav")]
    return []


def _of_place(placement: Placement) -> list[Missing]:
    interest = placement.interest
    taken: int | None = getattr(placement, "places_taken", None)
    if taken is None:
        taken = interest.placements.at_work().exclude(pk=placement.pk).count()
    if taken < interest.positions:
        return []
    text = gettext("all places are taken (%(taken)d of %(places)d)")
    return [Missing("place", text % {"taken": taken, "places": interest.positions})]


def propose(dossier: Dossier, interest: EmployerInterest, day: date | None = None, **fields: Any) -> Placement:
    """Bring a candidate and an offer together; raises NotPlaced, or ValidationError on a field."""
    with transaction.atomic():
        interest, dossier = _locked(interest.pk, dossier.pk)
        placement = Placement(dossier=dossier, interest=interest, proposed_on=day or timezone.localdate(), **fields)
        _refuse(lacking(placement, Step.PROPOSED, placement.proposed_on))
        placement.full_clean(exclude=["reference"])
        placement.save()
        follow(placement)
    return placement


def _changed(placement: Placement, seen_at: str, change: Callable[[Placement], None]) -> Placement:
    """Change a placement under lock, as it stands now; `seen_at` is `changed_at` as its user saw it, or empty."""
    with transaction.atomic():
        parties = Placement.objects.values_list("interest", "dossier").get(pk=placement.pk)  # a merge may move it
        interest, dossier = _locked(*parties)
        now = Placement.objects.select_for_update().get(pk=placement.pk)
        now.interest, now.dossier = interest, dossier
        if seen_at and seen_at != now.changed_at.isoformat():
            _refuse([Missing("meanwhile", MEANWHILE)])
        change(now)
        now.full_clean()
        now.save()
        follow(now)
    return now


def take_step(
    placement: Placement,
    step: Step,
    day: date,
    *,
    permit_valid_until: date | None = None,
    end_reason: ClosingReason | None = None,
    refused: bool = False,
    seen_at: str = "",
) -> Placement:
    """Take a step on a day; raises NotPlaced with all that stands in the way. An end may say that UWV refused."""

    def change(now: Placement) -> None:
        now.permit_valid_until = permit_valid_until or now.permit_valid_until
        found = lacking(now, step, day)
        if step == Step.ENDED and end_reason is None:
            found.append(Missing("end_reason", _("why it ended: choose a reason")))
        _refuse(found)
        now.status = step
        setattr(now, step.date_field, day)
        if step == Step.ENDED:
            now.end_reason = end_reason
            now.permit_refused_on = day if refused and now.permit_requested_on and not now.permit_granted_on else None

    return _changed(placement, seen_at, change)


def take_back(placement: Placement, *, seen_at: str = "") -> Placement:
    """Undo the last step: the placement is where it was before it. The first step has none before it."""

    def change(now: Placement) -> None:
        if len(now.reached) < 2:
            _refuse([Missing("first", _("this is the first step: end the placement instead"))])
        (before, _day), (last, _last_day) = now.reached[-2:]
        if last == Step.ENDED:
            _refuse(_of_reopening(now) + (_of_place(now) if before == Step.WORKING else []))
        now.status = before
        setattr(now, last.date_field, None)
        if last == Step.ENDED:
            now.end_reason, now.permit_refused_on = None, None

    return _changed(placement, seen_at, change)


def _of_reopening(placement: Placement) -> list[Missing]:
    """An end is not taken back for who withdrew or may not work, nor at an offer that is closed."""
    found = _of_employer(placement)
    if placement.dossier.status == Status.WITHDRAWN:
        found.append(Missing("closed", _("the dossier is closed")))
    if placement.dossier.work_right == WorkRight.NONE:
        found.append(Missing("work_right", _("no right to work: no placement of any kind")))
    return found


def change_agreed(placement: Placement, values: dict[str, Any], *, seen_at: str) -> Placement:
    """Change what was agreed (AGREED), and nothing else of the placement; raises NotPlaced, ValidationError."""

    def change(now: Placement) -> None:
        for name in AGREED & values.keys():
            setattr(now, name, values[name])

    return _changed(placement, seen_at, change)


def agree(placement: Placement, day: date, *, seen_at: str = "") -> Placement:
    """The candidate says yes to this employer; raises NotPlaced."""

    def change(now: Placement) -> None:
        if day > timezone.localdate():
            _refuse([Missing("future", _("this day is still to come"))])
        if day < now.proposed_on:
            proposed = f"{now.proposed_on:%d-%m-%Y}"
            _refuse([Missing("before", gettext("the step before it was on %(day)s") % {"day": proposed})])
        if now.status == Step.ENDED:
            _refuse([Missing("order", _("this placement has ended"))])
        if now.shared_on and day > now.shared_on:
            _refuse([Missing("shared", _("the employer was told before this day"))])
        now.candidate_agreed_on = day

    return _changed(placement, seen_at, change)


def share(placement: Placement, values: dict[str, str], day: date, *, seen_at: str = "") -> Placement:
    """Keep what the employer was told, as `shown_to_employer` of the day: {field: text}; raises NotPlaced."""

    def change(now: Placement) -> None:
        if day > timezone.localdate():
            _refuse([Missing("future", _("this day is still to come"))])
        if now.candidate_agreed_on is None or now.candidate_agreed_on > day:
            _refuse([Missing("agreement", _("the candidate's agreement to this employer"))])
        if now.status == Step.ENDED:
            _refuse([Missing("order", _("this placement has ended"))])
        if values.keys() - set(SHARED):
            raise ValueError("only the fields of SHARED are told to an employer")
        now.shared_on, now.shared = day, values

    return _changed(placement, seen_at, change)


def follow(placement: Placement) -> None:
    """Let the dossier's status, and that of the interest, follow from the placements that there are now."""
    dossier_follows(placement.dossier)
    _interest_follows(placement.interest, less=placement.status == Step.ENDED)


@contextmanager
def deleting(placements: QuerySet[Placement]) -> Iterator[None]:
    """Around the deletion of these, alone or with what they belong to: what stays follows from what is left."""
    gone = list(placements.values_list("dossier", "interest"))
    with transaction.atomic():
        yield
        for dossier in Dossier.objects.select_for_update().filter(pk__in=[one for one, _other in gone]):
            dossier_follows(dossier)
        for interest in EmployerInterest.objects.select_for_update().filter(pk__in=[other for _one, other in gone]):
            _interest_follows(interest, less=True)


def placed_status(dossier: Dossier) -> Status | None:
    """What its open placements make of its status; None when it has none."""
    open_steps = set(dossier.placements.open().values_list("status", flat=True))
    if Step.WORKING in open_steps:
        return Status.WORKING
    return Status.MATCHED if open_steps else None


def dossier_follows(dossier: Dossier) -> None:
    """Let its status follow from its placements. The dossier is one that was read, and locked, in this transaction."""
    wanted: str = dossier.status
    if dossier.status not in CLOSED_STATUSES:
        without = Status.AVAILABLE if dossier.status in PLACED_STATUSES else dossier.status
        wanted = placed_status(dossier) or without
    if wanted != dossier.status:
        dossier.status = wanted
        dossier.save()


def _interest_follows(interest: EmployerInterest, *, less: bool) -> None:
    """`less`: a placement ended or went, so that its employer may know of nobody any more."""
    told = interest.placements.open().exclude(shared_on=None).exists()
    if told and interest.status in (InterestStatus.NEW, InterestStatus.CONTACTED):
        interest.status = InterestStatus.MATCHED
        interest.save()
    elif less and not told and interest.status == InterestStatus.MATCHED:
        interest.status = InterestStatus.CONTACTED
        interest.save()


def weeks_at_work(placement: Placement, day: date) -> int | None:
    """Whole weeks from the first working day to the end, or to `day`; None when nobody worked."""
    if placement.working_on is None:
        return None
    return max((min(placement.ended_on or day, day) - placement.working_on) // timedelta(weeks=1), 0)


def _locked(interest: int, dossier: int) -> tuple[EmployerInterest, Dossier]:
    """Both as they stand now. Two who fill the last place at once: the second waits, and then sees that it is taken."""
    return EmployerInterest.objects.select_for_update().get(pk=interest), Dossier.objects.locked(dossier)


def _refuse(found: list[Missing]) -> None:
    if found:
        raise NotPlaced(found)
