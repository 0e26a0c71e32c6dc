"""A second table below the list: a header that comes again, most often under a title of its own."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .format import Cell, Row
from .header import Known, header_text, looks_like_header

SHARE = 0.6
"""Of a row's cells, how many are headers where the row is one."""
LONGEST_TITLE = 5
"""Rows with one cell each that can stand above a header."""
MOST_JUDGED = 500
"""Rows after a gap of which is asked whether their texts are known headers, which costs more than comparing."""


@dataclass
class Section:
    """A part of the sheet under a header of its own."""

    line: int
    """Of its header."""
    title: str
    """What stands above it; "" for nothing."""
    readable: bool
    """Whether two headers at least are the list's, so that its rows can be read as rows of the list."""
    unread: list[str]
    """Its headers that the list has not."""
    rows: int = 0


class Sections:
    """Takes headers that come again out of a list's rows, with the titles above them."""

    def __init__(self, header: Sequence[str], known: Known | None, mask: Callable[[str], str]) -> None:
        self.found: list[Section] = []
        self._header = header
        self._texts = frozenset(filter(None, header))
        self._places = {text.casefold(): place for place, text in reversed(list(enumerate(header))) if text}
        self._known, self._told = known, mask
        self._titles: list[Row] = []
        self._order: list[int] = []
        self._judged = 0

    def take(self, rows: list[Row], *, last_line: int) -> list[Row]:
        """Return the rows of a batch that belong to the list or to a section; a title may wait for the next batch."""
        taken: list[Row] = []
        for line, cells in rows:
            filled = len(cells) - cells.count(None)
            after_gap = bool(self._titles) or line > last_line + 1
            last_line = line
            if filled == 1 and len(cells) > 1 and len(self._titles) < LONGEST_TITLE:
                self._titles.append((line, cells))
            elif self._is_header(cells, filled, after_gap):
                self._begin(line, cells)
            else:
                taken += self._in_order([*self._titles, (line, cells)])
                self._titles.clear()
        return taken

    def end(self) -> list[Row]:
        """Return what still waited."""
        waiting, self._titles = self._in_order(self._titles), []
        return waiting

    def _is_header(self, cells: Sequence[Cell], filled: int, after_gap: bool) -> bool:
        least = max(2, filled * SHARE)
        if len(self._texts.intersection(cell for cell in cells if type(cell) is str)) >= least:
            return True
        if not (after_gap and self._known and filled > 1 and self._judged < MOST_JUDGED):
            return False
        self._judged += 1
        return looks_like_header(cells) and sum(self._known(header_text(cell)) for cell in cells if cell) >= least

    def _begin(self, line: int, cells: Sequence[Cell]) -> None:
        title = " ".join(header_text(cell) for _line, row in self._titles for cell in row if cell is not None)
        self._titles.clear()
        places = {place: self._places.get(header_text(cell).casefold()) for place, cell in enumerate(cells) if cell}
        unread = [self._told(header_text(cells[place])) for place, own in places.items() if own is None]
        self._order = [-1] * len(self._header)
        for place, own in places.items():
            if own is not None:
                self._order[own] = place
        self.found.append(Section(line, self._told(title), len(places) - len(unread) > 1, unread))

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """Return the rows with their cells under the list's headers; none of a table that can't be read so."""
        if not self.found:
            return rows
        self.found[-1].rows += len(rows)
        if not self.found[-1].readable:
            return []
        return [(line, [cells[place] if place >= 0 else None for place in self._order]) for line, cells in rows]


def section_of(line: int, headers: Sequence[int]) -> int:
    """Return which section a line belongs to, by the lines of their headers in order; -1 for the list itself."""
    return bisect_left(headers, line) - 1
