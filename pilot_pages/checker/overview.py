"""The overview of a check: a drawing, the same in words, and what is to be mended."""

from dataclasses import dataclass
from typing import Any

from django.forms import Media
from wagtail.admin.panels import Panel

from pilot_pages.checker.graph import Arrow, Box, build_graph
from pilot_pages.checker.layout import Drawing, draw
from pilot_pages.checker.problems import Problem, problems_in


@dataclass(frozen=True)
class Branch:
    """A question or outcome with the branches of its answers; an answer that leads back or nowhere has none."""

    box: Box
    answers: tuple[tuple[Arrow, "Branch | None"], ...]
    is_repeated: bool


@dataclass(frozen=True)
class Overview:
    roots: list[Branch]  # of the first question
    loose_roots: list[Branch]  # of what can't be reached from it
    drawing: Drawing
    problems: list[tuple[Problem, str]]  # with the address of the block in the form


def overview(value: Any, form_url: str | None = "") -> Overview:
    """Build the overview from the value of a page's field, which may have problems."""
    boxes = build_graph(value, form_url)
    listed: set[int] = set()
    roots = [_branch(boxes, at, listed) for at, box in enumerate(boxes) if box.is_start]
    # Those that no answer leads to come first; what is left after them leads to itself.
    targets = {arrow.to for box in boxes for arrow in box.arrows}
    order = sorted(range(len(boxes)), key=lambda at: at in targets)
    loose_roots = [_branch(boxes, at, listed) for at in order if at not in listed]
    problems = [
        (problem, "" if problem.at is None else boxes[problem.at].find_href(problem.answer))
        for problem in problems_in(value)
    ]
    return Overview(roots, loose_roots, draw(boxes), problems)


def _branch(boxes: list[Box], at: int, listed: set[int]) -> Branch:
    """Return the branch of a box. A question that several answers lead to has its answers at the first one only."""
    box, is_repeated = boxes[at], at in listed
    listed.add(at)
    answers = tuple(
        (arrow, None if arrow.to is None or arrow.is_loop else _branch(boxes, arrow.to, listed))
        for arrow in (() if is_repeated else box.arrows)
    )
    return Branch(box, answers, is_repeated)


class OverviewPanel(Panel):
    """A panel above the form that shows the overview of the last saved version."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "pilot_pages/check/panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {"overview": overview(self.instance.tree)}

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.instance.tree)

        @property
        def media(self) -> Media:
            return super().media + Media(css={"all": ["css/check-tree.css"]}, js=["backoffice/check-drawing.js"])
