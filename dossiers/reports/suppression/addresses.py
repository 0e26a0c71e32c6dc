"""Which number a cell holds: the figure, and of which periods and parts. Two cells with one number are one."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from dossiers.figures import Scope
from dossiers.reports.tables import COUNT, Cell, Column, Row, Table

PLUS = "+"  # between the addresses of rows that were put together


@dataclass(frozen=True)
class Number:
    """`codes` are of scopes, several where rows were put together; `edition` tells two editions apart."""

    figure: str
    codes: tuple[str, ...]
    edition: str = ""

    @classmethod
    def of(cls, cell: Cell, edition: str = "") -> "Number":
        named = [address.partition(".") for address in cell.figure.split(PLUS)]
        return cls(named[0][0], tuple(code for _name, _dot, code in named), edition)

    @property
    def is_single(self) -> bool:
        """Whether it is of one row, not of several that were put together."""
        return len(self.codes) == 1

    @cached_property
    def period(self) -> Scope:
        """With the parts that it is about; of the first row."""
        return Scope.read(self.codes[0])

    @property
    def parts(self) -> dict[str, int]:
        return self.period.parts

    def with_figure(self, figure: str) -> "Number":
        return Number(figure, self.codes, self.edition)

    def without(self, part: str) -> "Number":
        """The same of the whole of which that part is one."""
        parts = {name: key for name, key in self.parts.items() if name != part}
        return Number(self.figure, (Scope(self.period.end, self.period.begin, **parts).code,), self.edition)


def is_count(cell: Cell, column: Column) -> bool:
    """Whether it says of how many records it is, all of which a list could show."""
    return column.unit == COUNT and bool(cell.figure) and isinstance(cell.value, int)


def count_in(cell: Cell) -> int:
    """What such a cell says; raises TypeError for another one."""
    if not isinstance(cell.value, int):
        raise TypeError(cell)
    return cell.value


def all_rows(table: Table) -> tuple[Row, ...]:
    return (*table.rows, table.total) if table.total else table.rows


def has_categories(table: Table) -> bool:
    """Whether its rows are parts of one whole, by sector, category and so on; not the outcomes of something."""
    figures = {row.cells[0].figure.partition(".")[0] for row in table.rows if row.cells}
    return table.adds_up and len(figures) == 1 and figures != {""}


def overlap(one: Scope, other: Scope) -> bool:
    """Whether some day lies in both periods."""
    return (one.begin or date.min) <= other.end and (other.begin or date.min) <= one.end


def joins(first: Scope, second: Scope, both: Scope) -> bool:
    """Whether the two periods follow each other and make up the third."""
    return (
        second.begin is not None
        and first.end + timedelta(days=1) == second.begin
        and (first.begin, second.end) == (both.begin, both.end)
    )
