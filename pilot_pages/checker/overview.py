"""The overview of a check as a tree: each answer with the question or outcome that it leads to."""

from dataclasses import dataclass
from typing import Any

from django.forms import Media
from wagtail.admin.panels import Panel

from pilot_pages.checker.decision_tree import Answer, Place, Question, Tree
from pilot_pages.checker.problems import Problem, problems_in


@dataclass(frozen=True)
class Branch:
    """A question or outcome with the branches of its answers; `place` is None for a target that does not exist."""

    name: str
    place: Place | None
    answers: tuple[tuple[Answer, "Branch"], ...] = ()
    drawn_before: bool = False


@dataclass(frozen=True)
class Overview:
    root: Branch | None
    loose: list[Place]  # places that no answer leads to
    problems: list[Problem]


def overview(value: Any) -> Overview:
    """Build the overview from the value of a page's field, which may have problems."""
    tree = Tree.of(value)
    drawn: set[str] = set()
    root = _branch(tree, tree.start.name, drawn) if tree.start else None
    loose = [place for place in tree.places.values() if place.name not in drawn]
    return Overview(root, loose, problems_in(value))


def _branch(tree: Tree, name: str, drawn: set[str]) -> Branch:
    """Return the branch of a place. A question that several answers lead to has its answers at the first one only."""
    place, drawn_before = tree.places.get(name), name in drawn
    drawn.add(name)
    if not isinstance(place, Question):
        return Branch(name, place)
    answers = () if drawn_before else place.answers
    branches = tuple((answer, _branch(tree, answer.to, drawn)) for answer in answers)
    return Branch(name, place, branches, drawn_before=drawn_before)


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
            return super().media + Media(css={"all": ["css/check-tree.css"]})
