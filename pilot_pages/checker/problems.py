"""Validation of a check: finds each problem and its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from pilot_pages.checker.privacy import find_private_data
from pilot_pages.placeholders import PlaceholderFiller

MIN_ANSWERS = 2


@dataclass(frozen=True)
class Problem:
    """A problem of the check as a whole, or of the question or outcome with index `at`.

    `field` is a field of the block; if `answer` is given, of the answer with that index.
    """

    message: str
    at: int | None = None
    field: str = ""
    answer: int | None = None
    where: str = ""  # a description of the place

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def problems_in(value: Any) -> list[Problem]:
    """Return all problems, general ones first. Without problems each path from the first question ends in an
    outcome."""
    return list(Search(value))


class Search:
    """Iterates over the problems in the value of a page's field."""

    def __init__(self, value: Any) -> None:
        self.places = [(child.block_type, child.value) for child in value]
        self.names = [(block["name"] or "").strip() for _kind, block in self.places]
        self.rules = PlaceholderFiller()

    def __iter__(self) -> Iterator[Problem]:
        yield from self.check_types()
        for at, (kind, block) in enumerate(self.places):
            yield from self.check_name(at)
            yield from self.check_texts(at, ("question",) if kind == "question" else ("heading", "summary"))
            yield from self.check_privacy(at)
            if kind == "outcome":
                yield from self.check_next_step(at)
            if kind == "question":
                yield from self.check_answers(at, list(block["answers"]))
        yield from self.check_loops()
        yield from self.check_reachability()

    def problem(self, message: str, at: int, field: str, answer: int | None = None) -> Problem:
        kind = gettext("Question “%(name)s”") if self.is_question(at) else gettext("Outcome “%(name)s”")
        where = kind % {"name": self.names[at] or at + 1}
        if answer is not None:
            words = self.answers(at)[answer]["answer"] or answer + 1
            where += gettext(", answer “%(words)s”") % {"words": words}
        return Problem(message, at, field, answer, where)

    def is_question(self, at: int) -> bool:
        return self.places[at][0] == "question"

    def answers(self, at: int) -> list[Any]:
        return list(self.places[at][1]["answers"]) if self.is_question(at) else []

    def targets(self, at: int) -> list[str]:
        return [(answer["to"] or "").strip() for answer in self.answers(at)]

    def check_types(self) -> Iterator[Problem]:
        kinds = {kind for kind, _block in self.places}
        if "question" not in kinds:
            yield Problem(gettext("There is no question yet. Add one: the check starts at the first."))
        if "outcome" not in kinds:
            yield Problem(gettext("There is no outcome yet. Add one, and have answers lead to it."))

    def check_name(self, at: int) -> Iterator[Problem]:
        name = self.names[at]
        if not name:
            yield self.problem(gettext("Give it a name, so that answers can lead to it."), at, "name")
        elif name in self.names[:at]:
            yield self.problem(gettext("This name is there twice. Give one of them another name."), at, "name")

    def check_texts(self, at: int, fields: Iterable[str]) -> Iterator[Problem]:
        block = self.places[at][1]
        for name in fields:
            if not block[name]:
                yield self.problem(gettext("Nothing is written here yet."), at, name)
            yield from (self.unknown_rule(rule, at, name) for rule in self.rules.unknown(block[name] or ""))

    def check_privacy(self, at: int) -> Iterator[Problem]:
        block = self.places[at][1]
        for name in ("question", "explanation") if self.is_question(at) else ("heading", "summary"):
            yield from (self.problem(message, at, name) for message in find_private_data(name, block[name]))
        for number, answer in enumerate(self.answers(at)):
            for name in ("answer", "hint"):
                yield from (
                    self.problem(message, at, name, number) for message in find_private_data(name, answer[name])
                )

    def check_next_step(self, at: int) -> Iterator[Problem]:
        text = " ".join(self.places[at][1]["next_step"][name] or "" for name in ("heading", "text", "label"))
        yield from (self.unknown_rule(rule, at, "next_step") for rule in self.rules.unknown(text))
        yield from (self.problem(message, at, "next_step") for message in find_private_data("next_step", text))

    def unknown_rule(self, name: str, at: int, field: str, answer: int | None = None) -> Problem:
        message = gettext("{%(name)s} is no rule with a value. Take the key of a rule, for example {wachttijd}.")
        return self.problem(message % {"name": name}, at, field, answer)

    def check_answers(self, at: int, answers: list[Any]) -> Iterator[Problem]:
        if len(answers) < MIN_ANSWERS:
            yield self.problem(gettext("A question needs two answers or more."), at, "answers")
        seen: set[str] = set()
        for number, answer in enumerate(answers):
            words = (answer["answer"] or "").strip()
            if not words:
                yield self.problem(gettext("Nothing is written here yet."), at, "answer", number)
            elif words in seen:
                yield self.problem(gettext("This question has this answer twice."), at, "answer", number)
            seen.add(words)
            yield from self.check_target(at, number)
            for name in ("answer", "hint"):
                yield from (
                    self.unknown_rule(rule, at, name, number) for rule in self.rules.unknown(answer[name] or "")
                )

    def check_target(self, at: int, number: int) -> Iterator[Problem]:
        target = self.targets(at)[number]
        if not target:
            message = gettext("This answer leads nowhere. Choose a question or an outcome.")
            yield self.problem(message, at, "to", number)
        elif target not in self.names:
            message = gettext("“%(name)s” does not exist. Choose one of these: %(names)s.")
            names = ", ".join(name for index, name in enumerate(self.names) if name and index != at)
            yield self.problem(message % {"name": target, "names": names}, at, "to", number)

    def check_loops(self) -> Iterator[Problem]:
        """Yield a problem for each answer that leads back to an earlier question on its path."""
        visited: set[int] = set()
        for start in range(len(self.places)):
            yield from self.find_loops_from(start, (), visited)

    def find_loops_from(self, at: int, path: tuple[int, ...], visited: set[int]) -> Iterator[Problem]:
        """Search depth-first; `path` contains the questions above `at`."""
        if at in visited:
            return
        for number, target in enumerate(self.targets(at)):
            to = self.find_target(at, number)
            if to is None:
                continue
            if to in (*path, at):
                message = gettext("This leads back to “%(name)s”: who answers so never gets to an outcome.")
                yield self.problem(message % {"name": target}, at, "to", number)
            else:
                yield from self.find_loops_from(to, (*path, at), visited)
        visited.add(at)

    def check_reachability(self) -> Iterator[Problem]:
        reached = self.find_reached()
        for at, name in enumerate(self.names):
            if self.start is not None and at not in reached and self.names.index(name) == at:
                message = gettext("No answer leads here. Have one lead to it, or take it out.")
                yield self.problem(message, at, "name")

    @property
    def start(self) -> int | None:
        return next((at for at in range(len(self.places)) if self.is_question(at)), None)

    def find_target(self, at: int, number: int) -> int | None:
        """Return the index of the place that an answer leads to."""
        target = self.targets(at)[number]
        return self.names.index(target) if target and target in self.names else None

    def find_targets(self, at: int) -> list[int]:
        """Return the indexes of the places that the answers lead to."""
        return [to for number in range(len(self.answers(at))) if (to := self.find_target(at, number)) is not None]

    def find_reached(self) -> set[int]:
        """Return the indexes of the places to which answers lead from the first question, and its own."""
        reached, to_visit = set(), [] if self.start is None else [self.start]
        while to_visit:
            at = to_visit.pop()
            if at not in reached:
                reached.add(at)
                to_visit += self.find_targets(at)
        return reached

    def find_ending(self) -> set[int]:
        """Return the indexes of the places from which answers lead to an outcome, and of the outcomes."""
        ending = {at for at in range(len(self.places)) if not self.is_question(at)}
        while more := {at for at in range(len(self.places)) if not ending.isdisjoint(self.find_targets(at))} - ending:
            ending |= more
        return ending
