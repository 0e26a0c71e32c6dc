"""All that editions tell together: what a reader knows who keeps every one of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dossiers.reports.suppression.addresses import Number, all_rows, count_in, has_categories, is_count
from dossiers.reports.suppression.merging import merged, small_rows
from dossiers.reports.suppression.reckoning import COUNTED, LARGE, SMALL, Limits, is_few
from dossiers.reports.suppression.sums import reckoning
from dossiers.reports.tables import Report, Row, Table


@dataclass(frozen=True)
class Edition:
    """What was published before: the tables as they were, and as others read them."""

    full: tuple[Report, ...]
    public: tuple[Report, ...]


@dataclass
class Told:
    """Numbers that go out together or not at all: a column of categories, or all tables that have none."""

    numbers: dict[Number, int] = field(default_factory=dict)
    kept_back: dict[Number, Limits] = field(default_factory=dict)

    def add(self, key: Number, number: int, limits: Limits | None) -> None:
        if key not in self.numbers:
            self.numbers[key] = number
            if limits:
                self.kept_back[key] = limits

    def add_column(self, table: Table, place: int, edition: str = "") -> None:
        """A column as it is told, its small rows put together, and those rows, of which nothing more is told."""
        column, whole = table.columns[place], merged(table)
        for row in [*in_fixed_order(whole), *([table.total] if table.total else [])]:
            if is_count(row.cells[place], column):
                number = count_in(row.cells[place])
                self.add(Number.of(row.cells[place], edition), number, SMALL if is_few(number) else None)
        for row in small_rows(table):
            if is_count(row.cells[place], column):
                number = count_in(row.cells[place])
                self.add(Number.of(row.cells[place], edition), number, COUNTED if place else SMALL)


def in_fixed_order(table: Table) -> list[Row]:
    """Its rows in an order that tells nothing of their numbers."""
    return sorted(table.rows, key=lambda row: row.label) if has_categories(table) else list(table.rows)


def count_columns(table: Table) -> Iterator[int]:
    """The places of those that count."""
    for place, column in enumerate(table.columns):
        if any(is_count(row.cells[place], column) for row in all_rows(table)):
            yield place


class Knowing:
    """Begins with the editions published before; `tells` adds a part of a new one."""

    def __init__(self, earlier: Sequence[Edition]) -> None:
        self.told = Told()
        self.editions = [str(place + 1) for place in range(len(earlier))]
        for name, edition in zip(self.editions, earlier, strict=True):
            self._add_earlier(edition, name)

    def _add_earlier(self, edition: Edition, name: str) -> None:
        public = {(report.name, table.name): table for report in edition.public for table in report.tables}
        for report in edition.full:
            for table in report.tables:
                if (as_told := public.get((report.name, table.name))) is not None:
                    self._add_table(table, as_told, name)

    def _add_table(self, table: Table, as_told: Table, name: str) -> None:
        """Its columns that were told."""
        shown = {
            Number.of(row.cells[place], name)
            for place in count_columns(as_told)
            for row in all_rows(as_told)
            if isinstance(row.cells[place].value, int)
        }
        for place in count_columns(table):
            if as_told.rows and table.columns[place] in as_told.columns:
                found = Told()
                found.add_column(table, place, name)
                for key, number in found.numbers.items():
                    self.told.add(key, number, None if key in shown else found.kept_back.get(key, LARGE))

    def tells(self, new: Told) -> bool:
        """Whether these can be told too, some of them kept back; else nothing is told of any."""
        for key, number in new.numbers.items():
            before = self._told_before(key, number)
            if before is not None and before in self.told.kept_back:
                new.kept_back.setdefault(key, self.told.kept_back[before])
        numbers = self.told.numbers | new.numbers
        known = reckoning(numbers, self.told.kept_back | new.kept_back)
        before_it = reckoning(self.told.numbers, self.told.kept_back)
        for few in known.kept_back_around(new.numbers):
            if not known.protect(few, new.numbers) and (few not in before_it.numbers or before_it.is_safe(few)):
                return False
        kept_back = {number: known.kept_back[number] for number in numbers if number in known.kept_back}
        self.told = Told(numbers, kept_back)
        return True

    def _told_before(self, key: Number, number: int) -> Number | None:
        """The same number in an earlier edition."""
        earlier = (Number(key.figure, key.codes, edition) for edition in self.editions)
        return next((one for one in earlier if self.told.numbers.get(one) == number), None)


def columns(tables: Iterable[Table], places: Iterable[int] | None = None) -> Told:
    """The numbers of these tables; of some columns, where `places` says which."""
    found = Told()
    for table in tables:
        for place in count_columns(table) if places is None else places:
            found.add_column(table, place)
    return found
