"""Exports records as tables, with the columns of an import, so that they can be imported again, or those of a list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.text import capfirst

from dossiers.models import Organisation, Supply
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.resources import RecordResource

BATCH = 2_000
OWN_NUMBER = "external_id"


@dataclass(frozen=True)
class Shown:
    """A column of a list that is not a field of the record; it is exported, but an import ignores it."""

    name: str
    header: str
    value: Callable[[Any], Any]
    """Return the value of a record: text, number, boolean, date, list of texts, or None."""

    def render(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class ShownList:
    """The table of a list that can't be imported, with the columns of its page."""

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
    """Return the title of a table of these records."""
    return capfirst(str(records.model._meta.verbose_name_plural))


class Export:
    """The table of a queryset, in its order.

    `columns` are names of the resource's fields and Shown columns; without it all fields are exported. The reference is
    always exported, since an import finds the records by it. The number of an organisation is exported only if
    `organisation` is given, since it is unknown whose number it is otherwise.
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
        self.columns: list[str | Shown] = [column for column in names if column != OWN_NUMBER]
        if "reference" in self.fields and "reference" not in self.columns:
            self.columns.insert(0, "reference")
        if OWN_NUMBER in self.fields and organisation:
            self.columns.insert(self.columns.index("reference") + 1, OWN_NUMBER)

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
        """Yield the cells of each record: text, number, date or None."""
        renders = [
            self.fields[column].widget.render if isinstance(column, str) else column.render for column in self.columns
        ]
        for values in self.values():
            yield [render(value) for render, value in zip(renders, values, strict=True)]

    def values(self) -> Iterator[list[Any]]:
        """Yield the JSON values of each record; the records are read in batches."""
        names = [column for column in self.columns if isinstance(column, str)]
        records_by_key: Iterator[tuple[int, Model | None]]
        if any(isinstance(column, Shown) for column in self.columns):
            records_by_key = ((record.pk, record) for record in self.records.iterator(BATCH))
        else:  # only a Shown column needs the records themselves
            keys = self.records.values_list("pk", flat=True).iterator(BATCH)
            records_by_key = ((key, None) for key in keys)
        done = 0
        for batch in batched(records_by_key, BATCH):
            current = current_values(self.resource, [key for key, _record in batch], names)
            numbers: dict[int, str] = {}
            if self.organisation:
                supplies = Supply.objects.filter(organisation=self.organisation, dossier_id__in_batch=list(current))
                supplies = supplies.exclude(external_id="").order_by("-pk")  # the last one in the dict is the oldest
                numbers = dict(supplies.values_list("dossier_id", "external_id"))
            for key, record in batch:
                if values := current.get(key):
                    values[OWN_NUMBER] = numbers.get(key, "")
                    yield [values[c] if isinstance(c, str) else c.value(record) for c in self.columns]
            done += len(batch)
            if self.progress:
                self.progress(done)
