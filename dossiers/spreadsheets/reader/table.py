"""Opens a file as a table, or reads its first rows as a sample."""

from collections.abc import Callable, Collection, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dossiers.line_names import LINES_PER_SHEET, LINES_PER_TABLE, MAX_SHEETS, name_lines

from ..file_reader.format import Row
from ..file_reader.limits import MAX_BYTES, MAX_MERGED
from ..file_reader.refusals import Notice, Refused
from .format import Choice, Format
from .header import NO_HEADER, Known
from .process import Child
from .rows_above import RowsAbove
from .sections import MatchColumns, Section, Sections, find_columns
from .sheet_choice import Place, Sheet, choose_place
from .tables_beside import FindTables, TableBeside

SAMPLE_ROWS = 30
Mask = Callable[[str], str]
"""A function that masks what may not be stored in the name of a sheet or the text of a header."""


class TableRows:
    """Takes the rows of one table on a sheet as rows of a list that may stand in several."""

    def __init__(
        self,
        place: Place,
        index: int,
        header: list[str],
        known: Known | None,
        mask: Mask,
        match_columns: MatchColumns | None,
        beside: Sequence[TableBeside] = (),
        table: TableBeside | None = None,
        list_columns: Container[int] = (),
    ) -> None:
        """`index` is that of the sheet among those of the list, and `header` that of the list without other tables.

        `beside` are the tables beside the list that are read too; `table` is the one that this is, which can have the
        `list_columns`, or None for the rest of the sheet.
        """
        self.place, self.table = place, table
        sheet_header = [mask(text) for text in place.header.texts]
        self._first, self._end, self._apart = 0, len(sheet_header), [] if table else beside
        if table:
            self._first, self._end = table.columns.start, table.columns.stop
        elif beside and beside[-1].columns.stop == self._end:
            self._end = beside[-1].columns.start
        self._is_cut = self._end < len(sheet_header)  # so that the cells on its right belong to another table
        own_header = blank_tables(sheet_header, self._apart)[self._first : self._end]
        self.width = len(own_header)
        self.first_line = index * LINES_PER_SHEET + (table.index * LINES_PER_TABLE if table else 0)
        self._columns: dict[int, int] = {}
        """The index of each column in the table by its index in the list; empty if these are the same."""
        if table:
            header_beside = [text if column in list_columns else "" for column, text in enumerate(header)]
            self._columns = find_columns(header_beside, own_header, match_columns)
        elif beside and own_header == header[: self.width]:  # columns without a name are among these
            of_others = set(chain.from_iterable(other.columns for other in beside))
            self._columns = {column: column for column in range(self.width) if column not in of_others}
        elif own_header != header:
            self._columns = find_columns(header, own_header, match_columns)
        self._order = [self._columns.get(column, -1) for column in range(len(header))] if self._columns or table else []
        self._absent = [column for column, place in enumerate(self._order) if place < 0 and header[column]]
        self._sections = Sections(own_header, known, mask, match_columns) if known else None
        above = place.rows_above(known) if known and not table else RowsAbove()
        self.fitting, self.unfit = self._number(above.fitting), self._number(above.unfit)
        self.detail_lines = [line for line, _cells in self._number(above.details)]
        self.count = 0
        """The number of rows so far."""
        self._rows_above = sorted(self.fitting + self.unfit, key=itemgetter(0))
        self._last_line = self.first_line + place.header_row

    @property
    def place_in_file(self) -> dict[str, Any]:
        """The place of the table for the child process: its sheet, its columns and the numbers of its lines.

        It ends at `end`, or nowhere if this is None; the columns `apart` are of other tables.
        """
        return {
            "sheet": self.place.sheet.index,
            "header_row": self.place.header_row,
            "first": self._first,
            "end": self._end if self._is_cut else None,
            "width": self.width,
            "apart": [(other.columns.start, other.columns.stop) for other in self._apart],
            "first_line": self.first_line,
        }

    def find_hidden_columns(self, columns: list[int]) -> list[int]:
        """Return the indexes in the list of hidden columns of the sheet."""
        return self.find_list_columns([column - self._first for column in columns])

    def find_list_columns(self, columns: list[int]) -> list[int]:
        """Return the indexes in the list of columns of the table."""
        return [column for column, place in self._columns.items() if place in columns] if self._columns else columns

    def find_absent_columns(self) -> Iterator[tuple[int, list[int]]]:
        """Yield the first line of the table and of each section, and the columns of the list that are absent there."""
        yield self.first_line, self._absent
        for section in self.sections:
            yield section.line, sorted({*self._absent, *self.find_list_columns(section.absent)})

    def find_lines_cut(self) -> list[int]:
        """Return the lines above the header that have cells to the right of the last header."""
        width = len(self.place.header.texts)
        return [line for line, cells in self.fitting if any(cell is not None for cell in cells[width:])]

    def take(self, rows: list[Row]) -> list[Row]:
        """Return these rows as rows of the list; the first ones come below the rows above the header."""
        taken = self._sections.take(rows, last_line=self._last_line) if self._sections else rows
        self._last_line = rows[-1][0]
        return self._in_order(self._take_rows_above() + taken)

    def end(self) -> list[Row]:
        """Return the rows that are still to come."""
        return self._in_order(self._take_rows_above() + (self._sections.end() if self._sections else []))

    @property
    def sections(self) -> list[Section]:
        return self._sections.found if self._sections else []

    def _take_rows_above(self) -> list[Row]:
        rows, self._rows_above = self._rows_above, []
        return [(line, [*cells[: self.width], *[None] * (self.width - len(cells))]) for line, cells in rows]

    def _number(self, rows: list[Row]) -> list[Row]:
        """Return rows of the table with the lines that they have in the list."""
        return [(self.first_line + line, cells) for line, cells in rows]

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """Return the rows with their cells in the order of the columns of the list."""
        self.count += len(rows)
        if not self._order:
            return rows
        return [(line, [cells[place] if place >= 0 else None for place in self._order]) for line, cells in rows]


