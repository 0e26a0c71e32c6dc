"""Records to tables: the columns of import, so that what goes out can come in again, or those that a list shows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.text import capfirst

from dossiers.models import Organisation, Supply
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.writer.table import stretches

BATCH = 2_000
OWN_NUMBER = "external_id"


@dataclass(frozen=True)
class Shown:
    """A column that a list shows and no field keeps: it goes out, and an import leaves it out."""

    name: str
    header: str
    value: Callable[[Any], Any]
    """Of a record: text, number, flag, date, list of texts, or None."""

    def render(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class ShownList:
    """A list that no import fills, as a table: what its screen shows."""

    def __init__(self, records: QuerySet, columns: Sequence[Shown]) -> None:
        self.records, self.columns = records, columns

    @property
    def title(self) -> str:
        return title_of(self.records)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def header(self) -> list[str]:
        return [column.header for column in self.columns]

    def count(self) -> int:
        return self.records.order_by().count()

    def rows(self) -> Iterator[list[Any]]:
        for record in self.records.iterator(BATCH):
            yield [column.render(column.value(record)) for column in self.columns]

    values = rows


def title_of(records: QuerySet) -> str:
    """What a table of them is called."""
    return capfirst(str(records.model._meta.verbose_name_plural))


class Export:
    """A set of records as a table, in the set's own order.

    `columns` holds names of the resource's fields and Shown ones; all fields without it. The reference stands among
    them in any case: by it an import finds each record. The number of a supplier goes along only for one organisation:
    it says nothing without whose it is.
    """

    def __init__(
        self,
        resource: RecordResource,
        records: QuerySet,
        columns: Sequence[str | Shown] | None = None,
        organisation: Organisation | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.resource, self.records, self.organisation, self.progress = resource, records, organisation, progress
        self.fields = resource.sheet_fields()
        names = list(self.fields) if columns is None else list(columns)
        self.columns = self._identified([column for column in names if column != OWN_NUMBER])

    def _identified(self, columns: list[str | Shown]) -> list[str | Shown]:
        if "reference" in self.fields and "reference" not in columns:
            columns.insert(0, "reference")
        if OWN_NUMBER in self.fields and self.organisation:
            columns.insert(columns.index("reference") + 1, OWN_NUMBER)
        return columns

    @property
    def title(self) -> str:
        return title_of(self.records)

    @property
    def names(self) -> list[str]:
        return [column if isinstance(column, str) else column.name for column in self.columns]

    @property
    def header(self) -> list[str]:
        return [
            str(self.fields[column].column_name) if isinstance(column, str) else column.header
            for column in self.columns
        ]

    def count(self) -> int:
        return self.records.order_by().count()

    def rows(self) -> Iterator[list[Any]]:
        """Typed cells: text, number, date or None."""
        renders = [
            self.fields[column].widget.render if isinstance(column, str) else column.render for column in self.columns
        ]
        for values in self.values():
            yield [render(value) for render, value in zip(renders, values, strict=True)]

    def values(self) -> Iterator[list[Any]]:
        """Values as JSON keeps them; records are read a batch at a time."""
        names = [column for column in self.columns if isinstance(column, str)]
        done = 0
        for batch in self._batches():
            current = current_values(self.resource, [key for key, _record in batch], names)
            numbers = self._numbers(list(current)) if self.organisation else {}
            for key, record in batch:
                if values := current.get(key):
                    values[OWN_NUMBER] = numbers.get(key, "")
                    yield [values[c] if isinstance(c, str) else c.value(record) for c in self.columns]
            done += len(batch)
            if self.progress:
                self.progress(done)

    def _batches(self) -> Iterator[list[tuple[int, Model | None]]]:
        """Keys, with the records themselves only where a column asks them."""
        if any(isinstance(column, Shown) for column in self.columns):
            return stretches(((record.pk, record) for record in self.records.iterator(BATCH)), BATCH)
        return stretches(((key, None) for key in self.records.values_list("pk", flat=True).iterator(BATCH)), BATCH)

    def _numbers(self, keys: list[int]) -> dict[int, str]:
        """The organisation's own number for each dossier; the oldest where it gave two."""
        supplies = Supply.objects.filter(organisation=self.organisation, dossier_id__in_batch=keys)
        return dict(supplies.exclude(external_id="").order_by("-pk").values_list("dossier_id", "external_id"))
