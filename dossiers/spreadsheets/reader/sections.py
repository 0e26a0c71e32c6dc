"""Finds further parts below the list, which start with another header, a title or both."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dossiers.line_names import split_line

from ..file_reader.format import Cell, Row
from .cell_kinds import kind_of
from .header import Known, cell_at, count_filled, header_text, looks_like_header
from .titles import Titles

MatchColumns = Callable[[Sequence[str], Sequence[str]], dict[int, int]]
"""Takes the headers of the list and those of a further table, and returns the index of the list's column with the same
meaning by the index in the further table."""
MIN_HEADER_SHARE = 0.6
"""The share of a row's cells that must be known headers to make the row a header."""
MIN_TYPED_COLUMNS = 2
"""The least number of columns of dates, numbers or codes with other texts that make a row of unknown texts a header."""
NO_VALUE = re.compile(
    r"(?:onbekend|geen|n\.?v\.?t|nog|niet|volgt|later|zsm|z\.s\.m|ntb|n\.t\.b|idem|unknown|none|not|n/?a|tb[acd])\b|\W*$",
    re.IGNORECASE,
)
"""The beginning of a text in a cell of a person of whom a date or a number is not known."""
MAX_TITLE_ROWS = 5
"""The largest number of rows with one cell above a header that are its title."""
MAX_ROWS_CHECKED = 500
"""The largest number of rows after a gap that are checked for known headers, since that check is slow."""


@dataclass
class Section:
    """A table below the list, or rows of the list below a title."""

    line: int
    """The line of its header, or of its title if it has no header."""
    title: str
    """The text above the header, or ""."""
    readable: bool
    """Whether at least two of its columns are in the list, so that its rows can be read as rows of the list."""
    unread: list[str]
    """The headers of the columns that the list does not have."""
    absent: list[int]
    """The indexes of the columns of the list that it does not have."""
    has_header: bool = True
    """False for rows below a title, which have the columns of the rows above it."""
    rows: int = 0
    renamed: list[str] = field(default_factory=list)
    """The headers of its columns if these are unknown, so that they are read as those of the list by their places."""


