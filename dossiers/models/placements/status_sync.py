"""Derives the statuses of dossiers and employer interests from their placements."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from dossiers.models.dossiers.dossier import CLOSED_STATUSES, PLACED_STATUSES, Dossier, Status
from dossiers.models.employers.employer import Employer
from dossiers.models.employers.interest import EmployerInterest, InterestStatus
from dossiers.models.placements.introductions import was_discussed
from dossiers.models.placements.placement import Placement, Step


def sync_statuses(placement: Placement) -> None:
    """Update the statuses of the placement's dossier and interest after the placement changed.

    An ongoing placement also takes the employer out of the archive.
    """
    sync_dossier_status(placement.dossier)
    sync_interest_status(placement.interest, has_fewer=placement.status == Step.ENDED)
    Employer.objects.filter(interests=placement.interest_id).leave_archive()


@contextmanager
def sync_after_deletion(placements: QuerySet[Placement]) -> Iterator[None]:
    """Wrap the deletion of placements: afterwards update the statuses of the remaining dossiers and interests."""
    deleted = list(placements.values_list("dossier", "interest"))
    with transaction.atomic():
        yield
        for dossier in Dossier.objects.select_for_update().filter(pk__in=[dossier for dossier, _interest in deleted]):
            sync_dossier_status(dossier, find_unplaced_status(dossier))
        interests = EmployerInterest.objects.select_for_update()
        for interest in interests.filter(pk__in=[interest for _dossier, interest in deleted]):
            sync_interest_status(interest, has_fewer=True)


def get_open_steps(dossier: Dossier) -> set[str]:
    """Return the statuses of the open placements."""
    return set(dossier.placements.open().values_list("status", flat=True))


def derive_status(status: str, steps: Collection[str], unplaced: str = Status.AVAILABLE.value) -> str:
    """Return the new status of a dossier that is not closed, given the steps of its open placements.

    `unplaced` is the one after the last placement.
    """
    if Step.WORKING in steps:
        return Status.WORKING.value
    if steps:
        return Status.MATCHED.value
    return unplaced if status in PLACED_STATUSES else status


def find_unplaced_status(dossier: Dossier, without: Collection[int] = (), until: datetime | None = None) -> str:
    """Return the status from before the placements, and before a moment if one is given.

    That is available if there is none, or if a placement came after it that is not one of those in `without`.
    """
    steps = dossier.history.exclude(status__in=PLACED_STATUSES | CLOSED_STATUSES)
    if until:
        steps = steps.filter(history_date__lt=until)
    before = steps.order_by("history_date", "history_id").last()
    others = dossier.placements.exclude(pk__in=without)
    if before is None or others.filter(created_at__gt=before.history_date).exists():
        return Status.AVAILABLE.value
    return str(before.status)


def find_statuses_after_deletion(placements: QuerySet[Placement]) -> dict[Dossier, Status]:
    """Return the new statuses of the dossiers whose status changes if these placements are deleted."""
    keys, statuses = set(placements.values_list("pk", flat=True)), {}
    for dossier in Dossier.objects.filter(placements__in=keys).distinct().order_by("reference"):
        steps = dossier.placements.open().exclude(pk__in=keys).values_list("status", flat=True)
        status = derive_status(dossier.status, set(steps), find_unplaced_status(dossier, keys))
        if status != dossier.status and dossier.status not in CLOSED_STATUSES:
            statuses[dossier] = Status(status)
    return statuses


def find_status_after_restore(placement: Placement) -> Status | None:
    """Return the new status of the dossier of a deleted placement if that comes back; None if it stays the same."""
    dossier, steps = placement.dossier, get_open_steps(placement.dossier)
    if placement.status != Step.ENDED:
        steps.add(placement.status)
    status = derive_status(dossier.status, steps)
    return Status(status) if status != dossier.status and dossier.status not in CLOSED_STATUSES else None


def derive_interest_status(
    status: str, *, has_shared: bool, has_fewer: bool, unmatched: str = InterestStatus.CONTACTED.value
) -> str:
    """Return the new status of an interest, which staff may also have set.

    `has_shared` says that the employer knows a candidate of an open placement, `has_fewer` that a placement ended, was
    deleted, or was told to the employer by mistake. `unmatched` is the status after the last placement.
    """
    if has_shared:
        is_before = status in (InterestStatus.NEW, InterestStatus.CONTACTED)
        return InterestStatus.MATCHED.value if is_before else status
    return unmatched if has_fewer and status == InterestStatus.MATCHED else status


def find_unmatched_status(interest: EmployerInterest) -> str:
    """Return the status from before the placements, which is "contacted" if the employer was spoken with about one."""
    if interest.placements.filter(was_discussed(timezone.localdate())).exists():
        return InterestStatus.CONTACTED.value
    steps = interest.history.exclude(status__in=(InterestStatus.MATCHED, InterestStatus.CLOSED))
    before = steps.order_by("history_date", "history_id").last()
    return str(before.status) if before else InterestStatus.CONTACTED.value


def sync_dossier_status(dossier: Dossier, unplaced: str = Status.AVAILABLE.value) -> None:
    """Update the dossier's status; the caller has read and locked the dossier in this transaction."""
    if dossier.status in CLOSED_STATUSES:
        return
    status = derive_status(dossier.status, get_open_steps(dossier), unplaced)
    if status != dossier.status:
        dossier.status = status
        dossier.save()


def sync_interest_status(interest: EmployerInterest, *, has_fewer: bool) -> None:
    """Update the interest's status; see `derive_interest_status` for `has_fewer`."""
    has_shared = interest.placements.open().exclude(shared_on=None).exists()
    unmatched = find_unmatched_status(interest) if has_fewer else ""
    status = derive_interest_status(interest.status, has_shared=has_shared, has_fewer=has_fewer, unmatched=unmatched)
    if status != interest.status:
        interest.status = status
        interest.save()
