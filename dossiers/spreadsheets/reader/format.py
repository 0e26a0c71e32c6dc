"""How a file is read: what the user chose, what was found, and what comes out."""

from dataclasses import dataclass
from datetime import date, datetime, time

Cell = str | int | float | bool | date | datetime | time | None
Row = tuple[int, list[Cell]]
"""The line on which it starts, counted from 1 in the file as it is, and its cells."""


ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "cp1252",
    "iso8859-1",
    "iso8859-15",
    "cp850",
    "mac-roman",
    "cp1250",
    "cp1254",
)
"""Python's names of what a user can choose. Found without asking are the first four."""


@dataclass(frozen=True)
class Choice:
    """What the user corrected; None means: find out."""

    sheet: str | None = None
    header_row: int | None = None
    """0 says that there is none: the first row is a row like others."""
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class Format:
    """What the file turned out to be."""

    kind: str
    """csv (any delimited text), xlsx (xlsm too), xls, ods or html."""
    encoding: str | None
    delimiter: str | None
    """The character itself; None in a workbook and in text of one column."""
    sheet: str | None
    header_row: int | None
    """Counts from 1 in the file as it is; 0 where there is no header."""
    sheets: tuple[str, ...] = ()
    """The names to choose from, hidden ones last."""
