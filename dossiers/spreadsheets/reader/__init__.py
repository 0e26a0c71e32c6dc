"""Reads files of any spreadsheet format into rows, without knowledge of models or of the meaning of columns."""

from ..file_reader.format import ENCODINGS, Cell, Choice, Format, Row
from ..file_reader.refusals import Notice, Refused
from .header import NO_HEADER
from .sections import Section, section_of
from .table import LINES_NAMED, OtherList, Sample, Table, name_lines, open_table, sample

__all__ = [
    "ENCODINGS",
    "LINES_NAMED",
    "NO_HEADER",
    "Cell",
    "Choice",
    "Format",
    "Notice",
    "OtherList",
    "Refused",
    "Row",
    "Sample",
    "Section",
    "Table",
    "name_lines",
    "open_table",
    "sample",
    "section_of",
]
