"""Tables with what is kept back in words."""

from collections.abc import Container, Mapping
from dataclasses import replace

from django.utils.text import get_text_list
from django.utils.translation import gettext

from dossiers.reports.suppression.addresses import Number, is_count
from dossiers.reports.suppression.knowing import in_fixed_order
from dossiers.reports.suppression.merging import OTHER, merged
from dossiers.reports.suppression.reckoning import FEW, SMALL, Limits
from dossiers.reports.tables import PERCENT, WORDS, Cell, Report, Row, Table

OF_ONE_CASE = frozenset({"solutions"})  # tables in which each row is what somebody noted about one case
LeftOut = Container[tuple[str, str, int]]


def told(report: Report, kept_back: Mapping[Number, Limits], left_out: LeftOut, cases: Container[str] = ()) -> Report:
    """`left_out`: (report, table, place of a column) of which nothing is told; `cases`: rows of one case that are."""
    tables = []
    for table in report.tables:
        if table.name in OF_ONE_CASE:
            rows = tuple(row for row in table.rows if row.part in cases)
            tables += [replace(table, rows=rows)] if rows else []
        else:
            out = {place for place in range(len(table.columns)) if (report.name, table.name, place) in left_out}
            tables.append(_Telling(merged(table), kept_back, out).table)
    return replace(report, tables=tuple(tables))


class _Telling:
    """One table, its small rows put together."""

    def __init__(self, table: Table, kept_back: Mapping[Number, Limits], left_out: set[int]) -> None:
        self.full, self.kept_back, self.left_out = table, kept_back, left_out

    @property
    def table(self) -> Table:
        full = self.full
        if 0 in self.left_out:  # the rows were chosen by it
            return replace(
                full,
                rows=(),
                total=None,
                chart=(),
                explanation=gettext("Too small to publish: persons could be recognised."),
            )
        if all(column.unit == WORDS for column in full.columns):
            return replace(full, rows=tuple(sorted(full.rows, key=lambda row: row.label)))  # in no order of numbers
        columns = [place for place in range(len(full.columns)) if place not in self.left_out]
        rows = tuple(self.row(row, columns) for row in full.rows)
        return replace(
            full,
            columns=tuple(full.columns[place] for place in columns),
            rows=_ranked(full, rows) if full.ranked else rows,
            total=self.row(full.total, columns) if full.total else None,
            explanation=" ".join(filter(None, [full.explanation, self.explanation])),
        )

    @property
    def explanation(self) -> str:
        out = [f"“{self.full.columns[place].label}”" for place in sorted(self.left_out)]
        if not out:
            return ""
        return gettext("Left out, as persons could be recognised: %(columns)s.") % {
            "columns": get_text_list(out, gettext("and"))
        }

    def row(self, row: Row, columns: list[int]) -> Row:
        all_told = self.is_told(row)
        whole = self.full.total or self.full.rows[0]
        of_known_whole = all_told and self.is_told(whole)
        cells = []
        for place in columns:
            cell, column = row.cells[place], self.full.columns[place]
            derived = of_known_whole if column.unit == PERCENT else all_told
            cells.append(self.counted(cell) if is_count(cell, column) else _derived(cell, derived))
        return replace(row, cells=tuple(cells))

    def is_told(self, row: Row) -> bool:
        """Whether all that the row counts is told."""
        pairs = enumerate(zip(row.cells, self.full.columns, strict=True))
        counted = ((place, cell) for place, (cell, column) in pairs if is_count(cell, column))
        return not any(place in self.left_out or Number.of(cell) in self.kept_back for place, cell in counted)

    def counted(self, cell: Cell) -> Cell:
        limits = self.kept_back.get(Number.of(cell))
        if limits is None:
            return cell
        return Cell(gettext("fewer than 5") if limits == SMALL else gettext("not stated"), None, cell.figure)


def _derived(cell: Cell, allowed: bool) -> Cell:
    """A share, a median, an amount, words: without how many records are behind it."""
    many = cell.many or 0
    of_persons = cell.many is not None and cell.value is not None
    if of_persons and not (allowed and (many == 0 or many >= FEW)):
        return Cell(gettext("not stated"))
    return replace(cell, many=None)


def _ranked(table: Table, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Those with a number as they stood, then the others in an order that tells nothing; "Other" stays the last."""
    named = tuple(row for row in rows if row.part != OTHER)
    shown = [row for row in named if isinstance(row.cells[0].value, int)]
    hidden = [row for row in in_fixed_order(replace(table, rows=named)) if row not in shown]
    return (*shown, *hidden, *(row for row in rows if row.part == OTHER))
