"""Writes CSV for the Dutch version of Excel: UTF-8 with a BOM, semicolons, and dates as 31-12-2026."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.formulas import escape

from .table import ROWS_PER_CHUNK, Table

QUOTED = re.compile(r'[;,|\t"\r\n]')  # the delimiters of all programs, such as the comma of an English Excel


def csv_chunks(table: Table) -> Iterator[bytes]:
    """Yield the encoded rows; all headers are quoted, so that a reader can detect the quotation mark."""
    yield ("\ufeff" + _join_cells([_quoted(escape(text)) for text in table.header])).encode()
    for batch in batched(table.rows(), ROWS_PER_CHUNK):
        yield "".join([_join_cells([_format_cell(value) for value in row]) for row in batch]).encode()


def _join_cells(cells: list[str]) -> str:
    return f"{';'.join(cells) or _quoted('')}\r\n"  # an empty line would not be read as a row


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _format_cell(value: Any) -> str:
    if isinstance(value, str):
        text = escape(value)
        return _quoted(text) if QUOTED.search(text) else text
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, date):
        return f"{value.day:02}-{value.month:02}-{value.year:04}"
    if isinstance(value, float):
        return _quoted(str(value).removesuffix(".0").replace(".", ","))
    return str(value)
