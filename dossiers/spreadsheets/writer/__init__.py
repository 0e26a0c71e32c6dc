"""Writes tables to files of any spreadsheet format, in batches of rows; it has no knowledge of models."""

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
"""The largest number of rows of a workbook: a sheet can have 1,048,576, but its file may not exceed 2 GiB."""


@dataclass(frozen=True)
class FileFormat:
    """A file format; the file is made in chunks that can be streamed, or is written to an open file."""

    label: str | Promise
    content_type: str
    chunks: Chunks | None = None
    into: Callable[[Table, IO[bytes]], None] | None = None
    max_rows: int | None = None

    def write(self, table: Table, file: IO[bytes]) -> None:
        """Write the table to an open, empty file."""
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
