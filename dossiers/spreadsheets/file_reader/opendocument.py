"""Reads OpenDocument spreadsheets row by row, so that repeated and blank cells cost no memory, and errors have text.

calamine is not used, since it reads all sheets at once, expands repeated cells, and makes error cells blank.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from xml.parsers import expat

from .cell_values import clean_cells
from .format import Row
from .limits import MAX_CELL, MAX_COLUMNS
from .refusals import Refused
from .source import Noticed, SheetName

CHUNK = 65_536
TABLE = re.compile(rb"<(/?)table:table((?:\s[^<>\"']*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>")
NAME = re.compile(rb"\stable:name=(?:\"([^\"]*)\"|'([^']*)')")
STYLE = re.compile(rb"\stable:style-name=\"([^\"]*)\"")
HIDDEN = re.compile(
    rb"<style:style\s[^<>]*style:name=\"([^\"<>]*)\"[^<>]*>\s*<style:table-properties\s[^<>]*table:display=\"false\""
)
ERROR = re.compile(r"#(?:[A-Z]+[A-Z/0-9]*[!?]|N/[A-Z]+)$|[A-Z][a-z]+:\d{3}$")
"""The texts of error cells in the language of the author, such as #REF!, #N/A, #N/B and Err:502."""
DURATION = re.compile(r"(-?)PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d*)?S$")
ROW, TABLE_CELLS = "table:table-row", ("table:table-cell", "table:covered-table-cell")
PARAGRAPHS = ("text:p", "text:h")
BESIDE = ("office:annotation", "table:table", "table:shapes")
"""Elements inside a cell or a table whose text is not part of it; neither is that of drawings."""
MOST_CELLS = MAX_COLUMNS + 2
"""The cells of a row that are read: those that a list may have, and one that shows that it is wider."""


class OpenDocument:
    """One workbook."""

    kind = "ods"
    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._content = package.read("content.xml")
        self._places: list[tuple[int, int]] = []
        self.sheets: list[SheetName] = []
        depth = 0
        hidden: set[bytes] | None = None
        for tag in TABLE.finditer(self._content):
            end, attributes, alone = tag.groups()
            if hidden is None:
                hidden = set(HIDDEN.findall(self._content, 0, tag.start()))
            if not depth and not end and (name := NAME.search(attributes)):
                style = STYLE.search(attributes)
                text = html.unescape((name[1] or name[2] or b"").decode("utf-8", "replace"))
                self.sheets.append(SheetName(text, bool(style and style[1] in hidden)))
                self._places.append((tag.start(), tag.end()))
            depth = max(depth + (not end and not alone) - bool(end), 0)
            if not depth and self._places:
                self._places[-1] = self._places[-1][0], tag.end()
        if not self.sheets:
            raise Refused("damaged")

    def notices(self, sheet: int) -> list[Noticed]:
        """Return nothing, since formulas are always saved with their results."""
        return []

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield rows with typed cells and the text of errors; consecutive blank rows may be one row."""
        table = _TableParser()
        line = 1
        start, end = self._places[sheet]
        for place in range(start, end, CHUNK):
            for repeat, values in table.feed(self._content[place : min(place + CHUNK, end)], place + CHUNK >= end):
                cells = clean_cells(line, values)
                if cells.count(None) == len(cells):
                    yield line, []
                else:
                    for copy in range(repeat):
                        yield line + copy, cells.copy()
                line += repeat


class _TableParser:
    """Parses the XML of one table to rows, each with the number of times that it is repeated and its values."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self.start_element
        self._parser.EndElementHandler = self.end_element
        self._parser.CharacterDataHandler = self._add_text
        self._rows: list[tuple[int, list[Any]]] = []
        self._repeat = 1
        self._values: list[Any] = []
        self._column = 0
        self._cell: dict[str, str] = {}
        self._text: list[str] = []
        self._collects = False
        self._beside = -1
        """The depth inside elements that are not part of the table; -1 before the table."""

    def feed(self, content: bytes, is_last: bool) -> list[tuple[int, list[Any]]]:
        """Return the rows that end in this piece of XML."""
        self._rows = []
        self._parser.Parse(content, is_last)
        return self._rows

    def start_element(self, name: str, attributes: dict[str, str]) -> None:
        if self._beside > 0 or name in BESIDE or name.startswith("draw:"):
            self._beside += 1
        elif name in TABLE_CELLS:
            self._cell = attributes
            self._text = []
        elif name in PARAGRAPHS:
            self._collects = True
        elif name == ROW:
            self._repeat = _count(attributes.get("table:number-rows-repeated"))
            self._values = []
            self._column = 0
        elif self._collects:
            spaces = min(_count(attributes.get("text:c")), MAX_CELL + 1) if name == "text:s" else 0
            self._add_text({"text:tab": "\t", "text:line-break": "\n"}.get(name, " " * spaces))

    def end_element(self, name: str) -> None:
        if self._beside > 0:
            self._beside -= 1
        elif name in PARAGRAPHS:
            self._text.append("\n")
            self._collects = False
        elif name in TABLE_CELLS:
            value = _value(self._cell, "".join(self._text).removesuffix("\n"))
            repeat = _count(self._cell.get("table:number-columns-repeated"))
            if value is not None and value != "":
                place = min(self._column, MOST_CELLS - 1)
                self._values.extend([None] * (place - len(self._values)))
                self._values.extend([value] * min(repeat, MOST_CELLS - place))
            self._column += repeat
        elif name == ROW:
            self._rows.append((self._repeat, self._values))

    def _add_text(self, text: str) -> None:
        if self._collects and not self._beside:
            self._text.append(text)


def _count(text: str | None) -> int:
    return max(int(text), 1) if text else 1


def _value(cell: dict[str, str], text: str) -> Any:
    """Return the value of a cell; its text if it has no other value or is an error."""
    if not cell:
        return text
    if cell.get("calcext:value-type") == "error" or ("table:formula" in cell and ERROR.match(text)):
        return text
    kind = cell.get("office:value-type")
    if kind == "date":
        moment = cell.get("office:date-value", text)
        try:
            return datetime.fromisoformat(moment).replace(tzinfo=None) if "T" in moment else date.fromisoformat(moment)
        except ValueError:
            return moment
    if kind == "time":
        shown = cell.get("office:time-value", text)
        if not (match := DURATION.match(shown)):
            return shown
        length = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4]))
        if match[1] or length >= timedelta(days=1):  # a duration, and no time of day
            return -length if match[1] else length
        return (datetime.min + length).time()
    if kind == "boolean":
        return cell.get("office:boolean-value") == "true"
    if "office:value" in cell:
        return float(cell["office:value"])
    return cell.get("office:string-value") or text
