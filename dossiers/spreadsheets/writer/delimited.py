"""Text for Dutch Excel: UTF-8 with a BOM, semicolons, dates as 31-12-2026."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from dossiers.spreadsheets.formulas import escape

from .table import Table, stretches

QUOTED = re.compile(r'[;,|\t"\r\n]')  # where some program divides cells: a comma where Excel is not a Dutch one


def csv_chunks(table: Table) -> Iterator[bytes]:
    """The header between quotation marks, so that any reader sees what quotes here; other cells where they need it."""
    yield ("\ufeff" + _line([_quoted(escape(text)) for text in table.header])).encode()
    for stretch in stretches(table.rows()):
        yield "".join([_line([_cell(value) for value in row]) for row in stretch]).encode()


def _line(cells: list[str]) -> str:
    return f"{';'.join(cells) or _quoted('')}\r\n"  # an empty line would be no row


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _cell(value: Any) -> str:
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
        return _quoted(str(value).replace(".", ","))
    return str(value)
