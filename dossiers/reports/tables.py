"""The tables of reports, which are shown on screen, exported, drawn as charts and frozen in evaluations."""

import re
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Self

from dossiers.figures.figure import Counted, Number

COUNT, DAYS, EUROS, PERCENT, HOURS, WORDS = "count", "days", "euros", "percent", "hours", "words"
"""Units of the cells of a column."""

OF_RECORD = re.compile(r"[a-z]*[1-9]\d*")  # the kind of record and its key


@dataclass(frozen=True)
class Cell:
    """A number or text, the number of records behind it, and the address of the figure that lists them.

    `dividend` and `divisor` are the numbers from which a share or an amount for each person was computed.
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
    """A row; `part` identifies it within the table: "sector" with its key, the name of a figure, or a month.

    `part` is unique in a table and independent of the language, so that translating can match the rows.
    """

    label: str
    cells: tuple[Cell, ...]
    part: str = ""

    @property
    def is_of_record(self) -> bool:
        """Whether the label is the name of a record, which staff wrote."""
        return OF_RECORD.fullmatch(self.part) is not None


@dataclass(frozen=True)
class Table:
    """A table; `columns` are the columns of the cells, and `rows_label` is the heading of the labels of the rows.

    `adds_up` says that each record counts in one row at most, so that a row can be computed from the others and
    `total`. `chart` has the names of the columns to draw. `ranked` says that the rows are ordered by their numbers, so
    that the order discloses something too.
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
    def all_rows(self) -> tuple[Row, ...]:
        """The rows, and after them the total if there is one."""
        return (*self.rows, self.total) if self.total else self.rows

    @property
    def has_only_words(self) -> bool:
        return all(column.unit == WORDS for column in self.columns)

    @property
    def is_empty(self) -> bool:
        """Whether all counts are 0."""
        return not any(cell.many for row in self.rows for cell in row.cells)

    @property
    def tells_total(self) -> bool:
        """Whether it has a total above 0."""
        return self.total is not None and bool(self.total.cells[0].value)

    def column(self, name: str) -> int:
        """Return the index of a column."""
        return [column.name for column in self.columns].index(name)

    def with_texts_of(self, other: Self) -> Self:
        """Return the table with the texts of the same table that was built in another language."""
        columns = {column.name: column.label for column in other.columns}
        rows = {row.part: row.label for row in other.all_rows}  # a record may have been deleted meanwhile
        translated = [replace(row, label=rows.get(row.part, row.label)) for row in self.all_rows]
        return replace(
            self,
            title=other.title,
            rows_label=other.rows_label,
            explanation=other.explanation,
            columns=tuple(replace(column, label=columns[column.name]) for column in self.columns),
            rows=tuple(translated[: len(self.rows)]),
            total=translated[-1] if self.total else None,
        )

    def frozen(self) -> dict[str, Any]:
        """Return the table as JSON, which `thawed` reads."""
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
    cells = []
    for cell in values["cells"]:
        decimals = {name: Decimal(value["decimal"]) for name, value in cell.items() if isinstance(value, dict)}
        cells.append(Cell(**cell | decimals))
    return Row(values["label"], tuple(cells), values["part"])


@dataclass(frozen=True)
class Report:
    """Tables about one subject; `name` is used in URLs."""

    name: str
    title: str
    tables: tuple[Table, ...]

    @property
    def written_texts(self) -> list[str]:
        """The texts in its cells that people wrote, such as those of findings and advice."""
        cells = (
            cell.value
            for table in self.tables
            for row in table.rows
            for cell, column in zip(row.cells, table.columns, strict=True)
            if column.unit == WORDS
        )
        return [value for value in cells if isinstance(value, str) and value]
