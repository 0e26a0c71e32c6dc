"""Reads the rows of delimited text."""

import csv
import io
from collections.abc import Iterator

from .dialect import Dialect, find_dialect
from .format import Row
from .limits import MAX_CELL
from .refusals import Refused
from .source import Noticed, SheetName


class Delimited:
    """A source of delimited text; its cells are unchanged texts, or None if they are blank."""

    kind = "csv"

    def __init__(self, text: str, encoding: str, delimiter: str | None, notices: list[str]) -> None:
        self._text = text
        self._dialect: Dialect = find_dialect(text, delimiter)
        self.encoding: str | None = encoding
        self.delimiter = self._dialect.delimiter
        self.sheets = [SheetName("")]
        self._notices: list[Noticed] = [(code, {}) for code in notices]

    def notices(self, sheet: int) -> list[Noticed]:
        """Return the notices about the encoding."""
        return self._notices

    def rows(self, sheet: int = 0) -> Iterator[Row]:
        """Yield rows with their first lines."""
        csv.field_size_limit(MAX_CELL)
        raw: list[str] = []
        reader = csv.reader(self._collect_lines(raw), **self._dialect.reader_options())
        first = 2 if self._dialect.skip_first_line else 1
        line, start, width, last = first, first, 0, ""
        try:
            for record in reader:
                if len(raw) > 1:
                    self._check_quotes(raw, line, len(record), width)
                cells = self._dialect.joined(record)
                yield line, [cell if cell and not cell.isspace() else None for cell in cells]
                start, line, width = line, first + reader.line_num, len(record)
                last = raw[0] if len(raw) == 1 else ""
                raw.clear()
            self._check_quotes([last], start, width, width)
        except csv.Error:
            code = "open_quote" if len(raw) > 1 else "long_cell"
            raise Refused(code, line=line, limit=MAX_CELL) from None

    def _collect_lines(self, raw: list[str]) -> Iterator[str]:
        """Yield the lines, and collect in `raw` the lines of the record that is being read."""
        lines = io.StringIO(self._text, newline="")
        if self._dialect.skip_first_line:
            next(lines)
        for line in lines:
            raw.append(line)
            yield line

    def _check_quotes(self, raw: list[str], line: int, cells: int, width: int) -> None:
        """Refuse a record of several lines that is caused by a stray quotation mark.

        Such a record ends at the end of the file, or its quotation is closed in the middle of a cell and its number of
        cells differs from that of the row before.
        """
        try:
            list(csv.reader(raw, **self._dialect.reader_options(), strict=True))
        except csv.Error as error:
            if "end of data" in str(error) or cells != width:
                raise Refused("open_quote", line=line) from None
