"""How the status of a dossier, and that of an employer's interest, follow from their placements."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet

from dossiers.models.dossiers.dossier import CLOSED_STATUSES, PLACED_STATUSES, Dossier, Status
from dossiers.models.employers.interest import EmployerInterest, InterestStatus
from dossiers.models.placements.placement import Placement, Step


def sync_statuses(placement: Placement) -> None:
    """Let the dossier's status, and that of the interest, follow from the placements that there are now."""
    sync_dossier_status(placement.dossier)
    _sync_interest_status(placement.interest, less=placement.status == Step.ENDED)


@contextmanager
def sync_after_deletion(placements: QuerySet[Placement]) -> Iterator[None]:
    """Around the deletion of these, alone or with what they belong to: what stays follows from what is left."""
    gone = list(placements.values_list("dossier", "interest"))
    with transaction.atomic():
        yield
        for dossier in Dossier.objects.select_for_update().filter(pk__in=[record for record, _other in gone]):
            sync_dossier_status(dossier)
        for interest in EmployerInterest.objects.select_for_update().filter(pk__in=[other for _one, other in gone]):
            _sync_interest_status(interest, less=True)


def get_open_steps(dossier: Dossier) -> set[str]:
    """Where its open placements are."""
    return set(dossier.placements.open().values_list("status", flat=True))


def derive_status(status: str, steps: Collection[str]) -> str:
    """What the steps of its open placements make of the status of a dossier that is not closed."""
    if Step.WORKING in steps:
        return Status.WORKING.value
    if steps:
        return Status.MATCHED.value
    return Status.AVAILABLE.value if status in PLACED_STATUSES else status


def sync_dossier_status(dossier: Dossier) -> None:
    """Let its status follow from its placements. The dossier is one that was read, and locked, in this transaction."""
    if dossier.status in CLOSED_STATUSES:
        return
    statuses = derive_status(dossier.status, get_open_steps(dossier))
    if statuses != dossier.status:
        dossier.status = statuses
        dossier.save()


def _sync_interest_status(interest: EmployerInterest, *, less: bool) -> None:
    """`less`: a placement ended or went, so that its employer may know of nobody any more."""
    is_shared = interest.placements.open().exclude(shared_on=None).exists()
    if is_shared and interest.status in (InterestStatus.NEW, InterestStatus.CONTACTED):
        interest.status = InterestStatus.MATCHED
        interest.save()
    elif less and not is_shared and interest.status == InterestStatus.MATCHED:
        interest.status = InterestStatus.CONTACTED
        interest.save()
