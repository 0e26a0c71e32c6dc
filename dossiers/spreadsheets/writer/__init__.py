"""Tables to files, a row at a time: memory does not grow with the table. Knows no models."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .delimited import csv_chunks
from .objects import json_chunks
from .opendocument import write_ods
from .table import Chunks, Table
from .workbook import write_xlsx

MAX_ROWS = 500_000
"""Of a workbook: a sheet ends at 1,048,576 rows, and a part of a package at 2 GiB, which comes sooner."""


@dataclass(frozen=True)
class FileFormat:
    """How a table becomes a file: in chunks that can be sent at once, or written into a file as a whole."""

    label: str | Promise
    content_type: str
    chunks: Chunks | None = None
    into: Callable[[Table, IO[bytes]], None] | None = None
    max_rows: int | None = None

    def write(self, table: Table, file: IO[bytes]) -> None:
        """Write the table into a file that is open and empty."""
        if self.into:
            self.into(table, file)
        elif self.chunks:
            file.writelines(self.chunks(table))


FORMATS: dict[str, FileFormat] = {
    "xlsx": FileFormat(
        "Excel (xlsx)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        into=write_xlsx,
        max_rows=MAX_ROWS,
    ),
    "csv": FileFormat(_("text (csv)"), "text/csv; charset=utf-8", chunks=csv_chunks),
    "ods": FileFormat(
        "LibreOffice (ods)", "application/vnd.oasis.opendocument.spreadsheet", into=write_ods, max_rows=MAX_ROWS
    ),
    "json": FileFormat("JSON (json)", "application/json", chunks=json_chunks),
}

__all__ = ["FORMATS", "FileFormat", "Table"]
