"""The interface of the tables that are written to files, with cells for people and values for programs."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

ROWS_PER_CHUNK = 500  # writing each row by itself would take longer than making it


class Table(Protocol):
    """A table whose rows are generated while they are written, so that they are not in memory together."""

    @property
    def title(self) -> str:
        """The name of the sheet."""

    @property
    def names(self) -> list[str]:
        """The name of each column for programs."""

    @property
    def header(self) -> list[str]:
        """The name of each column for people."""

    def rows(self) -> Iterator[list[Any]]:
        """Yield the cells of each row: text, number, boolean, date or None."""

    def values(self) -> Iterator[list[Any]]:
        """Yield the same rows as JSON values, in which a date may be a date object."""


Chunks = Callable[[Table], Iterator[bytes]]


class Memo(dict[Any, str]):
    """A cache of the XML of cells, since most columns have few distinct values.

    The keys are only texts and dates; with numbers and booleans 1 and True would be the same key.
    """

    MAX_CACHED = 20_000  # to limit the memory

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, value: Any) -> str:
        if len(self) >= self.MAX_CACHED:
            self.clear()
        self[value] = made = self.make(value)
        return made
