"""Chooses the sheet and the header row of the list."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from ..file_reader.format import Row
from ..file_reader.limits import MAX_COLUMNS
from ..file_reader.refusals import Notice, Refused
from .format import Choice
from .header import NO_HEADER, Header, Known, find_header, header_at, without_header
from .rows_above import RowsAbove, rows_above
from .sections import MIN_HEADER_SHARE, MatchColumns, find_columns

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

    def find_header(self, choice: Choice, known: Known | None) -> Header:
        """Return the header on the line that the user chose, or else the row that looks most like one."""
        if choice.header_row is None:
            return find_header(self.rows, known)
        if choice.header_row == NO_HEADER:
            return without_header(self.rows)
        if self.rows[0][0] != choice.header_row:
            raise Refused("no_row", line=choice.header_row)
        return header_at(self.rows, 0, known)

    def find_header_like(self, place: "Place", known: Known | None) -> Header:
        """Return the header on the line where that of another sheet is, if it has the same texts there."""
        if place.header_row == NO_HEADER:
            header = without_header(self.rows)
            return header if header.texts == place.header.texts else find_header(self.rows, known)
        position = next((i for i, (line, _cells) in enumerate(self.rows) if line == place.header_row), None)
        if position is not None:
            header = header_at(self.rows, position, known)
            if header.texts == place.header.texts:
                return header
        return find_header(self.rows, known)


@dataclass(frozen=True)
class Place:
    """The sheet and the header of the list."""

    sheet: Sheet
    header: Header
    others: list["Place"] = field(default_factory=list)
    """The lists on other sheets, hidden ones too."""

    @property
    def header_row(self) -> int:
        """The line of the header in the file; NO_HEADER for a list without a header."""
        return NO_HEADER if self.header.position < 0 else self.sheet.rows[self.header.position][0]

    @property
    def has_rows(self) -> bool:
        return len(self.sheet.rows) > self.header.position + 1

    @property
    def score(self) -> tuple[int, float]:
        """A sort key: the number of known headers, then a score for many columns and rows."""
        below = len(self.sheet.rows) - self.header.position - 1
        columns = sum(map(bool, self.header.texts))
        return self.header.hits, columns**2 * (min(below, ROWS_THAT_COUNT) + 0.5)

    def fits(self, other: "Place", match_columns: MatchColumns | None, *, min_share: float = MIN_HEADER_SHARE) -> bool:
        """Whether another sheet can be read as rows of this list: it has this share of its columns and no others."""
        if other.sheet.hidden or not other.has_rows:
            return False
        own, others = (len(list(filter(None, place.header.texts))) for place in (self, other))
        columns = find_columns(self.header.texts, other.header.texts, match_columns)
        return others == len(columns) >= own * min_share

    @property
    def all_above(self) -> list[Row]:
        """The rows above the header, also those that are titles."""
        return [*self.sheet.above, *self.sheet.rows[: max(self.header.position, 0)]]

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
    places = [Place(sheet, sheet.find_header(choice, known)) for sheet in candidates]
    narrow = [place for place in places if len(place.header.texts) <= MAX_COLUMNS]
    best = max(narrow or places, key=attrgetter("score"))
    first = next(place for place in places if place.header.texts == best.header.texts)
    if len(first.header.texts) > MAX_COLUMNS:
        raise Refused("too_many_columns", limit=MAX_COLUMNS)
    # The user must know of other sheets that may be a list: those with the same headers, or with rows below others
    # that are known.
    others = []
    whole_sheets = [  # the chosen header row does not apply to sheets that are not read
        replace(sheet, rows=[*sheet.above, *sheet.rows], above=())
        for sheet in sheets
        if sheet not in candidates and (sheet.rows or sheet.above)
    ]
    for place in [*places, *(Place(sheet, sheet.find_header_like(first, known)) for sheet in whole_sheets)]:
        is_same = place.header.texts == first.header.texts
        is_known = place.has_rows and place.header.hits >= min(2, sum(map(bool, place.header.texts)))
        if place is not first and (is_same or is_known):
            others.append(place)
    others.sort(key=lambda place: place.sheet.index)
    return Place(first.sheet, first.header, others)
