"""Handles what calamine does not in an .xls: error cells, passwords, and a stream name in another case."""

import io
import re
import struct
from collections.abc import Iterator

import olefile

from ..refusals import Refused
from .unread import Unread

PASSWORD_MARK = "EncryptedPackage".encode("utf-16-le")
STREAM = re.compile(rb"(?:W\0O\0R\0K\0)?B\0O\0O\0K\0\0\0", re.IGNORECASE)
ENTRY = 128
"""Bytes of an entry in the directory of streams; each entry begins with the name of the stream."""

WORKSHEET = 0
"""The type of a sheet that is not a chart or a macro sheet."""
FORMULAS = (0x0006, 0x0206, 0x0406)
BOOLEAN_OR_ERROR, LOCK, SHEET, START, END = 0x0205, 0x002F, 0x0085, 0x0809, 0x000A
"""Types of BIFF records; LOCK means that there is a password, SHEET has the position of a sheet."""
FORMULA_ERROR = re.compile(rb"\x02.{5}\xff\xff", re.DOTALL)
"""The result of a formula that failed; its third byte is the code of the error."""
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


class OldWorkbook:
    """The bytes of an .xls, with its stream renamed to the name that calamine expects; raises Refused."""

    def __init__(self, data: bytes) -> None:
        if PASSWORD_MARK in data:
            raise Refused("encrypted")
        if not STREAM.search(data):
            raise Refused("not_a_sheet")
        self.data = STREAM.sub(_known_name, data)
        self._records = _read_stream(self.data)
        self._starts: list[int] = []
        self._kinds: list[int] = []
        for kind, place, _size in self._walk(0):
            if kind == LOCK:
                raise Refused("encrypted")
            if kind == SHEET:
                self._starts += struct.unpack_from("<I", self._records, place)
                self._kinds.append(self._records[place + 5])

    def unread(self, index: int, _name: str) -> Unread:
        """Return the error cells of the sheet."""
        unread = Unread()
        depth = 0
        for kind, place, size in self._walk(self._starts[index]) if index < len(self._starts) else ():
            depth += (kind == START) - (kind == END)
            if depth == 1 and (text := self._error(kind, place, size)):  # deeper records belong to charts
                row, column = struct.unpack_from("<HH", self._records, place)
                unread.errors.setdefault(row + 1, {})[column] = text
        return unread

    def worksheet_records(self, index: int) -> Iterator[tuple[int, bytes]]:
        """Yield the type and content of each record of a sheet; `index` does not count charts and macro sheets."""
        starts = [start for start, kind in zip(self._starts, self._kinds, strict=True) if kind == WORKSHEET]
        depth = 0
        for kind, place, size in self._walk(starts[index]) if index < len(starts) else ():
            depth += (kind == START) - (kind == END)
            if depth == 1:
                yield kind, self._records[place : place + size]

    def _walk(self, place: int) -> Iterator[tuple[int, int, int]]:
        """Yield the type, position and size of each record from `place` to the end of its sheet or globals."""
        depth = 0
        while place + 4 <= len(self._records):
            kind, size = struct.unpack_from("<HH", self._records, place)
            if place + 4 + size > len(self._records):
                return
            yield kind, place + 4, size
            depth += (kind == START) - (kind == END)
            if depth <= 0:
                return
            place += 4 + size

    def _error(self, kind: int, place: int, size: int) -> str | None:
        content = self._records
        if kind == BOOLEAN_OR_ERROR and size >= 8 and content[place + 7] == 1:
            return ERRORS.get(content[place + 6], "#N/A")
        if kind in FORMULAS and size >= 14 and FORMULA_ERROR.match(content, place + 6):
            return ERRORS.get(content[place + 8], "#N/A")
        return None


def _known_name(match: re.Match[bytes]) -> bytes:
    if match.start() % ENTRY:
        return match[0]
    return ("Workbook\0" if len(match[0]) > 10 else "Book\0").encode("utf-16-le")


def _read_stream(data: bytes) -> bytes:
    """Return the records of the workbook; empty if olefile fails, since calamine may still be able to read the file."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            name = "Workbook" if container.exists("Workbook") else "Book"
            content: bytes = container.openstream(name).read()
            return content
    except (OSError, ValueError, IndexError, struct.error):
        return b""
