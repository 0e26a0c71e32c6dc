"""Workbooks: .xlsx and .xls are read by calamine, and by openpyxl where calamine can't."""

import io
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from ..format import Cell, Row
from ..refusals import Refused
from .cell_values import clean_cells
from .package import open_package
from .source import ZIP, Noticed, SheetName, Source
from .streamed_workbook import StreamedWorkbook
from .unread import Unread, look_at_part

T = TypeVar("T")


def open_workbook(data: bytes) -> Source:
    """Return the workbook opened, or raise Refused.

    What openpyxl and expat raise on damage is left to end the child, which says the same: damaged.
    """
    if not data.startswith(ZIP):
        from .old_workbook import OldWorkbook

        old = OldWorkbook(data)
        if book := _by_calamine(lambda: load_workbook(io.BytesIO(old.data))):
            return Workbook(book, "xls", old.unread)
        raise Refused("damaged")
    kind, package = open_package(data)
    if kind == "ods":
        from .opendocument import OpenDocument

        return OpenDocument(package)
    if book := _by_calamine(lambda: load_workbook(io.BytesIO(data))):
        return Workbook(book, kind, lambda _index, name: look_at_part(package, name), data)
    return StreamedWorkbook(data, package)


def _by_calamine(read: Callable[[], T]) -> T | None:
    """Return what calamine reads; None for damage, of which it raises errors of several kinds and panics too."""
    try:
        return read()
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException:  # a panic is no Exception
        return None


class Workbook:
    """One workbook. Its largest sheet stays in memory, so that finding the list and reading it parse it once."""

    def __init__(
        self, book: CalamineWorkbook, kind: str, unread: Callable[[int, str], Unread], data: bytes | None = None
    ) -> None:
        """`unread` tells of a sheet's index and name what calamine leaves out; `data` is what openpyxl may try."""
        self._book = book
        self._unread = unread
        self._data = data
        self._kept: tuple[int, CalamineSheet, Unread] | None = None
        self._streamed: StreamedWorkbook | None = None
        self._no_result: dict[int, int] = {}
        self.kind = kind
        self.encoding: str | None = None
        self.delimiter: str | None = None
        sheets = [(n, meta) for n, meta in enumerate(book.sheets_metadata) if meta.typ == SheetTypeEnum.WorkSheet]
        self._places = [place for place, _ in sheets]
        self.sheets = [SheetName(meta.name, meta.visible != SheetVisibleEnum.Visible) for _, meta in sheets]

    def notices(self, sheet: int) -> list[Noticed]:
        """Return what is to be said of formulas without a result."""
        count = self._no_result.get(sheet)
        return [("no_result", {"count": count})] if count else []

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield rows with typed cells, errors as their text."""
        rows, unread = self._sheet(sheet)
        self._no_result[sheet] = unread.no_result
        if rows is None:
            yield from self._by_openpyxl(self.sheets[sheet].name)
            return
        top, left = rows.start or (0, 0)
        indent: list[Cell] = [None] * left
        for line, values in islice(enumerate(rows.iter_rows(), 1), top, None):
            cells = clean_cells(line, values)
            if indent:
                cells = indent + cells
            if line in unread.errors:
                unread.mend(line, cells)
            yield line, cells

    def _sheet(self, index: int) -> tuple[CalamineSheet | None, Unread]:
        """Return None for a sheet that calamine can't read, or only by filling gigabytes with blanks."""
        if self._kept and self._kept[0] == index:
            return self._kept[1:]
        name = self.sheets[index].name
        unread = self._unread(self._places[index], name)
        sheet = None if unread.scattered else _by_calamine(lambda: self._book.get_sheet_by_name(name))
        if sheet and (not self._kept or sheet.height * sheet.width >= self._kept[1].height * self._kept[1].width):
            self._kept = index, sheet, unread
        return sheet, unread

    def _by_openpyxl(self, name: str) -> Iterator[Row]:
        if self._data is None:
            raise Refused("damaged")
        self._streamed = self._streamed or StreamedWorkbook(self._data)
        return self._streamed.rows_of(name)
