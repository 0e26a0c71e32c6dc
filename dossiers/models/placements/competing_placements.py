"""A candidate who starts at one employer while they are proposed to others: those placements stay open until somebody
ends them, for work can be done beside other work, and an employer who knows of them waits for a word."""

from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.lists.lists import ClosingReason
from dossiers.models.placements.placement import Placement, Step

OTHER_WORK_REASON = "Ander werk gevonden"  # as fixtures/lists/ have it; made again where staff removed it


def other_work_reason() -> ClosingReason:
    found, _made = ClosingReason.objects.get_or_create(side=ClosingReason.Side.PLACEMENT, name=OTHER_WORK_REASON)
    return found


def open_placements(dossier: Dossier) -> tuple[list[Placement], list[Placement]]:
    """Those where the candidate is at work, and those that are not so far; each with its parties, the oldest first."""
    found = list(dossier.placements.open().with_parties().order_by("proposed_on", "pk"))
    return [one for one in found if one.status == Step.WORKING], [one for one in found if one.status != Step.WORKING]
