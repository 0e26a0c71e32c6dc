"""Reads what calamine does not report of an .xlsx: the text of error cells, and formulas without a result."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

from .format import Cell

CHUNK = 1024 * 1024
ERROR = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d{1,7})"[^>]*? t="e"[^>]*>'
    rb"(?:<(?:\w+:)?f[^>]*/>|<(?:\w+:)?f[^>]*>[^<]*</(?:\w+:)?f>)?"
    rb"<(?:\w+:)?v>(#[^<]{1,30})</"
)
NO_RESULT = re.compile(rb'<c r="[A-Z]+\d+"(?: s="\d+")?><f[^>]*>[^<]*</f>(?:<v></v>|<v ?/>)?</c>')


FAR_RIGHT = re.compile(rb' r="(?:[A-Z]{3}|[H-Z][A-Z]|G[S-Z])\d+"[^>/]*>')
"""A filled cell to the right of column GR, the last column that a list may have."""
ROW = re.compile(rb'row r="(\d+)"[^>/]*>')
LONG = 50_000
"""The number of rows up to which a sheet takes little memory, even if most of its cells are blank."""


@dataclass
class Unread:
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    """The texts of error cells by row, counted from 1, and column, counted from 0."""
    no_result: int = 0
    """The number of formulas without a result."""
    scattered: bool = False
    """Whether calamine would need gigabytes for the sheet, because it stores the blanks between distant cells."""

    def fill_errors(self, line: int, cells: list[Cell]) -> None:
        """Write the texts of errors to the blank cells of a row."""
        for column, text in self.errors.get(line, {}).items():
            cells.extend([None] * (column + 1 - len(cells)))
            if cells[column] is None:
                cells[column] = text


def look_at_part(package: zipfile.ZipFile, sheet: str) -> Unread:
    """Return what calamine does not report of a sheet of an .xlsx."""
    unread = Unread()
    last = rows = 0
    part = part_of(package, sheet)
    for chunk in chunks(package, part) if part in package.namelist() else ():
        if b' t="e"' in chunk:
            for letters, row, text in ERROR.findall(chunk):
                number = 0
                for letter in letters:
                    number = number * 26 + letter - 64
                unread.errors.setdefault(int(row), {})[number - 1] = text.decode("utf-8", "replace")
        if b"</f></c>" in chunk or b"</f><v" in chunk:
            unread.no_result += len(NO_RESULT.findall(chunk))
        unread.scattered = unread.scattered or bool(FAR_RIGHT.search(chunk))
        if lines := ROW.findall(chunk):
            rows += len(lines)
            last = max(last, int(lines[-1]))
    unread.scattered = unread.scattered or (last > LONG and rows * 2 < last)
    return unread


def chunks(package: zipfile.ZipFile, part: str, starts: Sequence[bytes] = (b"<c ", b":c ")) -> Iterator[bytes]:
    """Yield the part in pieces that begin with one of these starts, so that no cell, or no other tag, is divided."""
    rest = b""
    with package.open(part) as stream:
        while piece := stream.read(CHUNK):
            piece = rest + piece
            end = max(map(piece.rfind, starts))
            if end < 0 or len(piece) - end > CHUNK:
                end = len(piece)
            rest = piece[end:]
            yield piece[:end]
    yield rest


def part_of(package: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part with the sheet; "" if it can't be found."""
    try:
        book = _tree(package, "xl/workbook.xml")
        links = _tree(package, "xl/_rels/workbook.xml.rels")
    except (ElementTree.ParseError, KeyError):
        return ""
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for element in book.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            target = next((targets.get(v, "") for k, v in element.items() if k.endswith("}id")), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def targets_of(package: zipfile.ZipFile, part: str, *, kind: str) -> list[str]:
    """Return the names of the parts of one kind that a part of an .xlsx refers to."""
    folder, name = posixpath.split(part)
    try:
        links = _tree(package, f"{folder}/_rels/{name}.rels")
    except (ElementTree.ParseError, KeyError):
        return []
    targets = [link.get("Target", "") for link in links if link.get("Type", "").endswith(f"/{kind}")]
    names = [posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") for target in targets]
    return [name for name in names if name in package.namelist()]


def _tree(package: zipfile.ZipFile, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(package.read(part))  # noqa: S314  (package.py refuses entity definitions)
