"""What somebody was asked about: numbers that may be a BSN, and that are kept when it was said that they are none.

Where nobody can be asked such a number is refused. Who fills in a form is asked there, and answers with the form.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

Numbers = Callable[[], Collection[str]]  # as they stand in a text; called only when there is a number to ask about


@dataclass(frozen=True)
class Answers:
    can_ask: bool = False
    confirmed: tuple[Numbers, ...] = ()


NOBODY = Answers()
_answers: ContextVar[Answers] = ContextVar("answers_about_numbers", default=NOBODY)


@contextmanager
def asking(confirmed: Numbers) -> Iterator[None]:
    """Somebody can be asked, and said of these numbers that they are no BSN."""
    with _with(Answers(can_ask=True, confirmed=(confirmed,))):
        yield


@contextmanager
def confirmed(numbers: Numbers) -> Iterator[None]:
    """These numbers are no BSN: somebody said so before."""
    answers = _answers.get()
    with _with(replace(answers, confirmed=(*answers.confirmed, numbers))):
        yield


@contextmanager
def _with(answers: Answers) -> Iterator[None]:
    token = _answers.set(answers)
    try:
        yield
    finally:
        _answers.reset(token)


def can_ask() -> bool:
    return _answers.get().can_ask


def is_confirmed(number: str) -> bool:
    return any(number in numbers() for numbers in _answers.get().confirmed)
