"""Helpers for tests of the reader: they make files and read them."""

import io
import struct
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


DEFAULT_CHOICE = Choice()


def read(path: Path, choice: Choice = DEFAULT_CHOICE, known: Callable[[str], bool] | None = None) -> Read:
    with open_table(path, choice, known=known) as table:
        rows = [row for batch in table.batches() for row in batch]
    codes = [warning.code for warning in table.warnings]
    return Read(table.format, table.header, table.header_guessed, rows, codes, table.cut_lines)


def get_refusal(path: Path, choice: Choice = DEFAULT_CHOICE) -> Refused:
    with pytest.raises(Refused) as caught:
        read(path, choice)
    assert str(caught.value).endswith(".")
    return caught.value


class FileMaker:
    """Writes files to the folder of a test; their names don't show their formats."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def file(self, content: str | bytes, encoding: str = "utf-8") -> Path:
        self._count += 1
        path = self._folder / f"lijst{self._count}"
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    def text(
        self, content: str, *, choice: Choice = DEFAULT_CHOICE, known: Any = None, encoding: str = "utf-8"
    ) -> Read:
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


def read_parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def build_record(kind: int, content: bytes) -> bytes:
    """Return a record of an .xls."""
    return struct.pack("<HH", kind, len(content)) + content


def build_label_cell(row: int, column: int, text: str) -> bytes:
    return build_record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("latin-1"))


def build_number_cell(row: int, column: int, value: float) -> bytes:
    return build_record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def build_old_workbook(cells: bytes, *, stream: str = "Workbook", before: bytes = b"", version: int = 0x0600) -> bytes:
    """Build an .xls with one sheet that has the records of `cells`, and the records of `before` ahead of the sheet."""
    start = build_record(0x0809, struct.pack("<HHQI", version, 0x0005, 0, 0))
    end = build_record(0x000A, b"")
    name = b"\x05\0Lijst" if version == 0x0600 else b"\x05Lijst"
    length = len(start) + len(before) + len(build_record(0x0085, bytes(6) + name)) + len(end)
    sheet = build_record(0x0809, struct.pack("<HHQI", version, 0x0010, 0, 0)) + cells + end
    content = start + before + build_record(0x0085, struct.pack("<IH", length, 0) + name) + end + sheet
    # Shorter streams would be stored in the mini stream.
    content += bytes(max(4096, -(-len(content) // 512) * 512) - len(content))
    sectors = len(content) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    assert len(table) <= 128

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        name_bytes = (name + "\0").encode("utf-16-le")
        head = name_bytes.ljust(64, b"\0") + struct.pack("<HBBiii", len(name_bytes), kind, 1, -1, -1, child)
        return head.ljust(116, b"\0") + struct.pack("<IQ", first, size)

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(44, b"\0") + struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    sectors_of_table = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream, 2, -1, 2, len(content))
    return header.ljust(512, b"\xff") + sectors_of_table + directory.ljust(512, b"\0") + content
