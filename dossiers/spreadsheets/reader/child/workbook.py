"""Workbooks, read by calamine."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from ..format import Cell, Row
from ..limits import MAX_CELL
from ..refusals import Refused
from .package import open_package
from .source import ZIP, Noticed, SheetName
from .unread import Unread

BOOK_START = b"\x09\x08\x10\x00\x00\x06\x05\x00"
LOCK, SHEET = 0x2F, 0x85
"""Types of BIFF records: a password, and the name of a sheet, which comes later."""
PASSWORD_MARK = "EncryptedPackage".encode("utf-16-le")
BOOK_MARKS = ("Workbook\0".encode("utf-16-le"), "Book\0".encode("utf-16-le"))


def open_workbook(data: bytes) -> "Workbook":
    """Return the workbook opened, or raise Refused.

    What calamine raises on damage (it panics, too) is left to end the child, which says the same: damaged.
    """
    package = None
    if data.startswith(ZIP):
        kind, package = open_package(data)
    else:
        kind = "xls"
        if PASSWORD_MARK in data or _is_locked(data):
            raise Refused("encrypted")
        if not any(mark in data for mark in BOOK_MARKS):
            raise Refused("not_a_sheet")
    return Workbook(load_workbook(io.BytesIO(data)), kind, package)


def _is_locked(data: bytes) -> bool:
    """Tell whether an .xls has a password: calamine can't say so of bytes whose format it finds out itself."""
    place = data.find(BOOK_START)
    while 0 <= place <= len(data) - 4:
        kind, size = struct.unpack_from("<HH", data, place)
        if kind in (0, LOCK, SHEET):
            return bool(kind == LOCK)
        place += 4 + size
    return False


class Workbook:
    """One workbook. Its largest sheet stays in memory, so that finding the list and reading it parse it once."""

    def __init__(self, book: CalamineWorkbook, kind: str, package: zipfile.ZipFile | None) -> None:
        self._book = book
        self._package = package if kind == "xlsx" else None
        self._kept: tuple[int, CalamineSheet, Unread | None] | None = None
        self.kind = kind
        self.encoding: str | None = None
        self.delimiter: str | None = None
        found = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        self.sheets = [SheetName(meta.name, meta.visible != SheetVisibleEnum.Visible) for meta in found]
        self._no_result: dict[int, int] = {}

    def notices(self, sheet: int) -> list[Noticed]:
        """Return what is to be said of formulas without a result."""
        count = self._no_result.get(sheet)
        return [("no_result", {"count": count})] if count else []

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield rows with typed cells: whole numbers as int, a day without time as date, errors as their text."""
        found, unread = self._sheet(sheet)
        self._no_result[sheet] = unread.no_result if unread else 0
        indent: list[Cell] = [None] * (found.start[1] if found.start else 0)
        for line, values in enumerate(found.iter_rows(), 1):
            try:
                cells = indent + [CELLS[type(value)](value) for value in values]
            except _TooLong:
                raise Refused("long_cell", line=line, limit=MAX_CELL) from None
            if unread and line in unread.errors:
                unread.mend(line, cells)
            yield line, cells

    def _sheet(self, index: int) -> tuple[CalamineSheet, Unread | None]:
        if self._kept and self._kept[0] == index:
            return self._kept[1:]
        name = self.sheets[index].name
        sheet = self._book.get_sheet_by_name(name)
        unread = Unread(self._package, name) if self._package else None
        if not self._kept or sheet.height * sheet.width >= self._kept[1].height * self._kept[1].width:
            self._kept = index, sheet, unread
        return sheet, unread


class _TooLong(Exception):
    """A cell holds more than Excel can."""


def _text(value: str) -> str | None:
    if not value or value.isspace():
        return None
    if len(value) > MAX_CELL:
        raise _TooLong
    return value


def _number(value: float) -> int | float | None:
    if value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if value - value == 0 else None  # JSON knows no infinity


def _moment(value: datetime) -> date | datetime:
    return value if value.time() != time.min else value.date()


def _duration(value: timedelta) -> str:
    """Show a length of time as a spreadsheet does: 36:00, or 36:00:05."""
    seconds = round(value.total_seconds())
    sign, seconds = "-" if seconds < 0 else "", abs(seconds)
    shown = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}"
    return f"{shown}:{seconds % 60:02}" if seconds % 60 else shown


def _itself(value: Any) -> Any:
    return value


CELLS: dict[type, Callable[[Any], Cell]] = {
    str: _text,
    float: _number,
    int: _itself,
    bool: _itself,
    date: _itself,
    time: _itself,
    datetime: _moment,
    timedelta: _duration,
}
