"""Reports of numbers that tests make up, as figures would give them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dossiers.figures import Scope
from dossiers.reports.suppression import Edition, verdict
from dossiers.reports.tables import DAYS, PERCENT, Cell, Column, Report, Row, Table

END = date(2026, 11, 1)
LATER = date(2026, 12, 31)
BEGIN = date(2026, 7, 1)


def code(end: date = END, begin: date | None = BEGIN, **parts: int) -> str:
    return Scope(end, begin, **parts).code


def categories(
    numbers: dict[str, int], total: int | None = None, figure: str = "registered", end: date = END, **more: Any
) -> Table:
    """A row for each category, and the whole of it where one is given."""
    rows = tuple(
        Row(label, (Cell.count(number, f"{figure}.{code(end, sector=place)}"),), f"sector{place}")
        for place, (label, number) in enumerate(numbers.items(), 1)
    )
    whole = None if total is None else Row("Totaal", (Cell.count(total, f"{figure}.{code(end)}"),), "whole")
    return Table(
        "per_sector", "Per sector", "Sector", (Column("count", "Aantal"),), rows, adds_up=True, total=whole, **more
    )


def steps(numbers: dict[str, int], end: date = END, begin: date | None = BEGIN) -> Table:
    """Figures by name, with their share of the first and a median."""
    whole = next(iter(numbers.values()))
    rows = []
    for name, number in numbers.items():
        address = f"{name}.{code(end, begin)}"
        share = Cell(round(100 * number / whole) if whole else None, min(number, whole - number) if whole else None)
        rows.append(Row(name, (Cell.count(number, address), share, Cell(21, number, address)), name))
    columns = (Column("count", "Aantal"), Column("share", "Deel", PERCENT), Column("days", "Dagen", DAYS))
    return Table("steps", "Stappen", "Stap", columns, tuple(rows), chart=("count",))


def report(*tables: Table) -> tuple[Report, ...]:
    return (Report("funnel", "Hoe ver kandidaten kwamen", tables),)


def publishable(reports: tuple[Report, ...], earlier: Sequence[Edition] = ()) -> tuple[Report, ...]:
    """As others may read them."""
    return verdict(reports, earlier).told(reports)


def read(reports: tuple[Report, ...], place: int = 0) -> dict[str, list[Any]]:
    """What stands in a table: {label: what its cells say}."""
    table = reports[0].tables[place]
    rows = [*table.rows, *([table.total] if table.total else [])]
    return {row.label: [cell.value for cell in row.cells] for row in rows}


def edition(*tables: Table, earlier: tuple[Edition, ...] = ()) -> Edition:
    """As it was published."""
    full = report(*tables)
    return Edition(full, publishable(full, earlier))
