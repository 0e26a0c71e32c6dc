"""Bytes to table: reads any list, whatever its columns mean, and knows no models."""

from .format import ENCODINGS, Cell, Choice, Format, Row
from .refusals import Notice, Refused
from .table import LINES_NAMED, Sample, Table, name_lines, open_table, sample

__all__ = [
    "ENCODINGS",
    "LINES_NAMED",
    "Cell",
    "Choice",
    "Format",
    "Notice",
    "Refused",
    "Row",
    "Sample",
    "Table",
    "name_lines",
    "open_table",
    "sample",
]
