"""The types that describe how a file is read: the user's choices, the detected format, and the rows."""

from dataclasses import dataclass
from datetime import date, datetime, time

Cell = str | int | float | bool | date | datetime | time | None
Row = tuple[int, list[Cell]]
"""The number of its first line in the file, counted from 1, and its cells."""


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
"""Python's names of the encodings that a user can choose; only the first four are detected automatically."""


@dataclass(frozen=True)
class Choice:
    """The user's choices; None means that the reader detects the value."""

    sheet: str | None = None
    header_row: int | None = None
    """The line of the header; 0 if the list has no header, so that the first row is data."""
    encoding: str | None = None
    delimiter: str | None = None
    joins_sheets: bool = False
    """Whether other sheets with the same columns are rows of the list too."""


@dataclass(frozen=True)
class Format:
    """The detected format of a file."""

    kind: str
    """One of csv (any delimited text), xlsx (including xlsm), xls, ods and html."""
    encoding: str | None
    delimiter: str | None
    """The delimiting character; None for a workbook and for text of one column."""
    sheet: str | None
    header_row: int | None
    """The line of the header in the file, counted from 1; 0 if there is no header."""
    sheets: tuple[str, ...] = ()
    """The names of all sheets, with the hidden ones last."""
    joined: tuple[tuple[str, int], ...] | None = None
    """The name and the header row of each sheet of a list that stands on several, `sheet` first."""
