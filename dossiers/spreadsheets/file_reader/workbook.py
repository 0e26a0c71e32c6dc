"""Opens workbooks; .xlsx and .xls are read with calamine, or with openpyxl if calamine fails."""

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

from .cell_values import clean_cells
from .first_bytes import ZIP
from .format import Cell, Row
from .old_workbook import OldWorkbook
from .opendocument import OpenDocument
from .package import open_package
from .refusals import Refused
from .source import Noticed, SheetName, Source
from .streamed_workbook import StreamedWorkbook
from .unread import Unread, look_at_part

T = TypeVar("T")


def open_workbook(data: bytes) -> Source:
    """Return the source of a workbook; raises Refused.

    Errors that openpyxl and expat raise for damaged files are not caught. They end the child process, after which the
    parent reports that the file is damaged.
    """
    if not data.startswith(ZIP):
        old = OldWorkbook(data)
        if book := _by_calamine(lambda: load_workbook(io.BytesIO(old.data))):
            return Workbook(book, "xls", old.unread)
        raise Refused("damaged")
    kind, package = open_package(data)
    if kind == "ods":
        return OpenDocument(package)
    if book := _by_calamine(lambda: load_workbook(io.BytesIO(data))):
        return Workbook(book, kind, lambda _index, name: look_at_part(package, name), data)
    return StreamedWorkbook(data, package)


def _by_calamine(read: Callable[[], T]) -> T | None:
    """Return the result of a call of calamine; None if it fails, which can be an exception of any type or a panic."""
    try:
        return read()
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException:  # a panic of Rust is not an Exception
        return None


class Workbook:
    """A workbook that calamine reads; its largest sheet is cached, so that it is parsed only once."""

    def __init__(
        self, book: CalamineWorkbook, kind: str, unread: Callable[[int, str], Unread], data: bytes | None = None
    ) -> None:
        """`unread` returns what calamine does not report of a sheet, by its index and name.

        `data` are the bytes for openpyxl, which reads sheets that calamine can't; None for an .xls.
        """
        self._book = book
        self._unread = unread
        self._data = data
        self._cached: tuple[int, CalamineSheet, Unread] | None = None
        self._streamed: StreamedWorkbook | None = None
        self._no_result: dict[int, int] = {}
        self.kind = kind
        self.encoding: str | None = None
        self.delimiter: str | None = None
        sheets = [(n, meta) for n, meta in enumerate(book.sheets_metadata) if meta.typ == SheetTypeEnum.WorkSheet]
        self._places = [place for place, _ in sheets]
        self.sheets = [SheetName(meta.name, meta.visible != SheetVisibleEnum.Visible) for _, meta in sheets]

    def notices(self, sheet: int) -> list[Noticed]:
        """Return the notice about formulas without a result, if there are any."""
        count = self._no_result.get(sheet)
        return [("no_result", {"count": count})] if count else []

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield rows with typed cells and the text of errors."""
        rows, unread = self._get_sheet(sheet)
        self._no_result[sheet] = unread.no_result
        if rows is None:
            if self._data is None:
                raise Refused("damaged")
            self._streamed = self._streamed or StreamedWorkbook(self._data)
            yield from self._streamed.rows_of(self.sheets[sheet].name)
            return
        top, left = rows.start or (0, 0)
        indent: list[Cell] = [None] * left
        for line, values in islice(enumerate(rows.iter_rows(), 1), top, None):
            cells = clean_cells(line, values)
            if indent:
                cells = indent + cells
            if line in unread.errors:
                unread.fill_errors(line, cells)
            yield line, cells

    def _get_sheet(self, index: int) -> tuple[CalamineSheet | None, Unread]:
        """Return a sheet; None if calamine can't read it, or would need gigabytes for its blanks."""
        if self._cached and self._cached[0] == index:
            return self._cached[1:]
        name = self.sheets[index].name
        unread = self._unread(self._places[index], name)
        sheet = None if unread.scattered else _by_calamine(lambda: self._book.get_sheet_by_name(name))
        cached = self._cached
        if sheet and (not cached or sheet.height * sheet.width >= cached[1].height * cached[1].width):
            self._cached = index, sheet, unread
        return sheet, unread
