"""Text for Dutch Excel: UTF-8 with a BOM, semicolons, dates as 31-12-2026."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from dossiers.spreadsheets.formulas import escape

from .table import Table, stretches


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_chunks(table: Table) -> Iterator[bytes]:
    """The header between quotation marks, so that any reader sees what quotes here; other cells where they need it."""
    header = csv.writer(Echo(), delimiter=";", quoting=csv.QUOTE_ALL)
    plain = csv.writer(Echo(), delimiter=";")
    yield ("\ufeff" + str(header.writerow([escape(text) for text in table.header]))).encode()
    for stretch in stretches(table.rows()):
        yield "".join([str(plain.writerow([_cell(value) for value in row])) for row in stretch]).encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, date):
        return f"{value.day:02}-{value.month:02}-{value.year:04}"
    if isinstance(value, float):
        return str(value).replace(".", ",")
    return value
