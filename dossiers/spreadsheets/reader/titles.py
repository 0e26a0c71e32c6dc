"""Recognizes a row of one cell between the rows of a list as the title of the rows below it."""

import re
from collections.abc import Sequence

from ..file_reader.format import Cell, Row
from .cell_kinds import kind_of
from .header import cell_at, count_filled, kind_of_column

TITLE = re.compile(
    r"(?:wachtlijst|reserve(?:lijst|s)?|nog|niet|later|nieuwe?|overigen?|actie[fv]e?|inactie[fv]e?|afgevallen|uitgevallen"
    r"|uitgestroomd|gestopt|vertrokken|verhuisd|geplaatst|locatie|azc|waiting list|reserves?)\b|.*[:!]$",
    re.IGNORECASE,
)
"""Words with which the title of a part of a list begins, and signs with which it ends."""
MIN_WORDS_OF_PHRASE = 3
MAX_ROWS_COMPARED = 200


class Titles:
    """Distinguishes titles from rows in which only one cell of a person is filled.

    A title differs from the cells of its column: it is a text between numbers, dates or codes, or a text as no other
    cell there. It can also stand apart, below a blank row. It has no columns of texts on its left.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        compared = [cells for _line, cells in rows if count_filled(cells) > 1][:MAX_ROWS_COMPARED]
        width = max(map(len, compared), default=0)
        self._columns = [[cell_at(cells, column) for cells in compared] for column in range(width)]
        self.kinds = [kind for kind, _share in map(kind_of_column, self._columns)]

    def has_title(self, cells: Sequence[Cell], *, is_apart: bool) -> bool:
        """Whether the only filled cell of a row is a title; `is_apart` if the row stands below a blank row."""
        column = next(index for index, cell in enumerate(cells) if cell is not None)
        cell, kind = cells[column], kind_of(cells[column])
        if not isinstance(cell, str) or not (kind == "text" or (kind == "code" and " " in cell.strip())):
            return False
        if column >= len(self._columns) or "text" in self.kinds[:column] or cell in self._columns[column]:
            return False
        if self.kinds[column] not in ("", "text"):
            return kind != self.kinds[column]
        return is_apart or (_looks_like_title(cell) and not any(map(_looks_like_title, self._columns[column])))


def _looks_like_title(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    words = cell.split()
    is_phrase = len(words) >= MIN_WORDS_OF_PHRASE and words[-1][0].islower()  # a name ends with a capital letter
    return is_phrase or bool(TITLE.match(cell.strip()))
