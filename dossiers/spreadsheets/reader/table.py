"""Opens a file as a table, or reads its first rows as a sample."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..file_reader.format import Choice, Format, Row
from ..file_reader.limits import MAX_BYTES
from ..file_reader.refusals import Notice, Refused
from .header import NO_HEADER, Known
from .process import Child
from .rows_above import RowsAbove
from .sections import MatchColumns, Section, Sections
from .sheet_choice import Place, Sheet, choose_place

SAMPLE_ROWS = 30
LINES_NAMED = 20
Mask = Callable[[str], str]
"""A function that masks what may not be stored in the name of a sheet or the text of a header."""


class Table:
    """A list that is being read; use it as a context manager, which ends the child process."""

    def __init__(
        self,
        child: Child,
        format: Format,
        place: Place,
        known: Known | None,
        mask: "Mask",
        match_columns: MatchColumns | None = None,
    ) -> None:
        self._child = child
        self._sheet = place.sheet.index
        self.format = format
        self.header: list[str] = [mask(text) for text in place.header.texts]
        """The trimmed and masked headers; "" for a blank cell."""
        self.header_guessed: bool = not place.header.is_confirmed
        """No row looks like a header, so that the first row of the list is used as the header and not as data."""
        self.warnings: list[Notice] = place.notices
        """Complete after all batches are read."""
        self.cut_lines: list[int] = []
        """Lines with cells to the right of the last header; complete after all batches are read."""
        self.hidden_columns: list[int] = []
        """Set when the first batch is read."""
        self.marked_rows: dict[str, list[tuple[int, int]]] = {}
        """The first and last line of each range of rows that are hidden or marked, by mark; set when the first batch is
        read."""
        self.other_lists: list[OtherList] = []
        """Complete after all batches are read."""
        self._others, self._mask = place.others, mask
        self._above = place.rows_above(known) if known else RowsAbove()
        self._sections = Sections(self.header, known, mask, match_columns) if known else None

    def batches(self, size: int = 5000) -> Iterator[list[Row]]:
        """Yield lists of about `size` rows, padded or cut to the width of the header; can be called once.

        Raises Refused, possibly after some batches.
        """
        header_row = self.format.header_row
        counted = [[other.sheet.index, other.header_row] for other in self._others]
        self._child.send(sheet=self._sheet, header_row=header_row, width=len(self.header), size=size, counted=counted)
        doubtful = self._child.receive()
        self.hidden_columns = doubtful["hidden_columns"]
        self.marked_rows = {
            mark: [(first, last) for first, last in ranges] for mark, ranges in doubtful["marked_rows"].items()
        }
        last_line = header_row or 0
        width = len(self.header)
        rows_above = sorted(self._above.fitting + self._above.unfit, key=itemgetter(0))
        above = [(line, [*cells[:width], *[None] * (width - len(cells))]) for line, cells in rows_above]
        while "rows" in (message := self._child.receive()):
            rows = [(line, cells) for line, cells in message["rows"]]
            yield above + (self._sections.take(rows, last_line=last_line) if self._sections else rows)
            above, last_line = [], rows[-1][0]
        if rows := above + (self._sections.end() if self._sections else []):
            yield rows
        too_wide = [line for line, cells in self._above.fitting if any(cell is not None for cell in cells[width:])]
        self.cut_lines = too_wide + message["cut"]
        self.other_lists = [
            OtherList(other.sheet.name, [self._mask(text) for text in other.header.texts], count, other.sheet.hidden)
            for other, count in zip(self._others, message["counts"], strict=True)
        ]
        details = [line for line, _cells in self._above.details]
        named_lines = {
            "left_out": details + message["left_out"],
            "cut": self.cut_lines,
            "comments": doubtful["comment_lines"],
        }
        for code, lines in named_lines.items():
            if lines:
                self.warnings.append(Notice(code, lines=name_lines(lines)))

    @property
    def lines_above(self) -> list[int]:
        """The lines of rows above the header that fit its columns; these rows are in the first batch."""
        return [line for line, _cells in self._above.fitting]

    @property
    def unfit_lines(self) -> list[int]:
        """The lines of other rows above the header that may be records; these rows are in the first batch too."""
        return [line for line, _cells in self._above.unfit]

    @property
    def sections(self) -> list[Section]:
        """The further tables below the list; complete after all batches are read."""
        return self._sections.found if self._sections else []

    def close(self) -> None:
        """End the child process."""
        self._child.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True)
class OtherList:
    """A list on a sheet that is not read."""

    sheet: str
    header: list[str]
    rows: int
    hidden: bool


@dataclass(frozen=True)
class Sample:
    """The first rows of a sheet that are not blank, including titles and the header, unchanged."""

    format: Format
    rows: list[Row]
    numbered: list[str]
    """The numbered headers of a list without a header; else empty."""


def open_table(
    path: Path,
    choice: Choice = Choice(),  # noqa: B008  (frozen)
    *,
    known: Known | None = None,
    mask: Mask = str,
    match_columns: MatchColumns | None = None,
) -> Table:
    """Open a file as a table; `known` returns whether a text is a known header. Raises Refused."""
    child, format, place = _open(path, choice, known, mask)
    return Table(child, format, place, known, mask, match_columns)


def sample(
    path: Path,
    choice: Choice = Choice(),  # noqa: B008  (frozen)
    *,
    known: Known | None = None,
    mask: Mask = str,
) -> Sample:
    """Return the first 30 rows of the sheet, with the format that `open_table` would use. Raises Refused."""
    headed = choice.header_row != NO_HEADER
    child, format, place = _open(path, replace(choice, header_row=None) if headed else choice, known, mask)
    child.end()
    header_row = format.header_row if choice.header_row is None else choice.header_row
    rows = list(place.sheet.rows[:SAMPLE_ROWS])
    return Sample(replace(format, header_row=header_row), rows, [] if headed else place.header.texts)


def _open(path: Path, choice: Choice, known: Known | None, mask: Mask) -> tuple[Child, Format, Place]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
    except (OSError, ValueError):  # ValueError: a path with a zero byte
        raise Refused("unreadable") from None
    if size > MAX_BYTES:
        raise Refused("too_big", limit=MAX_BYTES // 1024**2)
    if not size:
        raise Refused("empty")
    child = Child(path)
    try:
        child.send(encoding=choice.encoding, delimiter=choice.delimiter, header_row=choice.header_row)
        answer = child.receive()
        sheets = [_sheet(index, sheet, mask) for index, sheet in enumerate(answer["sheets"])]
        place = choose_place(sheets, choice, known)
    except BaseException:
        child.end()
        raise
    names = [sheet.name for sheet in sorted(sheets, key=lambda sheet: sheet.hidden) if sheet.name]
    format = Format(
        kind=answer["kind"],
        encoding=answer["encoding"],
        delimiter=answer["delimiter"],
        sheet=place.sheet.name or None,
        header_row=place.header_row,
        sheets=tuple(names),
    )
    return child, format, place


def _sheet(index: int, message: dict[str, Any], mask: Mask) -> Sheet:
    rows = [(line, cells) for line, cells in message["rows"]]
    notices = [Notice(code, **params) for code, params in message["notices"]]
    above = [(line, cells) for line, cells in message["above"]]
    return Sheet(index, mask(message["name"]), message["hidden"], rows, above, notices)


def name_lines(lines: list[int]) -> str:
    """Return line numbers as text, at most LINES_NAMED of them."""
    shown = ", ".join(map(str, lines[:LINES_NAMED]))
    return f"{shown}, …" if len(lines) > LINES_NAMED else shown
