"""The interface of the tables that are written to files, with cells for people and values for programs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

ROWS_PER_CHUNK = 500  # writing each row by itself would take longer than making it
MIN_WIDTH, MAX_WIDTH = 8, 60  # of a column, in characters
FILTER_BUTTON, MARGIN = 4, 2  # the characters that fit beside the text of a header, and of another cell


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


def column_widths(header: list[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Return the widths of the columns, in characters, in which the header and these rows fit, within limits."""
    widths = []
    for name, *cells in zip(header, *rows, strict=True):
        lengths = [len(line) for cell in cells if cell is not None for line in str(cell).splitlines()]
        width = max(MIN_WIDTH, len(name) + FILTER_BUTTON, MARGIN + max(lengths, default=0))
        widths.append(min(MAX_WIDTH, width))
    return widths


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
