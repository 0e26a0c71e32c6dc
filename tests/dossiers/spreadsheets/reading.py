"""What the tests of the reader share: a file made of text, bytes or sheets, and what the reader makes of it."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from dossiers.spreadsheets.reader import Choice, Format, Refused, open_table

FILES = Path(__file__).parent / "files"


@dataclass
class Read:
    format: Format
    header: list[str]
    guessed: bool
    rows: list[tuple[int, list[Any]]]
    warnings: list[str] = field(default_factory=list)
    cut_lines: list[int] = field(default_factory=list)

    @property
    def cells(self) -> list[list[Any]]:
        return [cells for _, cells in self.rows]

    @property
    def lines(self) -> list[int]:
        return [line for line, _ in self.rows]


AS_FOUND = Choice()


def read(path: Path, choice: Choice = AS_FOUND, known: Callable[[str], bool] | None = None) -> Read:
    with open_table(path, choice, known=known) as table:
        rows = [row for batch in table.batches() for row in batch]
    codes = [warning.code for warning in table.warnings]
    return Read(table.format, table.header, table.header_guessed, rows, codes, table.cut_lines)


def refusal(path: Path, choice: Choice = AS_FOUND) -> Refused:
    with pytest.raises(Refused) as caught:
        read(path, choice)
    assert str(caught.value).endswith(".")
    return caught.value


class Maker:
    """Writes files into a folder of the test's own; their names tell nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def file(self, content: str | bytes, encoding: str = "utf-8") -> Path:
        self._count += 1
        path = self._folder / f"lijst{self._count}"
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    def text(self, content: str, *, choice: Choice = AS_FOUND, known: Any = None, encoding: str = "utf-8") -> Read:
        return read(self.file(content, encoding), choice, known)

    def book(self, sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = (), **options: Any) -> Path:
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd-mm-yyyy"} | options)
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name in hidden:
                sheet.hide()
            elif hidden:
                sheet.activate()  # else the first sheet can't be hidden
        book.close()
        return self.file(buffer.getvalue())

    def package(self, parts: dict[str, str | bytes]) -> Path:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in parts.items():
                package.writestr(name, content)
        return self.file(buffer.getvalue())


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
