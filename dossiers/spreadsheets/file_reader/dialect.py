"""Detects how delimited text separates and quotes its cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from .refusals import Refused

DELIMITERS = ";\t|,"
"""In the order of preference; the comma is last, since it occurs most in ordinary text."""
NOWHERE = "\x1f"
"""A delimiter that does not occur, for text of one column."""
SAMPLE = 65_536
SEP_LINE = re.compile(r'"?sep=(.)"?[ \t;,]*(?:\r\n|\n|\r|$)', re.IGNORECASE)
ESCAPED_QUOTE = re.compile(r'[^\\";,\t|\r\n]\\"[^";,\t|\r\n]')
OPENED = re.compile(r"(?:^|[;,\t|])'(?=[^\r\n])", re.MULTILINE)
CLOSED = re.compile(r"(?:^|[;,\t|])'[^'\r\n]*'(?=[;,\t|\r\n]|$)", re.MULTILINE)
DOUBLE = re.compile(r'(?:^|[;,\t|]) *"', re.MULTILINE)
MOST = 0.9
"""The share of rows that counts as nearly all of them."""
LEAST = 0.25
"""The least score of a delimiter; without it the text has one column, so that `Jansen, Piet` remains one cell."""


class Dialect(NamedTuple):
    delimiter: str | None
    quote: str = '"'
    escape: str | None = None
    spaced: bool = False
    """Whether there is a space between a delimiter and a quotation mark."""
    prose: bool = False
    """Whether a delimiter before a space is punctuation, and does not separate cells."""
    skip_first_line: bool = False
    """Whether the first line is `sep=;`, which is not a row."""

    def joined(self, cells: list[str]) -> list[str]:
        """Return the cells of a row, with those that were split at punctuation joined again."""
        return _joined(cells, self.delimiter) if self.prose and self.delimiter else cells

    def reader_options(self) -> dict[str, Any]:
        """Return the arguments for csv.reader."""
        return {
            "delimiter": self.delimiter or NOWHERE,
            "quotechar": self.quote,
            "escapechar": self.escape,
            "doublequote": self.escape is None,
            "skipinitialspace": self.spaced,
        }


def find_dialect(text: str, asked: str | None) -> Dialect:
    """Return the dialect of a text; `asked` is the delimiter that the user chose, if any."""
    if asked is not None and (len(asked) != 1 or asked in '\r\n"\0'):
        raise Refused("delimiter")
    sep = SEP_LINE.match(text)
    sample = text[sep.end() :] if sep else text
    if len(sample) > SAMPLE:
        end = max(sample.rfind("\n", 0, SAMPLE), sample.rfind("\r", 0, SAMPLE))
        sample = sample[: end if end > 0 else SAMPLE]  # up to the last whole line
    opened, closed = len(OPENED.findall(sample)), len(CLOSED.findall(sample))
    # The apostrophe quotes if cells begin and end with it and none begins with a quotation mark.
    quote = "'" if closed >= 2 and closed > opened * 0.9 and not DOUBLE.search(sample) else '"'
    delimiter = asked or (sep[1] if sep and sep[1] != '"' else None)
    if not delimiter:
        rows_by_delimiter = {d: _split(sample, d, quote) for d in DELIMITERS}
        scores = {d: _score(rows, d) for d, rows in rows_by_delimiter.items()}
        delimiter = max(scores, key=scores.__getitem__)
        if scores[delimiter] < LEAST:
            wide = (
                d
                for d, rows in rows_by_delimiter.items()
                if _share(_below_header(rows), lambda row, width: len(row) >= width) > MOST
            )
            delimiter = next(wide, None)
    rows = _split(sample, delimiter, quote) if delimiter else []
    below = _below_header(rows)
    return Dialect(
        delimiter=delimiter,
        quote=quote if quote != delimiter else '"',
        escape="\\" if ESCAPED_QUOTE.search(sample) and '""' not in sample else None,
        spaced=bool(delimiter and re.search(re.escape(delimiter) + " +" + quote, sample)),
        prose=_share(below, lambda row, width: len(_joined(row, "")) == width)
        > max(_share(below, lambda row, width: len(row) == width), MOST),
        skip_first_line=bool(sep),
    )


def _split(sample: str, delimiter: str, quote: str) -> list[list[str]]:
    """Return the rows that are not empty; no rows if a cell is longer than the csv module allows."""
    spaced = bool(re.search(re.escape(delimiter) + " +" + quote, sample))
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quotechar=quote, skipinitialspace=spaced)
    try:
        return [row for row in reader if any(row)]
    except csv.Error:
        return []


def _score(rows: list[list[str]], delimiter: str) -> float:
    """Return a score from 0 to 1: higher if rows have the same number of cells, more cells, and no badly cut cells."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    if not counts:
        return 0
    width, agreeing = max(counts.items(), key=lambda item: (item[1] * (1 - 1 / item[0]), item[0]))
    places = [i for i, row in enumerate(rows) if len(row) == width]
    wide = width > 2 and agreeing > 1
    among = places[-1] - places[0] + 1 if wide else len(rows)  # titles above a wide list don't count against it
    cells = [cell for row in rows if len(row) == width for cell in row if cell]
    # A cell with another delimiter, except punctuation and decimal commas, should have been split there.
    signs = {";": r";(?!\s)", "|": r"\|(?!\s)", "\t": r"\t", ",": r",(?![\d\s])"}
    other = re.compile("|".join(pattern for sign, pattern in signs.items() if sign != delimiter))
    clean = sum(not other.search(cell) for cell in cells) / max(len(cells), 1)
    return agreeing / among * (1 - 1 / width) * clean * (0.5 if _is_prose(rows) else 1)


def _is_prose(rows: list[list[str]]) -> bool:
    """Whether nearly every cell begins with a space, so that the delimiter is punctuation."""
    cells = [cell for row in rows for cell in row[1:]]
    return sum(cell.startswith(" ") for cell in cells) > len(cells) * 0.8


def _below_header(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows from the header on, which is the first with several cells; no rows if that is a sentence."""
    first = next((i for i, row in enumerate(rows) if len(row) > 1), len(rows))
    return [] if _is_prose(rows[first : first + 1]) else rows[first:]


def _share(rows: list[list[str]], fits: Callable[[list[str], int], bool]) -> float:
    """Return the share of the rows below the header for which `fits(row, width of the header)` is true."""
    header, below = rows[:1], rows[1:]
    return sum(fits(row, len(header[0])) for row in below) / len(below) if below else 0


def _joined(cells: list[str], delimiter: str) -> list[str]:
    whole = cells[:1]
    for cell in cells[1:]:
        if cell.startswith(" "):
            whole[-1] += delimiter + cell
        else:
            whole.append(cell)
    return whole
