"""Handles what calamine does not in an .xls: error cells, passwords, and a stream name in another case."""

import io
import re
import struct
from collections.abc import Iterator
from contextlib import suppress

import olefile

from .refusals import Refused
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
        self._records = b""
        # calamine may still be able to read a file for which olefile fails.
        with suppress(OSError, ValueError, IndexError, struct.error), olefile.OleFileIO(io.BytesIO(self.data)) as file:
            self._records = file.openstream("Workbook" if file.exists("Workbook") else "Book").read()
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
            if depth != 1:  # deeper records belong to charts
                continue
            if kind == BOOLEAN_OR_ERROR and size >= 8 and self._records[place + 7] == 1:
                code = self._records[place + 6]
            elif kind in FORMULAS and size >= 14 and FORMULA_ERROR.match(self._records, place + 6):
                code = self._records[place + 8]
            else:
                continue
            row, column = struct.unpack_from("<HH", self._records, place)
            unread.errors.setdefault(row + 1, {})[column] = ERRORS.get(code, "#N/A")
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


def _known_name(match: re.Match[bytes]) -> bytes:
    if match.start() % ENTRY:
        return match[0]
    return ("Workbook\0" if len(match[0]) > 10 else "Book\0").encode("utf-16-le")
