"""The check as a drawing: every answer with what it leads to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import Media
from wagtail.admin.panels import Panel

from pilot_pages.checker.decision_tree import Answer, Place, Question, Tree
from pilot_pages.checker.problems import Problem, problems_in


@dataclass(frozen=True)
class Branch:
    """A question or an outcome (none: an answer that leads nowhere yet), and what its answers lead to."""

    name: str
    place: Place | None
    answers: tuple[tuple[Answer, "Branch"], ...] = ()
    drawn_before: bool = False


@dataclass(frozen=True)
class Overview:
    root: Branch | None
    loose: list[Place]  # what no answer leads to
    problems: list[Problem]


def overview(value: Any) -> Overview:
    """Of the value of a page's field, whatever is still wrong with it."""
    tree = Tree.of(value)
    drawn: set[str] = set()
    root = _branch(tree, tree.start.name, drawn) if tree.start else None
    loose = [place for place in tree.places.values() if place.name not in drawn]
    return Overview(root, loose, problems_in(value))


def _branch(tree: Tree, name: str, drawn: set[str]) -> Branch:
    """A question to which more answers lead is drawn where it comes first."""
    place, before = tree.places.get(name), name in drawn
    drawn.add(name)
    if not isinstance(place, Question):
        return Branch(name, place)
    return Branch(name, place, () if before else tuple(_branches(tree, place.answers, drawn)), drawn_before=before)


def _branches(tree: Tree, answers: Iterable[Answer], drawn: set[str]) -> Iterable[tuple[Answer, Branch]]:
    for answer in answers:
        yield answer, _branch(tree, answer.to, drawn)


class OverviewPanel(Panel):
    """Draws the check above its form, as it was saved last."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "pilot_pages/check/panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {"overview": overview(self.instance.tree)}

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.instance.tree)

        @property
        def media(self) -> Media:
            return super().media + Media(css={"all": ["css/check-tree.css"]})
