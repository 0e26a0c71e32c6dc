"""Finds what the cells of a sheet do not say: hidden rows and columns, marked rows, merged cells and comments.

Rows and columns are hidden by hand or by a filter.
"""

import io
import re
import struct
import zipfile
from dataclasses import dataclass, field
from itertools import chain
from typing import Self

from .limits import MAX_COLUMNS, MAX_MERGED
from .marked import MarkedRows, count_column, find_marked_styles
from .old_workbook import OldWorkbook
from .opendocument_marks import count_repeated, find_marked_rows, find_tags
from .unread import chunks, part_of, targets_of

ROW = re.compile(rb'<(?:\w+:)?row\s([^<>]*?\shidden="(?:1|true)"[^<>]*|hidden="(?:1|true)"[^<>]*)>')
COLUMN = re.compile(rb'<(?:\w+:)?col\s([^<>]*?\shidden="(?:1|true)"[^<>]*|hidden="(?:1|true)"[^<>]*)>')
NUMBER = re.compile(rb'(?:^|\s)(r|min|max)="(\d{1,7})"')
XLS_ROW, XLS_COLUMN, XLS_MERGED = 0x0208, 0x007D, 0x00E5
"""Types of BIFF records; the first two have a bit that says that a row, or a range of columns, is hidden."""
ODS_HIDDEN = re.compile(rb'\stable:visibility="(?:collapse|filter)"')

STARTS = (b"<row ", b"<x:row ", b"<mergeCell ", b":mergeCell ")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
COMMENT = re.compile(rb'<(?:\w+:)?comment\s[^<>]*?ref="[A-Z]{1,3}(\d{1,7})"')
HIDDEN = "hidden"


@dataclass
class Doubtful:
    rows: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """The first and last line of each range of rows, counted from 1, by mark: HIDDEN or one of marked.py."""
    columns: list[int] = field(default_factory=list)
    """The hidden columns, counted from 0."""
    struck_cells: list[tuple[int, list[int]]] = field(default_factory=list)
    """The columns, counted from 0, with the lines of their cells that are struck through in a row that is not."""
    comment_lines: list[int] = field(default_factory=list)
    """The lines below the header with comments."""
    merged_cells: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """The first and last line of each cell below the header that is merged with those below it, by column, counted from
    0; of one that spans several columns the first."""
    merged_count: int = 0

    def add_rows(self, mark: str, first: int, last: int) -> None:
        ranges = self.rows.setdefault(mark, [])
        if ranges and ranges[-1][1] + 1 == first:
            first, _ = ranges.pop()
        ranges.append((first, last))

    def add_marked(self, marked: MarkedRows) -> None:
        for mark, lines in marked.find_lines().items():
            for line in lines:
                self.add_rows(mark, line, line)
        self.struck_cells = list(marked.struck_cells.items())
        for column in self.merged_cells.keys() & marked.struck_cells.keys():  # a struck value may not count
            struck_lines = set(marked.struck_cells[column])
            self.merged_cells[column] = [cell for cell in self.merged_cells[column] if cell[0] not in struck_lines]

    def add_columns(self, first: int, last: int) -> None:
        self.columns += range(first, min(last, MAX_COLUMNS) + 1)

    def add_merged(self, column: int, first: int, last: int, header_row: int) -> None:
        """Add a cell that is not part of the header; if there are too many, none stay."""
        if header_row < first < last and column < MAX_COLUMNS:
            self.merged_count += 1
            self.merged_cells.setdefault(column, []).append((first, last))
        if self.merged_count > MAX_MERGED:
            self.merged_cells.clear()

    @classmethod
    def from_xlsx(cls, package: zipfile.ZipFile, name: str, header_row: int) -> Self:
        doubtful = cls()
        part = part_of(package, name)
        if part not in package.namelist():
            return doubtful
        marked = MarkedRows(find_marked_styles(package), header_row)
        for chunk in chunks(package, part, STARTS):
            marked.add(chunk)
            if b'hidden="' in chunk:
                for (attributes,) in map(re.Match.groups, COLUMN.finditer(chunk)):
                    place = dict(NUMBER.findall(attributes))
                    doubtful.add_columns(int(place[b"min"]) - 1, int(place[b"max"]) - 1)
                for (attributes,) in map(re.Match.groups, ROW.finditer(chunk)):
                    place = dict(NUMBER.findall(attributes))
                    if b"r" in place:
                        doubtful.add_rows(HIDDEN, int(place[b"r"]), int(place[b"r"]))
            for letters, first, last in MERGED.findall(chunk) if b"mergeCell " in chunk else ():
                doubtful.add_merged(count_column(letters), int(first), int(last), header_row)
        doubtful.add_marked(marked)
        # A threaded comment has such a comment too.
        names = targets_of(package, part, kind="comments")
        comments = [chunks(package, target, (b"<comment ", b":comment ")) for target in names]
        comment_lines = {int(line) for chunk in chain(*comments) for line in COMMENT.findall(chunk)}
        doubtful.comment_lines = sorted(line for line in comment_lines if line > header_row)
        return doubtful

    @classmethod
    def from_xls(cls, data: bytes, index: int, header_row: int) -> Self:
        doubtful = cls()
        for kind, content in OldWorkbook(data).worksheet_records(index):
            if kind == XLS_ROW and len(content) >= 14 and content[12] & 0x20:
                line = struct.unpack_from("<H", content)[0] + 1
                doubtful.add_rows(HIDDEN, line, line)
            elif kind == XLS_COLUMN and len(content) >= 10 and content[8] & 0x01:
                doubtful.add_columns(*struct.unpack_from("<HH", content))
            elif kind == XLS_MERGED:
                for first, last, column, _ in struct.iter_unpack("<4H", content[2 : 2 + (len(content) - 2) // 8 * 8]):
                    doubtful.add_merged(column, first + 1, last + 1, header_row)
        return doubtful

    @classmethod
    def from_ods(cls, package: zipfile.ZipFile, index: int, header_row: int) -> Self:
        doubtful = cls()
        line, column = 1, 0
        for end, tag, attributes in find_tags(package, index, b"table-row|table-column"):
            if end:
                continue
            count, is_hidden = count_repeated(attributes), ODS_HIDDEN.search(attributes)
            if tag == b"table-row":
                if is_hidden:
                    doubtful.add_rows(HIDDEN, line, line + count - 1)
                line += count
            else:
                if is_hidden:
                    doubtful.add_columns(column, column + count - 1)
                column += count
        doubtful.add_marked(find_marked_rows(package, index, header_row))
        return doubtful


def find_doubtful(data: bytes, kind: str, index: int, name: str, header_row: int) -> Doubtful:
    """Return the doubtful rows and columns of a sheet; text files have none, and an .xls has no marks."""
    if kind == "xls":
        return Doubtful.from_xls(data, index, header_row)
    if kind not in ("xlsx", "ods"):
        return Doubtful()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if kind == "xlsx":
            return Doubtful.from_xlsx(package, name, header_row)
        return Doubtful.from_ods(package, index, header_row)
