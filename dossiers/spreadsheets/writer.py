"""Tables to files, a row at a time: memory does not grow with the table."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter

from dossiers.spreadsheets.formulas import escape

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MAX_WIDTH = 40


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Lines for Dutch Excel: UTF-8 with a BOM, semicolons, dates as 31-12-2026."""
    writer = csv.writer(Echo(), delimiter=";")
    yield "\ufeff".encode()
    yield writer.writerow([escape(text) for text in header]).encode()
    for row in rows:
        yield writer.writerow([_csv_cell(value) for value in row]).encode()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return value


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[Any]], sheet: str) -> IO[bytes]:
    """A workbook in a temporary file, at its beginning: dates are dates, and a text is never a formula."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet(sheet[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd-mm-yyyy"})
        page.freeze_panes(1, 0)
        for column, text in enumerate(header):
            page.set_column(column, column, min(MAX_WIDTH, max(12, len(text) + 2)))
            page.write_string(0, column, text, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write_cell(page, number, column, value, day)
    file.seek(0)
    return file


def _write_cell(page: Any, row: int, column: int, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(row, column, value)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
    else:
        page.write_number(row, column, value)
