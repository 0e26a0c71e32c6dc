"""The boxes and arrows of a check as it was saved, also of a check that cannot be published yet."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from pilot_pages.checker.problems import Search
from pilot_pages.placeholders import PlaceholderFiller


@dataclass(frozen=True)
class Arrow:
    """An answer; `to` is the index of the box that it leads to, None if there is no such box."""

    words: str
    target: str
    to: int | None
    is_loop: bool
    href: str

    @property
    def mark(self) -> str:
        """Return what is wrong with the arrow, in words; empty if nothing is."""
        if self.is_loop:
            return gettext("leads back to “%(name)s”") % {"name": self.target}
        if self.to is None and self.target:
            return gettext("“%(name)s” does not exist") % {"name": self.target}
        return gettext("leads nowhere yet") if self.to is None else ""


@dataclass(frozen=True)
class Box:
    """A question or an outcome; `href` leads to its block in the form, "" if there is none."""

    name: str
    words: str
    ends: bool
    is_start: bool
    is_reached: bool
    reaches_outcome: bool
    arrows: tuple[Arrow, ...]
    href: str

    @property
    def marks(self) -> list[str]:
        """Return what is wrong with the box, in words."""
        marks = [] if self.is_reached else [gettext("can't be reached from the first question")]
        return marks if self.reaches_outcome else [*marks, gettext("no way from here ends in an outcome")]

    def find_href(self, answer: int | None) -> str:
        """Return the link to the box in the form, or to one of its answers."""
        return self.href if answer is None else self.arrows[answer].href


def build_graph(value: Any, form_url: str | None = "") -> list[Box]:
    """Return a box for each block of the value of a page's field, in the order of the editor.

    `form_url` is that of the form with the blocks, if it is another page, or None if there is no form yet.
    """

    def make_href(block_id: str | None) -> str:
        return "" if form_url is None or not block_id else f"{form_url}#block-{block_id}-section"

    search, words = Search(value), PlaceholderFiller()
    loops = {(problem.at, problem.answer) for problem in search.check_loops()}
    reached, ending, start = search.find_reached(), search.find_ending(), search.start
    return [
        Box(
            search.names[at],
            words.fill(child.value["heading" if child.block_type == "outcome" else "question"] or ""),
            child.block_type == "outcome",
            at == start,
            at in reached,
            at in ending,
            tuple(
                Arrow(
                    words.fill(bound.value["answer"] or ""),
                    search.targets(at)[number],
                    search.find_target(at, number),
                    (at, number) in loops,
                    make_href(bound.id),
                )
                for number, bound in enumerate(child.value["answers"].bound_blocks)
            )
            if child.block_type == "question"
            else (),
            make_href(child.id),
        )
        for at, child in enumerate(value)
    ]
