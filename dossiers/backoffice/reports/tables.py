"""Tables of figures, formatted for a page."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from dossiers.backoffice.activity.subjects import get_list_url
from dossiers.figures import parse_address
from dossiers.filters.figures import FIGURE
from dossiers.reports.charts import describe_chart, draw_chart, format_cell
from dossiers.reports.tables import WORDS, Row, Table


@dataclass(frozen=True)
class ShownCell:
    """A number as text, with the URL of the records that it counts."""

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
    narrow_chart: SafeString
    chart_words: str


def build_shown_table(table: Table, user: Any) -> ShownTable:
    """Return a table with its chart; a number has a link if it is not 0 and the user may see the records."""
    return ShownTable(
        table,
        rows=[_build_row(row, table, user) for row in table.rows],
        total=_build_row(table.total, table, user) if table.total else None,
        chart=mark_safe(draw_chart(table)),  # noqa: S308  (drawn by vl-convert, which escapes texts)
        narrow_chart=mark_safe(draw_chart(table, narrow=True)),  # noqa: S308
        chart_words=describe_chart(table),
    )


def _build_row(row: Row, table: Table, user: Any) -> ShownRow:
    cells = []
    for cell, column in zip(row.cells, table.columns, strict=True):
        url = ""
        if cell.figure and (cell.many or cell.value):
            figure, _scope = parse_address(cell.figure)
            if user.has_perm(f"dossiers.view_{figure.model._meta.model_name}"):
                url = get_list_url(figure.model, **{FIGURE: cell.figure})
        cells.append(ShownCell(format_cell(cell, column), url, column.unit == WORDS))
    return ShownRow(row.label, cells)
