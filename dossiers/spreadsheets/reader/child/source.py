"""Opens a file by its content, regardless of its name."""

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
"""The first bytes of BIFF 2 to 5 files without a container."""

Noticed = tuple[str, dict[str, Any]]
"""The code and the parameters of a Notice."""


@dataclass(frozen=True)
class SheetName:
    name: str
    hidden: bool = False


class Source(Protocol):
    """An opened file, with its sheets and their rows."""

    kind: str
    encoding: str | None
    delimiter: str | None
    sheets: list[SheetName]

    def notices(self, sheet: int) -> list[Noticed]:
        """Return the notices about a sheet; call it after `rows`."""
        ...

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield all rows of the sheet that are not blank, and possibly blank ones; blank cells are None."""
        ...


def open_source(data: bytes, encoding: str | None, delimiter: str | None) -> Source:
    """Return the source for the format of the file; raises Refused."""
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
