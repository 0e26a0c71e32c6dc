"""Finds the rows and columns of a sheet that are hidden by hand or by a filter, which calamine does not report."""

import io
import re
import struct
import zipfile
from dataclasses import dataclass, field
from itertools import chain

from .limits import MAX_COLUMNS
from .old_workbook import OldWorkbook
from .unread import chunks, part_of

ROW = re.compile(rb'<(?:\w+:)?row\s([^<>]*?\shidden="(?:1|true)"[^<>]*|hidden="(?:1|true)"[^<>]*)>')
COLUMN = re.compile(rb'<(?:\w+:)?col\s([^<>]*?\shidden="(?:1|true)"[^<>]*|hidden="(?:1|true)"[^<>]*)>')
NUMBER = re.compile(rb'(?:^|\s)(r|min|max)="(\d{1,7})"')
XLS_ROW, XLS_COLUMN = 0x0208, 0x007D
"""Types of BIFF records with a bit that says that a row, or a range of columns, is hidden."""
ODS_TAG = re.compile(rb"<(/?)table:(table|table-row|table-column)(?=[\s/>])([^<>]*)>")
ODS_HIDDEN = re.compile(rb'\stable:visibility="(?:collapse|filter)"')
ODS_REPEATED = re.compile(rb'\stable:number-(?:rows|columns)-repeated="(\d{1,7})"')


@dataclass
class Hidden:
    rows: list[tuple[int, int]] = field(default_factory=list)
    """The first and last line of each range of hidden rows, counted from 1."""
    columns: list[int] = field(default_factory=list)
    """Counted from 0."""

    def add_row(self, first: int, last: int) -> None:
        if self.rows and self.rows[-1][1] + 1 == first:
            first, _ = self.rows.pop()
        self.rows.append((first, last))

    def add_columns(self, first: int, last: int) -> None:
        self.columns += range(first, min(last, MAX_COLUMNS) + 1)


def find_hidden(data: bytes, kind: str, index: int, name: str) -> Hidden:
    """Return the hidden rows and columns of a sheet; nothing is hidden in text files."""
    if kind == "xls":
        return _of_xls(data, index)
    if kind not in ("xlsx", "ods"):
        return Hidden()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return _of_xlsx(package, name) if kind == "xlsx" else _of_ods(package, index)


def _of_xlsx(package: zipfile.ZipFile, name: str) -> Hidden:
    hidden = Hidden()
    part = part_of(package, name)
    for chunk in chunks(package, part) if part in package.namelist() else ():
        if b'hidden="' in chunk:
            for (attributes,) in map(re.Match.groups, COLUMN.finditer(chunk)):
                place = dict(NUMBER.findall(attributes))
                hidden.add_columns(int(place[b"min"]) - 1, int(place[b"max"]) - 1)
            for (attributes,) in map(re.Match.groups, ROW.finditer(chunk)):
                place = dict(NUMBER.findall(attributes))
                if b"r" in place:
                    hidden.add_row(int(place[b"r"]), int(place[b"r"]))
    return hidden


def _of_xls(data: bytes, index: int) -> Hidden:
    hidden = Hidden()
    for kind, content in OldWorkbook(data).worksheet_records(index):
        if kind == XLS_ROW and len(content) >= 14 and content[12] & 0x20:
            line = struct.unpack_from("<H", content)[0] + 1
            hidden.add_row(line, line)
        elif kind == XLS_COLUMN and len(content) >= 10 and content[8] & 0x01:
            hidden.add_columns(*struct.unpack_from("<HH", content))
    return hidden


def _of_ods(package: zipfile.ZipFile, index: int) -> Hidden:
    hidden = Hidden()
    depth, table, line, column = 0, -1, 1, 0
    tags = chain.from_iterable(map(ODS_TAG.findall, chunks(package, "content.xml", starts=(b"<",))))
    for end, tag, attributes in tags:
        if tag == b"table":
            table += not end and not depth
            depth += -1 if end else not attributes.endswith(b"/")
            continue
        if end or depth != 1 or table != index:
            continue
        repeated = ODS_REPEATED.search(attributes)
        count = int(repeated[1]) if repeated else 1
        is_hidden = ODS_HIDDEN.search(attributes)
        if tag == b"table-row":
            if is_hidden:
                hidden.add_row(line, line + count - 1)
            line += count
        else:
            if is_hidden:
                hidden.add_columns(column, column + count - 1)
            column += count
    return hidden
