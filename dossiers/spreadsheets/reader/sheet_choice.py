"""Chooses the sheet and the header row of the list."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..file_reader.format import Choice, Row
from ..file_reader.limits import MAX_COLUMNS
from ..file_reader.refusals import Notice, Refused
from .header import NO_HEADER, Header, Known, find_header, header_at, without_header
from .rows_above import RowsAbove, rows_above

ROWS_THAT_COUNT = 10
"""More rows than this don't make a sheet more likely, since a list of codes may be longer than the list of people."""


@dataclass(frozen=True)
class Sheet:
    """A sheet with its first rows that are not blank, as the child process sent it."""

    index: int
    name: str
    hidden: bool
    rows: Sequence[Row]
    above: Sequence[Row] = ()
    """The rows above the header that the user chose."""
    notices: Sequence[Notice] = ()


@dataclass(frozen=True)
class Place:
    """The sheet and the header of the list."""

    sheet: Sheet
    header: Header
    notices: list[Notice] = field(default_factory=list)
    others: list["Place"] = field(default_factory=list)
    """The lists on other sheets, hidden ones too, which are not read."""

    @property
    def header_row(self) -> int:
        """The line of the header in the file; NO_HEADER for a list without a header."""
        return NO_HEADER if self.header.position < 0 else self.sheet.rows[self.header.position][0]

    def rows_above(self, known: Known) -> RowsAbove:
        """Return the rows above the header that are not titles."""
        above = self.sheet.above
        header = replace(self.header, position=self.header.position + len(above))
        return RowsAbove() if self.header.position < 0 else rows_above([*above, *self.sheet.rows], header, known)


def choose_place(sheets: Sequence[Sheet], choice: Choice, known: Known | None) -> Place:
    """Return the sheet and the header that the user chose, or else those that look most like a list; raises Refused."""
    chosen = [sheet for sheet in sheets if choice.sheet in (None, sheet.name)]
    if not chosen:
        raise Refused("no_sheet")
    filled = [sheet for sheet in chosen if sheet.rows]
    if not filled:
        raise Refused("no_row", line=choice.header_row) if choice.header_row else Refused("blank")
    candidates = [sheet for sheet in filled if not sheet.hidden] or filled
    places = [Place(sheet, _header(sheet, choice, known)) for sheet in candidates]
    narrow = [place for place in places if len(place.header.texts) <= MAX_COLUMNS]
    best = max(narrow or places, key=_score)
    first = next(place for place in places if place.header.texts == best.header.texts)
    if len(first.header.texts) > MAX_COLUMNS:
        raise Refused("too_many_columns", limit=MAX_COLUMNS)
    notices = list(first.sheet.notices)
    # Only one sheet is read, so that the user must know of others that may be a list: those with the same headers, or
    # with rows below others that are known.
    others = []
    whole_sheets = [  # the chosen header row does not apply to sheets that are not read
        replace(sheet, rows=[*sheet.above, *sheet.rows], above=())
        for sheet in sheets
        if sheet not in candidates and (sheet.rows or sheet.above)
    ]
    for place in [*places, *(Place(sheet, find_header(sheet.rows, known)) for sheet in whole_sheets)]:
        is_same = place.header.texts == first.header.texts
        has_rows = len(place.sheet.rows) > place.header.position + 1
        is_known = has_rows and place.header.hits >= min(2, sum(map(bool, place.header.texts)))
        if place is not first and (is_same or is_known):
            others.append(place)
    if others:
        names = ", ".join(place.sheet.name for place in others)
        notices.append(Notice("other_lists", sheet=first.sheet.name, sheets=names))
    return Place(first.sheet, first.header, notices, others)


def _header(sheet: Sheet, choice: Choice, known: Known | None) -> Header:
    if choice.header_row is None:
        return find_header(sheet.rows, known)
    if choice.header_row == NO_HEADER:
        return without_header(sheet.rows)
    if sheet.rows[0][0] != choice.header_row:
        raise Refused("no_row", line=choice.header_row)
    return header_at(sheet.rows, 0, known)


def _score(place: Place) -> tuple[int, float]:
    """Return a sort key: the number of known headers, then a score for many columns and rows."""
    below = len(place.sheet.rows) - place.header.position - 1
    columns = sum(map(bool, place.header.texts))
    return place.header.hits, columns**2 * (min(below, ROWS_THAT_COUNT) + 0.5)
