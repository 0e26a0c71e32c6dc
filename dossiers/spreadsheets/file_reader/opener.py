"""Opens a file by its content, regardless of its name."""

from .package import OLE, ZIP
from .refusals import Refused
from .source import Source

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


def open_source(data: bytes, encoding: str | None, delimiter: str | None) -> Source:
    """Return the source for the format of the file; raises Refused."""
    if not data:
        raise Refused("empty")
    if data.startswith(NO_SHEET):
        raise Refused("not_a_sheet")
    if data.startswith(OLD_EXCEL):
        raise Refused("other_kind")
    # Imported here, since importing what reads the other formats takes longer than reading most lists.
    if data.startswith((ZIP, OLE)):
        from .workbook import open_workbook

        return open_workbook(data)
    from .text import open_text

    return open_text(data, encoding, delimiter)
