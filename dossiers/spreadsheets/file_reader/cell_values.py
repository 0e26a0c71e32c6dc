"""Converts the values that calamine and openpyxl return to Cells."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from .format import Cell
from .limits import MAX_CELL
from .refusals import Refused


def clean_cells(line: int, values: Iterable[Any]) -> list[Cell]:
    """Return the row with whole numbers as int and dates without a time as date; raises Refused."""
    try:
        return [CELLS[type(value)](value) for value in values]
    except _TooLong:
        raise Refused("long_cell", line=line, limit=MAX_CELL) from None


class _TooLong(Exception):
    """A cell has more characters than Excel allows."""


def _clean_text(value: str) -> str | None:
    if not value or value.isspace():
        return None
    if len(value) > MAX_CELL:
        raise _TooLong
    if "\0" in value:
        raise Refused("nul_bytes")
    return value


def _number(value: float) -> int | float | None:
    if value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if value - value == 0 else None  # JSON has no infinity and no NaN


def _format_duration(value: timedelta) -> str:
    """Return a duration as a spreadsheet program shows it: 36:00, or 36:00:05."""
    seconds = round(value.total_seconds())
    sign, seconds = "-" if seconds < 0 else "", abs(seconds)
    shown = f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}"
    return f"{shown}:{seconds % 60:02}" if seconds % 60 else shown


def _itself(value: Any) -> Any:
    return value


CELLS: dict[type, Callable[[Any], Cell]] = {
    str: _clean_text,
    float: _number,
    int: lambda value: value if abs(value) < 10**15 else _number(float(value)),
    bool: _itself,
    date: _itself,
    time: _itself,
    datetime: lambda value: value if value.time() != time.min else value.date(),
    timedelta: _format_duration,
    type(None): _itself,
}