def blank_tables(header: list[str], tables: Sequence[TableBeside]) -> list[str]:
    """Return the header of a sheet without the texts of some tables."""
    blank = set(chain.from_iterable(table.columns for table in tables))
    return ["" if column in blank else text for column, text in enumerate(header)]


class Table:
    """A list that is being read; use it as a context manager, which ends the child process."""

    struck_cells: dict[int, list[int]]
    """The lines of single cells that are struck through, by the index of their column; set when the first batch is
    read."""
    merged_cells: dict[int, list[tuple[int, int]]]
    """The first and last line of each cell that is merged with those below it, by the index of its column; set when the
    first batch is read."""
    understood_lines: Collection[int] = ()
    """Set by the caller: the lines above the header that it understands, which are not named as left out."""

    def __init__(
        self,
        child: Child,
        format: Format,
        place: Place,
        known: Known | None,
        mask: Mask,
        match_columns: MatchColumns | None = None,
        is_list: Callable[[list[str]], bool] | None = None,
        is_returned: Callable[[list[str]], bool] | None = None,
        find_tables: FindTables | None = None,
        *,
        joins_sheets: bool = False,
    ) -> None:
        """`is_list` returns whether rows below such a header can be read as rows of a list.

        `is_returned` returns whether it is the header of a list that was returned to its sender, whose sheets are those
        of one list.
        """
        self._child = child
        self.format = format
        self.header: list[str] = [mask(text) for text in place.header.texts]
        """The trimmed and masked headers; "" for a blank cell."""
        self.header_guessed: bool = not place.header.is_confirmed
        """No row looks like a header, so that the first row of the list is used as the header and not as data."""
        self.warnings: list[Notice] = []
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
        self._mask = mask
        self.head = self._find_head(place)
        """The first rows below the header, of all tables on the sheet."""
        self.above = place.all_above
        """The rows above the header."""
        fitting = []
        for other in place.others:
            header = self._mask_header(other)
            if is_returned and is_returned(header):
                fits = place.fits(other, match_columns, min_share=0)
            else:
                fits = place.fits(other, match_columns) and (is_list is None or is_list(header))
            fitting += [other] if fits else []
        del fitting[MAX_SHEETS - 1 :]
        self._fitting = {other.sheet.index for other in fitting}
        joined = [place, *(fitting if joins_sheets else ())]
        self._others = place.others
        if len(joined) > 1:
            self.format = replace(format, joined=tuple((sheet.sheet.name, sheet.header_row) for sheet in joined))
        self._tables: list[TableRows] = []
        read = [table for table in find_tables(self.header, self.head) if table.is_read] if find_tables else []
        if read:
            self.format = replace(self.format, tables=tuple(table.index for table in read))
        header = blank_tables(self.header, read)
        for index, sheet in enumerate(joined):
            beside = read
            if find_tables and read and sheet is not place:
                tables = find_tables(self._mask_header(sheet), self._find_head(sheet))
                beside = [table for table in tables if table.index in (self.format.tables or ())]
            self._tables.append(TableRows(sheet, index, header, known, mask, match_columns, beside))
            self._tables += [
                TableRows(sheet, index, header, known, mask, match_columns, beside, table, read[0].list_columns)
                for table in beside
            ]
        self.warnings += [notice for sheet in joined for notice in sheet.sheet.notices]
        if others := [other for other in self._others if not (joins_sheets and other.sheet.index in self._fitting)]:
            names = ", ".join(other.sheet.name for other in others)
            self.warnings.append(Notice("other_lists", sheet=place.sheet.name, sheets=names))

    def batches(self, size: int = 5000) -> Iterator[list[Row]]:
        """Yield lists of about `size` rows, padded or cut to the width of the header; can be called once.

        Raises Refused, possibly after some batches.
        """
        read = {table.place.sheet.index: table for table in self._tables if not table.table}
        not_read = [other for other in self._others if other.sheet.index not in read]
        counted = [[other.sheet.index, other.header_row] for other in not_read]
        self._child.send(tables=[table.place_in_file for table in self._tables], size=size, counted=counted)
        comment_lines = self._take_doubtful(self._child.receive()["doubtful"])
        indexes = {table.first_line // LINES_PER_TABLE: index for index, table in enumerate(self._tables)}
        current = 0
        while "rows" in (message := self._receive()):
            batch: list[Row] = []
            for number, rows in groupby(message["rows"], key=lambda row: row[0] // LINES_PER_TABLE):
                index = indexes[number]
                for ended in self._tables[current:index]:
                    batch += ended.end()
                batch += self._tables[index].take([(line, cells) for line, cells in rows])
                current = index
            yield batch
        if batch := [row for table in self._tables[current:] for row in table.end()]:
            yield batch
        self.cut_lines = sorted(chain(message["cut"], *(table.find_lines_cut() for table in self._tables)))
        counts = {index: table.count for index, table in read.items()}
        counts |= {other.sheet.index: count for other, count in zip(not_read, message["counts"], strict=True)}
        self.other_lists = [
            OtherList(
                other.sheet.name,
                self._mask_header(other),
                counts[other.sheet.index],
                other.sheet.hidden,
                other.sheet.index in self._fitting,
            )
            for other in self._others
        ]
        details = {line for table in self._tables for line in table.detail_lines}.difference(self.understood_lines)
        named_lines = {
            "left_out": sorted({*details, *message["left_out"]}),
            "cut": self.cut_lines,
            "comments": comment_lines,
        }
        for code, lines in named_lines.items():
            if lines:
                self.warnings.append(Notice(code, lines=self._name_lines(lines)))

    def _take_doubtful(self, by_table: list[dict[str, Any]]) -> list[int]:
        """Take what is hidden, marked or merged in each table, none of a text file; return the lines with comments."""
        comment_lines: list[int] = []
        self.struck_cells, self.merged_cells = {}, {}
        for table, doubtful in zip(self._tables, by_table, strict=False):
            self.hidden_columns = sorted({*self.hidden_columns, *table.find_hidden_columns(doubtful["columns"])})
            for mark, ranges in doubtful["rows"].items():
                numbered = [(table.first_line + first, table.first_line + last) for first, last in ranges]
                self.marked_rows.setdefault(mark, []).extend(numbered)
            for place, lines in doubtful["struck_cells"]:
                for column in table.find_hidden_columns([place]):
                    numbered_lines = [table.first_line + line for line in lines]
                    self.struck_cells.setdefault(column, []).extend(numbered_lines)
            for place, ranges in doubtful["merged_cells"].items():
                for column in table.find_hidden_columns([int(place)]):  # JSON has only texts as keys
                    numbered = [(table.first_line + first, table.first_line + last) for first, last in ranges]
                    self.merged_cells.setdefault(column, []).extend(numbered)
            if not table.table and doubtful["merged_count"] > MAX_MERGED:
                self.warnings.append(Notice("merged", limit=MAX_MERGED))
            if not table.table:  # the comments on the same lines of tables beside are named once
                comment_lines += [table.first_line + line for line in doubtful["comment_lines"]]
        return comment_lines

    @property
    def above_by_sheet(self) -> list[tuple[str, list[Row]]]:
        """The name of each sheet that is read, and the rows above its header."""
        return [
            (table.place.sheet.name, [(table.first_line + line, cells) for line, cells in table.place.all_above])
            for table in self._tables
            if not table.table
        ]

    @property
    def lines_above(self) -> list[int]:
        """The lines of rows above the header that fit its columns; on the first sheet they are in the first batch."""
        return [line for table in self._tables for line, _cells in table.fitting]

    @property
    def unfit_lines(self) -> list[int]:
        """The lines of other rows above the header that may be records; they come with the others too."""
        return [line for table in self._tables for line, _cells in table.unfit]

    @property
    def sections(self) -> list[Section]:
        """The further tables below the list; complete after all batches are read."""
        return [section for table in self._tables for section in table.sections]

    @property
    def absent_columns(self) -> list[tuple[int, list[int]]]:
        """The lines from which other columns of the list are absent, and these; complete after all batches are read."""
        changes: list[tuple[int, list[int]]] = []
        for line, columns in chain.from_iterable(table.find_absent_columns() for table in self._tables):
            if columns != (changes[-1][1] if changes else []):
                changes.append((line, columns))
        return changes

    def _receive(self) -> dict[str, Any]:
        """Return the next message of the child; a refusal names the sheet of its line, if the list has several."""
        try:
            return self._child.receive()
        except Refused as refused:
            if (self.format.joined or self.format.tables) and "line" in refused.params:
                refused.params["line"] = self._name_lines([refused.params["line"]])
            raise

    def _name_lines(self, lines: list[int]) -> str:
        return name_lines(lines, [name for name, _header_row in self.format.joined or ()])

    @staticmethod
    def _find_head(place: Place) -> Sequence[Row]:
        return place.sheet.rows[place.header.position + 1 :]

    def _mask_header(self, place: Place) -> list[str]:
        return [self._mask(text) for text in place.header.texts]

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
    """A list on a sheet besides the first one that is read."""

    sheet: str
    header: list[str]
    rows: int
    hidden: bool
    fits: bool
    """Whether its rows can be read as rows of the list that is read."""


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
    is_list: Callable[[list[str]], bool] | None = None,
    is_returned: Callable[[list[str]], bool] | None = None,
    find_tables: FindTables | None = None,
) -> Table:
    """Open a file as a table; `known` returns whether a text is a known header. Raises Refused.

    `is_list` returns whether rows below such a header can be read as rows of a list.
    """
    child, format, place = _open(path, choice, known, mask)
    joins_sheets = choice.joins_sheets
    options = (known, mask, match_columns, is_list, is_returned, find_tables)
    return Table(child, format, place, *options, joins_sheets=joins_sheets)


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
        sheets = []
        for index, sheet in enumerate(answer["sheets"]):
            rows, above = ([(line, cells) for line, cells in sheet[part]] for part in ("rows", "above"))
            notices = [Notice(code, **params) for code, params in sheet["notices"]]
            sheets.append(Sheet(index, mask(sheet["name"]), sheet["hidden"], rows, above, notices))
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
