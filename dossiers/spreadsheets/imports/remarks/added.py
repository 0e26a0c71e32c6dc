"""Adds text to the remarks of the rows of a list that does not stand in a column of remarks.

It adds the titles of the parts of the list, and the words in columns of numbers or dates that the user sent there.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property

from dossiers.models import ImportRun
from dossiers.spreadsheets.formulas import unescape
from dossiers.spreadsheets.imports.columns.columns import UNDER_TITLE, Column
from dossiers.spreadsheets.imports.columns.split import Addition, SplitColumns
from dossiers.spreadsheets.imports.decisions import TO_REMARKS, Decisions
from dossiers.spreadsheets.imports.file_parts.answers import find_added_titles
from dossiers.spreadsheets.imports.file_parts.lines import TitlesByLine
from dossiers.spreadsheets.reader import Cell, Row
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values.base import CellWidget, is_placeholder


@dataclass(frozen=True)
class TitleRemarks:
    """Adds the title of its part to each row; a row of no such part loses the title that it had in an earlier list."""

    run: ImportRun

    @cached_property
    def column(self) -> Column:
        return Column(-1, str(UNDER_TITLE))

    def read(self, rows: Sequence[Row]) -> list[Cell]:
        titles = TitlesByLine(self.run)  # built for each batch, as the reader finds the titles while it reads
        return [titles.find(line) for line, _cells in rows]


@dataclass(frozen=True)
class WordRemarks:
    """Adds the words in a column that are no values of its field; another cell takes an earlier word out."""

    column: Column
    widget: CellWidget
    keys: Set[str]
    escaped: bool

    def read(self, rows: Sequence[Row]) -> list[Cell]:
        return [self._read_cell(cells[self.column.index]) for _line, cells in rows]

    def _read_cell(self, cell: Any) -> Cell:
        if cell is None or (isinstance(cell, str) and is_placeholder(cell)):
            return None
        text = unescape(cell) if self.escaped else cell
        return cell if isinstance(text, str) and self.widget.get_word_key(text) in self.keys else ""


def build_split_columns(
    run: ImportRun,
    columns: Iterable[Column],
    fields: Mapping[str, SheetField],
    decided: Decisions,
    *,
    escaped: bool = False,
) -> SplitColumns:
    """Return these columns of a list, followed by what is added to its remarks."""
    columns = list(columns)
    additions: list[Addition] = [TitleRemarks(run)] if find_added_titles(run) else []
    for column in columns:
        words = decided.words.get(column.field or "", {}) if column.index >= 0 else {}
        if added := [word for word, meaning in words.items() if meaning == TO_REMARKS]:
            widget = fields[column.field or ""].widget
            additions.append(WordRemarks(column, widget, {*map(widget.get_word_key, added)}, escaped))
    return SplitColumns(columns, additions=additions, escaped=escaped)
