"""A table of figures: what the screen shows, a spreadsheet gets, a chart draws and an evaluation freezes."""

import re
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Self

from dossiers.figures.figure import Counted, Number

COUNT, DAYS, EUROS, PERCENT, HOURS, WORDS = "count", "days", "euros", "percent", "hours", "words"
"""What the cells of a column are."""

OF_RECORD = re.compile(r"[a-z]*[1-9]\d*")  # a key, behind what it is the key of


@dataclass(frozen=True)
class Cell:
    """A number (or words), how many records it comes from, and the address of the figure whose list holds those.

    `dividend` and `divisor` are what a share, or an amount for each person, was computed from.
    """

    value: Number | str
    many: int | None = None
    figure: str = ""
    dividend: Number = None
    divisor: int | None = None

    @classmethod
    def of(cls, counted: Counted) -> Self:
        many = counted.number if isinstance(counted.number, int) else counted.records.order_by().count()
        return cls(counted.number, many, counted.address)

    @classmethod
    def count(cls, number: int, figure: str = "") -> Self:
        return cls(number, number, figure)


EMPTY = Cell(None)


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    unit: str = COUNT


@dataclass(frozen=True)
class Row:
    """`part` tells the rows of one table apart, whatever their words: "sector" and its key, a figure's name, a month.

    No two rows of a table have the same: by it they find their words in another language.
    """

    label: str
    cells: tuple[Cell, ...]
    part: str = ""

    @property
    def is_of_record(self) -> bool:
        """Whether it is called by the name of a record, which staff wrote."""
        return OF_RECORD.fullmatch(self.part) is not None


@dataclass(frozen=True)
class Table:
    """`columns` are those of the cells, without the one of the rows' labels, which is called `rows_label`.

    `adds_up` says that the rows are parts of a whole (each record counts in one row at most), so that one can be
    computed from the others and `total`. `chart` names columns to draw, none for no chart. `ranked` says that the first
    row has the most: the order tells something too.
    """

    name: str
    title: str
    rows_label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    explanation: str = ""
    chart: tuple[str, ...] = ()
    adds_up: bool = False
    total: Row | None = None
    ranked: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted in it."""
        return not any(cell.many for row in self.rows for cell in row.cells)

    @property
    def tells_total(self) -> bool:
        """Whether it has a total that is not none."""
        return self.total is not None and bool(self.total.cells[0].value)

    def column(self, name: str) -> int:
        """The place of a column among the cells."""
        return [column.name for column in self.columns].index(name)

    def frozen(self) -> dict[str, Any]:
        """As JSON keeps it; `thawed` takes it back."""
        values = asdict(self)
        for row in [*values["rows"], *([values["total"]] if values["total"] else [])]:
            for cell in row["cells"]:
                for name in ("value", "dividend"):
                    if isinstance(cell[name], Decimal):
                        cell[name] = {"decimal": str(cell[name])}
        return values

    @classmethod
    def thawed(cls, values: dict[str, Any]) -> Self:
        own = dict(values)
        own["columns"] = tuple(Column(**column) for column in values["columns"])
        own["rows"] = tuple(_row(row) for row in values["rows"])
        own["total"] = _row(values["total"]) if values["total"] else None
        own["chart"] = tuple(values["chart"])
        return cls(**own)


def _row(values: dict[str, Any]) -> Row:
    cells = ({name: _value(value) for name, value in cell.items()} for cell in values["cells"])
    return Row(values["label"], tuple(Cell(**cell) for cell in cells), values["part"])


def _value(value: Any) -> Any:
    return Decimal(value["decimal"]) if isinstance(value, dict) else value


@dataclass(frozen=True)
class Report:
    """Tables about one subject, under the name that its address has."""

    name: str
    title: str
    tables: tuple[Table, ...]
