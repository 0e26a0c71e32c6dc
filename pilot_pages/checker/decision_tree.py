"""The decision tree of a check, built from the blocks that editors wrote."""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.text import slugify

from pilot_pages.placeholders import PlaceholderFiller

MAX_SLUG_LENGTH = 60
BEFORE_VALUES = "_"  # no slug of an editor contains it
DECIMAL_SIGN = re.compile(r"[.,]")


@dataclass(frozen=True)
class Answer:
    words: str
    hint: str
    to: str
    address: str  # its slug in URLs, with the values of rules in the question: what was asked is a part of the answer

    def is_same_answer(self, address: str) -> bool:
        """Whether the slug is that of this answer, with these or other values of rules."""
        return self.address.partition(BEFORE_VALUES)[0] == address.partition(BEFORE_VALUES)[0]


@dataclass(frozen=True)
class Question:
    name: str
    words: str
    block: Any = field(repr=False, compare=False)  # the block value, with explanation and facts
    answers: tuple[Answer, ...] = ()
    ends = False

    def answer(self, address: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.address == address), None)

    def has_outdated_answer(self, address: str) -> bool:
        """Whether the slug answers this question as it was with other values of rules."""
        return not self.answer(address) and any(answer.is_same_answer(address) for answer in self.answers)


@dataclass(frozen=True)
class Outcome:
    name: str
    words: str
    summary: str
    block: Any = field(repr=False, compare=False)  # the block value, with sign, body and sign_up
    answers: tuple[Answer, ...] = ()
    ends = True


Place = Question | Outcome


@dataclass(frozen=True)
class Given:
    """An answer that the reader gave, with the slugs of the answers before it."""

    question: Question
    answer: Answer
    before: tuple[str, ...]


@dataclass(frozen=True)
class Walk:
    """A path through the tree: the answers given so far, and the question or outcome that they lead to."""

    tree: "Tree"
    given: tuple[Given, ...]
    at: Place
    outdated: tuple[str, ...] = ()  # the slugs from the first answer on that was given under other values of rules

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(answer.answer.address for answer in self.given)

    @property
    def number(self) -> int:
        """The number of the current question, from 1."""
        return len(self.given) + 1

    @property
    def most(self) -> int:
        """The largest possible number of questions on this path."""
        return len(self.given) + self.tree.count_questions_from(self.at)

    @property
    def bar(self) -> list[bool]:
        """The progress bar: for each possible question, whether it was asked."""
        return [index < self.number for index in range(self.most)]


class Tree:
    """The questions and outcomes by name; of two with the same name the first is used."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places: dict[str, Place] = {}
        for place in places:
            self.places.setdefault(place.name, place)

    @classmethod
    def of(cls, value: Any) -> "Tree":
        """Build the tree from the value of a page's field, with placeholders filled in."""
        words = PlaceholderFiller()
        places: list[Place] = []
        fill_addresses(value)
        for child in value:
            block = child.value
            if child.block_type == "outcome":
                places.append(Outcome(_name(block), words.fill(block["heading"]), words.fill(block["summary"]), block))
            else:
                answers = tuple(
                    Answer(
                        words.fill(answer["answer"]),
                        words.fill(answer["hint"] or ""),
                        (answer["to"] or "").strip(),
                        make_address(words, block, answer),
                    )
                    for answer in block["answers"]
                )
                places.append(Question(_name(block), words.fill(block["question"]), block, answers))
        return cls(places)

    @cached_property
    def start(self) -> Question | None:
        """The first question in the order of the editor."""
        return next((place for place in self.places.values() if isinstance(place, Question)), None)

    def walk(self, addresses: Iterable[str]) -> Walk | None:
        """Follow the answers with these slugs, up to the first question that contains other values of rules now.

        Return None if one of them does not exist (any more).
        """
        place: Place | None = self.start
        answers: list[Given] = []
        addresses = tuple(addresses)
        for number, address in enumerate(addresses):
            if isinstance(place, Question) and place.has_outdated_answer(address):
                return Walk(self, tuple(answers), place, addresses[number:])
            answer = place.answer(address) if isinstance(place, Question) else None
            if answer is None or not isinstance(place, Question):
                return None
            answers.append(Given(place, answer, tuple(answer.answer.address for answer in answers)))
            place = self.places.get(answer.to)
        return Walk(self, tuple(answers), place) if place else None

    def find_shortest_path(self, name: str) -> tuple[str, ...]:
        """Return the slugs of the answers that lead to the place `name`; an empty tuple if no path leads there."""
        queue: deque[tuple[Place | None, tuple[str, ...]]] = deque([(self.start, ())])
        seen: set[str] = set()
        while queue:
            place, path = queue.popleft()
            if place is None or place.name in seen:
                continue
            if place.name == name:
                return path
            seen.add(place.name)
            queue += [(self.places.get(answer.to), (*path, answer.address)) for answer in place.answers]
        return ()

    def count_questions_from(self, place: Place | None) -> int:
        """Return the largest number of questions from `place` to an outcome, including `place`."""
        if place is None or isinstance(place, Outcome):
            return 0
        if place.name not in self._longest:
            self._longest[place.name] = 0  # ends the recursion if a draft contains a loop
            counts = [self.count_questions_from(self.places.get(answer.to)) for answer in place.answers]
            self._longest[place.name] = 1 + max(counts, default=0)
        return self._longest[place.name]

    @cached_property
    def _longest(self) -> dict[str, int]:
        """The results of `count_questions_from` by name."""
        return {}


def _name(block: Any) -> str:
    return (block["name"] or "").strip()


def make_address(words: PlaceholderFiller, question: Any, answer: Any) -> str:
    """Return the slug of an answer with the values of the rules that a reader sees with it: wachttijd-ja_36-maanden."""
    explanation = getattr(question["explanation"], "source", "")
    texts = " ".join((question["question"], explanation, answer["answer"], answer["hint"] or ""))
    values = "-".join(slugify(DECIMAL_SIGN.sub("-", value)) for value in words.list_values(texts))
    address: str = answer["address"]
    return f"{address}{BEFORE_VALUES}{values}" if values else address


def fill_addresses(value: Any) -> None:
    """Set a unique slug on each answer without one. Existing slugs stay; a copy of an answer gets a new one."""
    questions = [child.value for child in value if child.block_type == "question"]
    answers = [(_name(question), answer) for question in questions for answer in question["answers"]]
    taken = {answer["address"] for _name, answer in answers}
    seen: set[str | None] = {"", None}
    for name, answer in answers:
        if answer["address"] in seen:
            slug = slugify(f"{name} {answer['answer']}")[: MAX_SLUG_LENGTH - 3].strip("-") or "antwoord"
            numbered_slugs = [f"{slug}-{number}" for number in range(2, len(taken) + 3)]
            answer["address"] = next(unused for unused in (slug, *numbered_slugs) if unused not in taken)
            taken.add(answer["address"])
        seen.add(answer["address"])
