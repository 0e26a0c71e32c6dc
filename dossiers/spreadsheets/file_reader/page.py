"""Reads the tables of an HTML page, which many systems export with the extension `.xls`."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from .format import Row
from .limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from .refusals import Refused
from .source import Noticed, SheetName

SILENT = {"script", "style", "head"}
BREAKS = {"br", "p", "div", "li"}
SPACE = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v]*|[ \t\r\f\v]+")
Grid = list[list[str | None]]


class Page:
    """A source with a sheet for each outermost table; the sheets have names only if there are several."""

    kind = "html"

    def __init__(self, text: str, encoding: str, notices: list[str]) -> None:
        parser = _TableParser()
        parser.feed(text)
        parser.close()
        self._tables = [grid for grid in parser.tables if any(any(row) for row in grid)]
        if not self._tables:
            raise Refused("blank" if parser.tables else "no_table")
        several = len(self._tables) > 1
        self.encoding: str | None = encoding
        self.delimiter: str | None = None
        self.sheets = [SheetName(str(n) if several else "") for n in range(1, len(self._tables) + 1)]
        self._notices: list[Noticed] = [(code, {}) for code in notices]

    def notices(self, sheet: int) -> list[Noticed]:
        """Return the notices about the encoding."""
        return self._notices

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield rows; the line of a row is its number in the table."""
        for line, row in enumerate(self._tables[sheet], 1):
            yield line, list(row)


class _TableParser(HTMLParser):
    """Collects the outermost tables as grids; a cell that spans others makes these blank."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Grid] = []
        self._depth = 0
        self._silent = 0
        self._text: list[str] | None = None
        self._span = 1
        self._below: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
                self._below = {}
        elif tag in SILENT:
            self._silent += 1
        elif self._depth == 1 and tag == "tr":
            self._end_cell()
            self._start_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
            self._start_cell({name: value or "" for name, value in attrs})
        elif tag in BREAKS and self._text:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._depth:
            if self._depth == 1:
                self._end_cell()
            self._depth -= 1
        elif tag in SILENT and self._silent:
            self._silent -= 1
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._silent:
            self._text.append(data.replace("\n", " ").replace("\xa0", " "))

    def _start_row(self) -> None:
        if len(self.tables[-1]) > MAX_ROWS * 2:
            raise Refused("too_many_rows", limit=MAX_ROWS)
        self.tables[-1].append([])

    def _start_cell(self, attrs: dict[str, str]) -> None:
        if not self.tables[-1]:
            self._start_row()
        row = self.tables[-1][-1]
        if not row:
            self._below = {column: rows - 1 for column, rows in self._below.items() if rows > 1}
        while len(row) in self._below and len(row) <= MAX_COLUMNS:  # cells of rows above span this row
            row.append(None)
        self._span = min(_number(attrs.get("colspan")), MAX_COLUMNS + 1)
        deep = _number(attrs.get("rowspan"))
        if deep > 1:
            self._below |= {len(row) + i: deep for i in range(self._span)}
        self._text = []

    def _end_cell(self) -> None:
        if self._text is None:
            return
        row = self.tables[-1][-1]
        text = SPACE.sub(lambda match: "\n" if "\n" in match[0] else " ", "".join(self._text)).strip()
        if len(text) > MAX_CELL:
            raise Refused("long_cell", line=len(self.tables[-1]), limit=MAX_CELL)
        if len(row) <= MAX_COLUMNS:
            row.append(text or None)
            row.extend([None] * (self._span - 1))
        self._text = None


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