class Sections:
    """Removes repeated headers and titles from the rows of a list, and collects them as sections."""

    def __init__(
        self,
        header: Sequence[str],
        known: Known | None,
        mask: Callable[[str], str],
        match_columns: MatchColumns | None = None,
    ) -> None:
        self.found: list[Section] = []
        self._header = header
        self._texts = frozenset(filter(None, header))
        self._known, self._mask, self._match_columns = known, mask, match_columns
        self._held: list[Row] = []
        self._line_above = 0
        """The line above the rows that are held."""
        self._titles: Titles | None = None
        self._order: list[int] = []
        """The index of each column of the list in the section; empty if it has the order of the list."""
        self._checked = 0

    def take(self, rows: list[Row], *, last_line: int) -> list[Row]:
        """Return the rows of a batch that are data of the list or of a readable section.

        Rows that may be a title are held until the next batch.
        """
        taken: list[Row] = []
        self._titles = self._titles or Titles(rows)
        for index, (line, cells) in enumerate(rows):
            filled = len(cells) - cells.count(None)
            after_gap = bool(self._held) or line > last_line + 1
            if filled == 1 and len(cells) > 1 and len(self._held) < MAX_TITLE_ROWS:
                if not self._held:
                    self._line_above = last_line
                self._held.append((line, cells))
            elif self._is_header(cells, filled, after_gap):
                held, titles = self._take_held((line, cells), is_header=True)
                self._begin_table(line, cells, _title_of(titles), rows[index + 1 : index + 2])
                taken += held
            elif self._held:
                held, titles = self._take_held((line, cells))
                self._begin_with_title(titles)
                taken += held + self._in_order([(line, cells)])
            else:
                taken += self._in_order([(line, cells)])
            last_line = line
        return taken

    def end(self) -> list[Row]:
        """Return the rows that are still held."""
        waiting, self._held = self._in_order(self._held), []
        return waiting

    def _take_held(self, below: Row, *, is_header: bool = False) -> tuple[list[Row], list[Row]]:
        """Return the rows that were held, and apart from them the title that stands last.

        A row with one cell is a title if it looks like one, or if it stands below a blank row and directly above the
        header or a person. Any other is a row of the list, of a person of whom little is known.
        """
        held, self._held = self._held, []
        lines_above = [self._line_above, *(line for line, _cells in held)]
        titles: list[Row] = []
        taken: list[Row] = []
        for line_above, (line, cells) in zip(lines_above, held, strict=False):
            is_apart = line_above < line - 1 and line == below[0] - 1
            if not is_header:  # above a row with as little, it is more likely a row of the list
                is_apart = is_apart and count_filled(below[1]) > 2
            is_title = self._titles is not None and self._titles.has_title(cells, is_apart=is_apart)
            if is_title or (is_apart and is_header):
                titles.append((line, cells))
            else:
                self._begin_with_title(titles)
                titles = []
                taken += self._in_order([(line, cells)])
        return taken, titles

    def _begin_with_title(self, titles: list[Row]) -> None:
        if titles and (not self.found or self.found[-1].readable):  # in another table no part is asked about
            title = self._mask(_title_of(titles))
            self.found.append(Section(titles[0][0], title, True, [], self._find_absent(), has_header=False))

    def _begin_table(self, line: int, cells: Sequence[Cell], title: str, below: Sequence[Row]) -> None:
        texts = [header_text(cell) for cell in cells]
        places = find_columns(self._header, texts, self._match_columns)
        renamed = []
        if len(places) < 2 and below and self._has_places_of_list(cells, below[0][1]):
            places = {column: column for column in range(len(self._header))}
            renamed = [self._mask(text) for text in texts if text]
        unread = [self._mask(text) for place, text in enumerate(texts) if text and place not in places.values()]
        self._order = [places.get(column, -1) for column in range(len(self._header))]
        readable, absent = len(places) > 1, self._find_absent()
        self.found.append(Section(line, self._mask(title), readable, unread, absent, renamed=renamed))

    def _has_places_of_list(self, cells: Sequence[Cell], below: Sequence[Cell]) -> bool:
        """Whether a header fills the columns of the list, with cells below it of the kinds that the list has there."""
        typed = self._find_typed_columns(cells)
        is_as_wide = all((cell is not None) == bool(text) for cell, text in zip(cells, self._header, strict=False))
        return is_as_wide and bool(typed) and all(kind_of(cell_at(below, i)) in ("", typed[i]) for i in typed)

    def _find_typed_columns(self, cells: Sequence[Cell]) -> dict[int, str]:
        """Return the kind of each column of dates, numbers, codes or addresses that is filled in this row."""
        kinds = enumerate(self._titles.kinds if self._titles else ())
        return {i: kind for i, kind in kinds if kind not in ("", "text") and cell_at(cells, i) is not None}

    def _find_absent(self) -> list[int]:
        return [column for column, place in enumerate(self._order) if place < 0 and self._header[column]]

    def _is_header(self, cells: Sequence[Cell], filled: int, after_gap: bool) -> bool:
        least = max(2, filled * MIN_HEADER_SHARE)
        if len(self._texts.intersection(cells)) >= least:
            return True
        if not self._known or filled < 2 or self._checked >= MAX_ROWS_CHECKED or not looks_like_header(cells):
            return False
        typed = [cells[column] for column in self._find_typed_columns(cells)]
        has_only_texts = bool(typed) and all(kind_of(cell) == "text" for cell in typed)
        if not (after_gap or has_only_texts):
            return False
        self._checked += 1
        if after_gap and sum(self._known(header_text(cell)) for cell in cells if cell) >= least:
            return True
        if not has_only_texts:
            return False
        return any(self._known(header_text(cell)) for cell in typed) or (
            after_gap and len(typed) >= MIN_TYPED_COLUMNS and not any(NO_VALUE.match(str(cell)) for cell in typed)
        )

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """Return the rows with their cells in the order of the list's columns; none if the section is not readable."""
        if self.found:
            self.found[-1].rows += len(rows)
            if not self.found[-1].readable:
                return []
        if not self._order:
            return rows
        return [(line, [cells[place] if place >= 0 else None for place in self._order]) for line, cells in rows]


def find_columns(
    header: Sequence[str], texts: Sequence[str], match_columns: MatchColumns | None = None
) -> dict[int, int]:
    """Return the index in another header by the index of the list's column: of the same text, or else meaning."""
    places: dict[int, int] = {}
    for place, text in enumerate(texts):
        same = (i for i, own in enumerate(header) if text and own.casefold() == text.casefold())
        if (column := next((i for i in same if i not in places), None)) is not None:
            places[column] = place
    if match_columns and len(places) < len(list(filter(None, texts))):
        matched = set(places.values())
        for place, column in match_columns(header, texts).items():
            if column not in places and place not in matched:
                places[column] = place
    return places


def _title_of(rows: list[Row]) -> str:
    return " ".join(header_text(cell) for _line, cells in rows for cell in cells if cell is not None)


def section_of(line: int, headers: Sequence[int]) -> int:
    """Return the index of the section of a line, given the sorted lines of the sections; -1 for the list itself."""
    section = bisect_left(headers, line) - 1
    return section if section >= 0 and split_line(headers[section])[:2] == split_line(line)[:2] else -1
