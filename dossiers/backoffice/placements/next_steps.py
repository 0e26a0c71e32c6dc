"""The next steps of a placement and the missing requirements, for the list, the board and the page of a placement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from dossiers.models import Missing, Placement, Requirements, Step
from dossiers.models.placements.step_requirements import find_missing_requirements

CODES_ASKED_BY_STEP_FORM = frozenset({"permit_until"})  # requirements that the form of the step itself asks for


@dataclass(frozen=True)
class NextStepOutlook:
    """A possible next step, and the requirements for it that are not met today."""

    step: Step
    missing: list[Missing]


class NextStepPlanner:
    """Plans next steps by the rules of one day, which are queried once.

    The placements must come from a queryset with `with_progress()`.
    """

    def __init__(self, day: date | None = None) -> None:
        self.day = day or timezone.localdate()
        self.requirements = Requirements.on(self.day)

    def plan_step(self, placement: Placement, step: Step) -> NextStepOutlook:
        requirements = find_missing_requirements(placement, step, self.day, self.requirements)
        return NextStepOutlook(
            step, [requirement for requirement in requirements if requirement.code not in CODES_ASKED_BY_STEP_FORM]
        )

    def plan_next_step(self, placement: Placement) -> NextStepOutlook | None:
        """Return the next step, or None for a placement at work or ended."""
        return self.plan_step(placement, placement.next_step) if placement.next_step else None


def describe_missing(missing: Iterable[Missing]) -> list[str]:
    """Return a text for each requirement, such as "waiting time until 14-03-2027 (Waiting time, uwv.nl)"."""
    return [
        f"{requirement.text} ({', '.join(str(part) for part in (requirement.rule, requirement.source) if part)})"
        if requirement.rule
        else str(requirement.text)
        for requirement in missing
    ]
