"""Finds the rows of an OpenDocument spreadsheet that a user marked by the styles of their cells."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from .colors import WRONG_FILL, name_color
from .limits import MAX_COLUMNS
from .marked import MAX_STYLES, STRUCK, MarkedRows
from .unread import chunks

STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
END_OF_STYLES = b"</office:automatic-styles>"
OWN_STYLE, STYLE_OF_CELLS = (
    re.compile(rb'\stable:%s="([^"<>]*)"' % name) for name in (b"style-name", b"default-cell-style-name")
)
REPEATED = re.compile(rb'\stable:number-(?:rows|columns)-repeated="(\d{1,7})"')


@dataclass
class Row:
    line: int = 0
    count: int = 1
    default: bytes = b""
    """The style of its cells that have none of their own."""
    width: int = 0
    styles: list[bytes] = field(default_factory=list)
    """The styles of its filled cells."""
    columns: list[int] = field(default_factory=list)
    """The indexes of these cells."""


def find_tags(package: zipfile.ZipFile, index: int, names: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield "/" or "", the name and the attributes of the tags of a table with one of these names, divided by |."""
    tag_of_table = re.compile(rb"<(/?)table:(table|%s)(?=[\s/>])([^<>]*)>" % names)
    depth, table = 0, -1
    for piece in chunks(package, "content.xml", starts=(b"<",)):
        for end, tag, attributes in tag_of_table.findall(piece):
            if tag == b"table":
                table += not end and not depth
                depth += -1 if end else not attributes.endswith(b"/")
            elif depth == 1 and table == index:
                yield end, tag, attributes


def count_repeated(attributes: bytes) -> int:
    repeated = REPEATED.search(attributes)
    return int(repeated[1]) if repeated else 1


def find_marked_rows(package: zipfile.ZipFile, index: int, header_row: int) -> MarkedRows:
    """Return the rows of a sheet with their marks."""
    marked = MarkedRows(_find_marked_styles(package), header_row)
    column_styles: list[bytes] = []
    row, line = Row(), 1
    names = b"table-row|table-column|table-cell|covered-table-cell"
    for end, tag, attributes in find_tags(package, index, names) if marked.has_styles else ():
        count = count_repeated(attributes)
        if end and tag == b"table-row":
            marked.add_row(row.line, row.count, row.styles, row.columns)
        elif tag == b"table-row":
            row = Row(line, count, _get(STYLE_OF_CELLS, attributes))
            line += count
        elif tag == b"table-column":
            column_styles += [_get(STYLE_OF_CELLS, attributes)] * min(count, MAX_COLUMNS - len(column_styles))
        elif not end:
            if not attributes.endswith(b"/"):  # a filled cell
                of_column = column_styles[row.width] if row.width < len(column_styles) else b""
                columns = range(row.width, row.width + min(count, MAX_COLUMNS))
                row.styles += [_get(OWN_STYLE, attributes) or row.default or of_column] * len(columns)
                row.columns += columns
            row.width += count
    return marked


def _get(attribute: re.Pattern[bytes], attributes: bytes) -> bytes:
    match = attribute.search(attributes)
    return match[1] if match else b""


def _find_marked_styles(package: zipfile.ZipFile) -> dict[bytes, list[str]]:
    """Return the marks of the styles that have some, by the name to which cells refer."""
    parts = []  # with the styles that users see, and with those that the program made for one sheet
    if "styles.xml" in package.namelist() and package.getinfo("styles.xml").file_size <= MAX_STYLES:
        parts.append(package.read("styles.xml"))
    with package.open("content.xml") as stream:
        head, end, _rest = stream.read(MAX_STYLES).partition(END_OF_STYLES)
    if end:
        parts.append(head + end + b"</office:document-content>")
    try:
        roots = [ElementTree.fromstring(part) for part in parts]  # noqa: S314  (package.py refuses entity definitions)
    except ElementTree.ParseError:  # the rows can be read without it
        return {}
    styles = {
        style.get(f"{STYLE}name", ""): style
        for root in roots
        for style in root.iterfind("*/{*}style")
        if style.get(f"{STYLE}family") == "table-cell"
    }
    marks_by_style = {}
    for name in styles:
        line = _find_property(styles, name, "text-properties", f"{STYLE}text-line-through-style")
        marks = [STRUCK] if line not in ("", "none") else []
        color = _find_property(styles, name, "table-cell-properties", f"{FO}background-color").lstrip("#").upper()
        if color not in ("", "TRANSPARENT", WRONG_FILL) and (word := name_color(color)):
            marks.append(word)
        if marks:
            marks_by_style[name.encode()] = marks
    return marks_by_style


def _find_property(styles: dict[str, ElementTree.Element], name: str, group: str, key: str) -> str:
    """Return a property of a style, or else of the style that it is based on; "" if neither has it."""
    seen = set()
    while name in styles and name not in seen:
        seen.add(name)
        properties = styles[name].find(f"{STYLE}{group}")
        if properties is not None and (value := properties.get(key)):
            return value
        name = styles[name].get(f"{STYLE}parent-style-name", "")
    return ""
