"""Reports with invented numbers, in the form that figures give."""

from datetime import date
from typing import Any

from dossiers.figures import Scope
from dossiers.reports.rounding import publish
from dossiers.reports.rows import share, share_of_itself
from dossiers.reports.tables import DAYS, PERCENT, Cell, Column, Report, Row, Table

CODE = Scope(date(2026, 11, 1), date(2026, 7, 1)).code


def make_category_table(numbers: dict[str, int], total: int | None = None, **more: Any) -> Table:
    """Return a table with a row for each category and a total."""
    rows = tuple(
        Row(label, (Cell.count(number, f"registered.{CODE}.s{place}"),), f"sector{place}")
        for place, (label, number) in enumerate(numbers.items(), 1)
    )
    counted = sum(numbers.values()) if total is None else total
    whole = Row("Totaal", (Cell.count(counted, f"registered.{CODE}"),), "whole")
    columns = (Column("count", "Aantal"),)
    return Table("per_sector", "Per sector", "Sector", columns, rows, adds_up=True, total=whole, **more)


def make_step_table(numbers: dict[str, int]) -> Table:
    """Return a table of figures by name, with their share of the first and a median."""
    first, whole = next(iter(numbers.items()))
    rows = tuple(
        Row(name, (Cell.count(number, f"{name}.{CODE}"), of_first, Cell(21, number)), name)
        for name, number in numbers.items()
        for of_first in [share_of_itself(whole) if name == first else share(number, whole)]
    )
    columns = (Column("count", "Aantal"), Column("share", "Deel", PERCENT), Column("days", "Dagen", DAYS))
    return Table("steps", "Stappen", "Stap", columns, rows, chart=("count",))


def make_report(*tables: Table) -> Report:
    return Report("funnel", "Hoe ver kandidaten kwamen", tables)


def read_cells(table: Table) -> dict[str, list[Any]]:
    """Return the values of the cells by label of the row, with the total."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    return {row.label: [cell.value for cell in row.cells] for row in rows}


def publish_table(table: Table) -> Table:
    """Return the public edition of a table."""
    return publish(make_report(table)).tables[0]
