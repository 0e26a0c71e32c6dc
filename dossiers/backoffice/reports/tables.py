"""Tables of figures as the page shows them: each number in words, with the way to the records behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from dossiers.backoffice.activity.subjects import list_of
from dossiers.figures import find
from dossiers.filters.figures import FIGURE
from dossiers.reports.charts import alternative, svg, text_of
from dossiers.reports.tables import WORDS, Cell, Column, Row, Table


@dataclass(frozen=True)
class ShownCell:
    text: str
    url: str
    is_words: bool


@dataclass(frozen=True)
class ShownRow:
    label: str
    cells: list[ShownCell]


@dataclass(frozen=True)
class ShownTable:
    table: Table
    rows: list[ShownRow]
    total: ShownRow | None
    chart: SafeString
    chart_words: str


def shown(table: Table, user: Any) -> ShownTable:
    """With a link where the user may see those records and there are any."""
    chart = mark_safe(svg(table))  # noqa: S308  (drawn by vl-convert, which escapes texts)
    total = _row(table.total, table, user) if table.total else None
    return ShownTable(table, [_row(row, table, user) for row in table.rows], total, chart, alternative(table))


def _row(row: Row, table: Table, user: Any) -> ShownRow:
    return ShownRow(row.label, list(_cells(row, table.columns, user)))


def _cells(row: Row, columns: tuple[Column, ...], user: Any) -> Iterator[ShownCell]:
    for cell, column in zip(row.cells, columns, strict=True):
        yield ShownCell(text_of(cell, column), _url(cell, user), column.unit == WORDS)


def _url(cell: Cell, user: Any) -> str:
    if not cell.figure or not (cell.many or cell.value):
        return ""
    figure, _scope = find(cell.figure)
    may = user.has_perm(f"dossiers.view_{figure.model._meta.model_name}")
    return list_of(figure.model, **{FIGURE: cell.figure}) if may else ""
