"""The types of rows, and the encodings of text."""

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
"""Python's names of the encodings that a user can choose; only the first four and cp850 are detected automatically."""
