"""Opens a file by its content, regardless of its name."""

from .first_bytes import NO_SHEET, OLD_EXCEL, OLE, ZIP
from .refusals import Refused
from .source import Source


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
