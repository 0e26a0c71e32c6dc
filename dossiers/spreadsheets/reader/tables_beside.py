"""Tables that stand beside the list on its sheet, between blank columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..file_reader.format import Row


@dataclass(frozen=True)
class TableBeside:
    """A table with rows of the list in some columns of the sheet."""

    index: int
    """The index among the tables on its sheet, of which the list itself is 0."""
    columns: range
    list_columns: range
    """The columns of the list itself, which are the ones that the table can have."""
    is_read: bool
    """Whether the user said that its rows belong to the list."""


FindTables = Callable[[Sequence[str], Sequence[Row]], list[TableBeside]]
"""Takes a header and the first rows below it, and returns the tables beside that can be read as rows of the list."""


def split_into_blocks(header: Sequence[str], rows: Sequence[Row]) -> list[list[int]]:
    """Return the indexes of the columns of each part of a sheet that stands apart, between blank columns."""
    is_filled = [*map(bool, header)]
    for _line, cells in rows:
        for index, cell in zip(range(len(header)), cells, strict=False):  # the first rows have any length
            is_filled[index] = is_filled[index] or cell is not None
    blocks = groupby(range(len(header)), key=is_filled.__getitem__)
    return [list(indexes) for filled, indexes in blocks if filled]
