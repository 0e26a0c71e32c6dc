"""Selects the rows below the header that belong to the list."""

import re
from collections.abc import Iterator

from .format import Cell, Row
from .limits import MAX_COLUMNS, MAX_ROWS
from .refusals import Refused

TOTAL = re.compile(
    r"\W*(?:(?:sub|eind|grand|tussen)?[ -]?tota(?:a)?l(?:en|s)?|aantal|gemiddelde?|average|summe|gesamt(?:summe)?)\b",
    re.IGNORECASE,
)
ONLY_TOTAL = re.compile(TOTAL.pattern + r"\W*$", re.IGNORECASE)
NUMBER = re.compile(r"[-+€$£ ]*\d[\d., ]*%?$")
MAX_HELD = 200


class ListRows:
    """The rows of a list, padded or cut to its width, without blank rows, totals and the notes at its end.

    A row that may be such a note, after a blank row or the totals, is held until the next row of the list shows that it
    is data too.
    """

    def __init__(self, width: int, count: int = 0) -> None:
        """`count` is the number of rows of the list in the tables before this one."""
        self._width = width
        self.count = count
        """The number of rows so far."""
        self._held: list[tuple[int, list[Cell]]] = []
        self.left_out: list[int] = []
        self.cut: list[int] = []
        """Lines with cells to the right of the last header."""

    def of(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows of the list from the rows below its header; raises Refused."""
        gap = False
        above = 0
        for line, cells in rows:
            filled = len(cells) - cells.count(None)
            if not filled:
                gap = True
            elif filled <= self._width and self._is_total(cells, filled):
                self.left_out.append(line)
                gap = True
            elif self._may_be_end(cells, filled, gap, above):
                self._held.append((line, cells))
            else:
                for listed_line, listed in (*self._held, (line, cells)):
                    beyond = listed[self._width :]
                    if beyond.count(None) < len(beyond):
                        if any(cell is not None for cell in listed[MAX_COLUMNS:]):
                            raise Refused("far_cell", line=listed_line, limit=MAX_COLUMNS)
                        self.cut.append(listed_line)
                    self.count += 1
                    if self.count > MAX_ROWS:
                        raise Refused("too_many_rows", limit=MAX_ROWS)
                    yield listed_line, listed[: self._width] + [None] * (self._width - len(listed))
                self._held.clear()
                gap = False
                above += 1
        self.left_out += [line for line, _ in self._held]

    def _is_total(self, cells: list[Cell], filled: int) -> bool:
        """Whether the row begins with a word for a total and otherwise has few cells or only numbers.

        A row with an e-mail address is not a total, but a company with such a name.
        """
        if filled == self._width:
            return False
        first, *others = (cell for cell in cells if cell is not None)
        if not isinstance(first, str) or not TOTAL.match(first):
            return False
        if any(isinstance(cell, str) and "@" in cell for cell in others):
            return False
        return filled * 2 <= self._width or all(map(_is_number, others))

    def _may_be_end(self, cells: list[Cell], filled: int, gap: bool, above: int) -> bool:
        """Whether the row may be a note at the end; `above` is the number of rows of the list above it."""
        if self._width < 2 or len(self._held) >= MAX_HELD:
            return False
        if filled == 1 and (gap or self._held):
            return True
        if filled == 2 and (gap or self._held) and self._width > 5:
            return bool(self._held) or str(next(cell for cell in cells if cell is not None)).rstrip().endswith(":")
        first = cells[0]
        if filled == self._width and above > 1 and isinstance(first, str) and ONLY_TOTAL.match(first):
            return all(map(_is_number, cells[1 : self._width]))
        return False


def _is_number(cell: Cell) -> bool:
    return (isinstance(cell, int | float) and not isinstance(cell, bool)) or (
        isinstance(cell, str) and bool(NUMBER.match(cell))
    )
