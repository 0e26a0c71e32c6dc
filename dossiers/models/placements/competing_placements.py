"""A candidate who starts at one employer while they are proposed to others: those placements stay open until somebody
ends them, for work can be done beside other work, and an employer who knows of them waits for a word."""

from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.lists.lists import ClosingReason
from dossiers.models.placements.placement import Placement, Step

OTHER_WORK_REASON = "Ander werk gevonden"  # as fixtures/lists/ have it; made again where staff removed it


def get_other_work_reason() -> ClosingReason:
    reason, _made = ClosingReason.objects.get_or_create(side=ClosingReason.Side.PLACEMENT, name=OTHER_WORK_REASON)
    return reason


def get_open_placements(dossier: Dossier) -> tuple[list[Placement], list[Placement]]:
    """Those where the candidate is at work, and those that are not so far; each with its parties, the oldest first."""
    placements = list(dossier.placements.open().with_parties().order_by("proposed_on", "pk"))
    return [placement for placement in placements if placement.status == Step.WORKING], [
        placement for placement in placements if placement.status != Step.WORKING
    ]
