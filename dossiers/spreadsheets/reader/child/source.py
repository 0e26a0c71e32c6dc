"""What the bytes are, whatever the name says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ..format import Row
from ..refusals import Refused

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_SHEET = (
    b"%PDF",
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
)
OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
"""BIFF 2 to 5 without a container around it."""

Noticed = tuple[str, dict[str, Any]]
"""Code and parameters of a Notice."""


@dataclass(frozen=True)
class SheetName:
    name: str
    hidden: bool = False


class Source(Protocol):
    """An opened file: its sheets, and the rows of each."""

    kind: str
    encoding: str | None
    delimiter: str | None
    sheets: list[SheetName]

    def notices(self, sheet: int) -> list[Noticed]:
        """Return what the user should know of the sheet, once its rows were looked at."""
        ...

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield every row of the sheet that may hold something; blank cells are None, rows are not padded."""
        ...


def open_source(data: bytes, encoding: str | None, delimiter: str | None) -> Source:
    """Return the file opened as what it is, or raise Refused."""
    if not data:
        raise Refused("empty")
    if data.startswith(NO_SHEET):
        raise Refused("not_a_sheet")
    if data.startswith(OLD_EXCEL):
        raise Refused("other_kind")
    if data.startswith((ZIP, OLE)):
        from .workbook import open_workbook

        return open_workbook(data)
    from .text import open_text

    return open_text(data, encoding, delimiter)
