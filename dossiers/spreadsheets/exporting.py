"""Records to tables: the columns of import, so that what goes out can come in again."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from dossiers.spreadsheets.comparing import current_values
from dossiers.spreadsheets.resources import RecordResource

BATCH = 2_000


class Export:
    """A set of records as a header and rows, in the set's own order."""

    def __init__(self, resource: RecordResource, records: QuerySet) -> None:
        self.resource, self.records = resource, records
        self.fields = {name: field for name, field in resource.sheet_fields().items() if name != "external_id"}

    @property
    def header(self) -> list[str]:
        return [str(field.column_name) for field in self.fields.values()]

    def rows(self) -> Iterator[list[Any]]:
        """Typed cells: text, number, date or None; records are read a batch at a time."""
        names = list(self.fields)
        widgets = [field.widget for field in self.fields.values()]
        for keys in self._keys():
            found = current_values(self.resource, keys, names)
            for key in keys:
                if values := found.get(key):
                    yield [widget.render(values[name]) for name, widget in zip(names, widgets, strict=True)]

    def _keys(self) -> Iterator[list[int]]:
        stretch: list[int] = []
        for key in self.records.values_list("pk", flat=True).iterator(BATCH):
            stretch.append(key)
            if len(stretch) == BATCH:
                yield stretch
                stretch = []
        if stretch:
            yield stretch
