"""Small categories of a table put together in one row."""

from dataclasses import replace

from django.utils.translation import gettext

from dossiers.reports.suppression.addresses import PLUS, count_in, has_categories, is_count
from dossiers.reports.suppression.reckoning import is_few
from dossiers.reports.tables import EMPTY, Cell, Row, Table

OTHER = "other"  # the part of that row
LEAST = 2  # one row alone keeps its name: put together with none, it would only lose that


def small_rows(table: Table) -> tuple[Row, ...]:
    """The rows that go together: few records in their first column. None, or LEAST at least."""
    if not has_categories(table):
        return ()
    found = tuple(row for row in table.rows if is_few(count_in(row.cells[0])))
    return found if len(found) >= LEAST else ()


def merged(table: Table) -> Table:
    """The same with its small rows as one, the last: "Other (3)"."""
    small = small_rows(table)
    if not small:
        return table
    cells = tuple(_together([row.cells[place] for row in small], table, place) for place in range(len(table.columns)))
    label = gettext("Other (%(number)d)") % {"number": len(small)}
    kept = tuple(row for row in table.rows if row not in small)
    return replace(table, rows=(*kept, Row(label, cells, OTHER)))


def _together(cells: list[Cell], table: Table, place: int) -> Cell:
    """Their sum; of a median there is none."""
    if not all(is_count(cell, table.columns[place]) for cell in cells):
        return EMPTY
    return Cell.count(sum(count_in(cell) for cell in cells), PLUS.join(cell.figure for cell in cells))
