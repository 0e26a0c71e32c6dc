"""What a placement works towards, and what is missing for it: the same words in the list, on the board and its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from dossiers.models import Missing, Placement, Requirements, Step
from dossiers.models.placements.step_requirements import find_missing_requirements

ASKED_WITH_THE_STEP = frozenset({"permit_until"})  # codes of Missing that the step's own form asks


@dataclass(frozen=True)
class NextStepOutlook:
    """A step that can come, and all that stands in its way today."""

    step: Step
    missing: list[Missing]


class NextStepPlanner:
    """Today's rules, read once for all placements of a page; these come with `with_progress()`."""

    def __init__(self, day: date | None = None) -> None:
        self.day = day or timezone.localdate()
        self.asked = Requirements.on(self.day)

    def to(self, placement: Placement, step: Step) -> NextStepOutlook:
        requirements = find_missing_requirements(placement, step, self.day, self.asked)
        return NextStepOutlook(
            step, [requirement for requirement in requirements if requirement.code not in ASKED_WITH_THE_STEP]
        )

    def next(self, placement: Placement) -> NextStepOutlook | None:
        """None for who works and for what has ended."""
        return self.to(placement, placement.next_step) if placement.next_step else None


def in_words(missing: Iterable[Missing]) -> list[str]:
    """Each with its rule and where that stands: "waiting time until 14-03-2027 (Waiting time, uwv.nl)"."""
    return [
        f"{requirement.text} ({', '.join(str(part) for part in (requirement.rule, requirement.source) if part)})"
        if requirement.rule
        else str(requirement.text)
        for requirement in missing
    ]
