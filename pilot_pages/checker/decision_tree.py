"""The check as a reader walks through it, made from what editors wrote."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.text import slugify

from pilot_pages.inline import PlaceholderFiller

LONGEST_ADDRESS = 60


@dataclass(frozen=True)
class Answer:
    words: str
    hint: str
    to: str
    address: str  # what stands for it in the address of a step


@dataclass(frozen=True)
class Question:
    name: str
    words: str
    block: Any = field(repr=False, compare=False)  # explanation and facts, as the editor wrote them
    answers: tuple[Answer, ...] = ()
    ends = False

    def answer(self, address: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.address == address), None)


@dataclass(frozen=True)
class Outcome:
    name: str
    words: str
    summary: str
    block: Any = field(repr=False, compare=False)  # sign, body and sign_up, as the editor wrote them
    answers: tuple[Answer, ...] = ()
    ends = True


Place = Question | Outcome


@dataclass(frozen=True)
class Given:
    """An answer on the way, and the addresses of the ones before it."""

    question: Question
    answer: Answer
    before: tuple[str, ...]


@dataclass(frozen=True)
class Walk:
    """How far somebody is: what was answered, and where that leads."""

    tree: "Tree"
    given: tuple[Given, ...]
    at: Place

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(answer.answer.address for answer in self.given)

    @property
    def number(self) -> int:
        """Which question this is, counted from 1."""
        return len(self.given) + 1

    @property
    def most(self) -> int:
        """How many questions there can be in all, on this way."""
        return len(self.given) + self.tree.questions_from(self.at)

    @property
    def bar(self) -> list[bool]:
        """For each question that can come, whether it is asked by now."""
        return [index < self.number for index in range(self.most)]


class Tree:
    """The questions and outcomes by name; of two with one name the first counts."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places: dict[str, Place] = {}
        for place in places:
            self.places.setdefault(place.name, place)

    @classmethod
    def of(cls, value: Any) -> "Tree":
        """From the value of a page's field, with the values of rules filled in."""
        return cls(_places(value, PlaceholderFiller()))

    @cached_property
    def start(self) -> Question | None:
        """The first question in the editor's order."""
        return next((place for place in self.places.values() if isinstance(place, Question)), None)

    def walk(self, addresses: Iterable[str]) -> Walk | None:
        """Where these answers lead; None when they are not answers of this check (any more)."""
        place: Place | None = self.start
        answers: list[Given] = []
        for address in addresses:
            answer = place.answer(address) if isinstance(place, Question) else None
            if answer is None or not isinstance(place, Question):
                return None
            answers.append(Given(place, answer, tuple(answer.answer.address for answer in answers)))
            place = self.places.get(answer.to)
        return Walk(self, tuple(answers), place) if place else None

    def way_to(self, name: str) -> tuple[str, ...]:
        """The addresses of a shortest way there; none when no way leads there."""
        waiting: deque[tuple[Place | None, tuple[str, ...]]] = deque([(self.start, ())])
        seen: set[str] = set()
        while waiting:
            place, way = waiting.popleft()
            if place is None or place.name in seen:
                continue
            if place.name == name:
                return way
            seen.add(place.name)
            waiting += [(self.places.get(answer.to), (*way, answer.address)) for answer in place.answers]
        return ()

    def questions_from(self, place: Place | None) -> int:
        """The most questions that can still come, this one too."""
        if place is None or isinstance(place, Outcome):
            return 0
        if place.name not in self._longest:
            self._longest[place.name] = 0  # what a draft asks in a circle ends here
            after = [self.questions_from(self.places.get(answer.to)) for answer in place.answers]
            self._longest[place.name] = 1 + max(after, default=0)
        return self._longest[place.name]

    @cached_property
    def _longest(self) -> dict[str, int]:
        return {}


def _places(value: Any, words: PlaceholderFiller) -> Iterator[Place]:
    fill_addresses(value)
    for child in value:
        block = child.value
        if child.block_type == "outcome":
            yield Outcome(_name(block), words.fill(block["heading"]), words.fill(block["summary"]), block)
        else:
            answers = tuple(_answer(answer, words) for answer in block["answers"])
            yield Question(_name(block), words.fill(block["question"]), block, answers)


def _name(block: Any) -> str:
    return (block["name"] or "").strip()


def _answer(block: Any, words: PlaceholderFiller) -> Answer:
    to = (block["to"] or "").strip()
    return Answer(words.fill(block["answer"]), words.fill(block["hint"] or ""), to, block["address"])


def fill_addresses(value: Any) -> None:
    """Give each answer its word in the address, unlike any other's; one that has it keeps it, its copy gets another."""
    questions = [child.value for child in value if child.block_type == "question"]
    answers = [(_name(question), answer) for question in questions for answer in question["answers"]]
    taken = {answer["address"] for _name, answer in answers}
    seen: set[str | None] = {"", None}
    for name, answer in answers:
        if answer["address"] in seen:
            answer["address"] = _free(slugify(f"{name} {answer['answer']}")[: LONGEST_ADDRESS - 3], taken)
            taken.add(answer["address"])
        seen.add(answer["address"])


def _free(wished: str, taken: set[str]) -> str:
    wished = wished.strip("-") or "antwoord"
    others = (f"{wished}-{number}" for number in range(2, len(taken) + 3))
    return next(word for word in (wished, *others) if word not in taken)
