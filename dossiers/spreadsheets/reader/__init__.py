"""Reads files of any spreadsheet format into rows, without knowledge of models or of the meaning of columns."""

from ..file_reader.format import ENCODINGS, Cell, Row
from ..file_reader.refusals import Notice, Refused
from .format import Choice, Format
from .header import NO_HEADER
from .sections import Section, find_columns, section_of
from .table import OtherList, Sample, Table, open_table, sample
from .tables_beside import TableBeside, split_into_blocks

__all__ = [
    "ENCODINGS",
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
    "TableBeside",
    "find_columns",
    "open_table",
    "sample",
    "section_of",
    "split_into_blocks",
]
