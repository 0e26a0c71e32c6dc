"""What is written: a header and rows, twice: as cells for people and as values for programs."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Protocol, TypeVar

Item = TypeVar("Item")


class Table(Protocol):
    """Rows are made while they are written, so that they never stand in memory together."""

    @property
    def title(self) -> str:
        """What the sheet is called."""

    @property
    def names(self) -> list[str]:
        """The name of each column for programs."""

    @property
    def header(self) -> list[str]:
        """The name of each column for people."""

    def rows(self) -> Iterator[list[Any]]:
        """Cells: text, number, flag, date or None."""

    def values(self) -> Iterator[list[Any]]:
        """The same rows as JSON keeps them; a date may be a date."""


Chunks = Callable[[Table], Iterator[bytes]]


def stretches(items: Iterable[Item], size: int = 500) -> Iterator[list[Item]]:
    """The items in lists of at most that size: writing each row apart would cost more than making it."""
    rest = iter(items)
    while stretch := list(islice(rest, size)):
        yield stretch


class Memo(dict[Any, str]):
    """Cell to its XML, made once for a value that comes back: most columns hold few different ones.

    Keys are texts and dates only: among numbers and flags, 1 equals True.
    """

    KEPT = 20_000  # memory stays flat

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, value: Any) -> str:
        if len(self) >= self.KEPT:
            self.clear()
        self[value] = made = self.make(value)
        return made
