"""The other open placements of a candidate who starts to work.

They stay open until a coordinator ends them: the candidate may combine two jobs, and an employer who knows of the
candidate expects an answer.
"""

from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.lists.lists import ClosingReason
from dossiers.models.placements.placement import Placement, Step

OTHER_WORK_REASON = "Ander werk gevonden"  # in fixtures/lists/, and made again if staff deleted it


def get_other_work_reason() -> ClosingReason:
    reason, _made = ClosingReason.objects.get_or_create(side=ClosingReason.Side.PLACEMENT, name=OTHER_WORK_REASON)
    return reason


def get_open_placements(dossier: Dossier) -> tuple[list[Placement], list[Placement]]:
    """Return two lists of open placements, the oldest first: at work, and not at work yet."""
    placements = list(dossier.placements.open().with_parties().order_by("proposed_on", "pk"))
    return [placement for placement in placements if placement.status == Step.WORKING], [
        placement for placement in placements if placement.status != Step.WORKING
    ]
