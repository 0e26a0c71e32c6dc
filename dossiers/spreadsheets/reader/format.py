"""The types that describe how a file is read: the user's choices, and the detected format."""

from dataclasses import dataclass


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
    tables: tuple[int, ...] | None = None
    """The indexes of the tables beside the list that are read too, if there are any."""
