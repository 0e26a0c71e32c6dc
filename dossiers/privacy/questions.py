"""Questions about numbers that may be a BSN; a number is stored if the user confirms that it is none.

In a form the question is part of the error message, and the answer is submitted with the form. Where no user can be
asked, such a number is refused.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

Numbers = Callable[[], Collection[str]]  # as written in the text; called only if there is a doubtful number


@dataclass(frozen=True)
class Answers:
    can_ask: bool = False
    confirmed: tuple[Numbers, ...] = ()


NOBODY = Answers()
_answers: ContextVar[Answers] = ContextVar("answers_about_numbers", default=NOBODY)


@contextmanager
def asking(confirmed: Numbers) -> Iterator[None]:
    """Within this context a user can be asked, and has confirmed that these numbers are not a BSN."""
    with _with(Answers(can_ask=True, confirmed=(confirmed,))):
        yield


@contextmanager
def confirmed(numbers: Numbers) -> Iterator[None]:
    """Within this context these numbers count as confirmed before."""
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
