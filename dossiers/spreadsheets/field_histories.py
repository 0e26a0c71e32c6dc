"""The values that fields of records had before, and from which changes their present values come."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.comparison import differs, split_lines
from dossiers.spreadsheets.provenance import Origin, get_steps
from dossiers.spreadsheets.resources import RecordResource, SheetField
from dossiers.spreadsheets.values import NamedRecordsWidget


class FieldHistory:
    """The history of one field of a record, beside a value that may replace its present one."""

    def __init__(self, new: Any, removed_lines: Iterable[str] = (), since: datetime | None = None) -> None:
        """`removed_lines` are the lines of the present text that the new one lacks.

        Changes from before `since` are left out.
        """
        self.new, self.removed_lines, self.since = new, set(removed_lines), since
        self.previous: tuple[Any, ...] = ()
        """The value that the last step left, also if its import was undone; empty before the first step."""
        self.value: Any = None
        """The value that the record has from `origin`."""
        self.origin: Origin | None = None
        self.new_value_origins: list[Origin] = []
        """The changes that gave the field the new value before."""
        self.line_origins: dict[str, Origin] = {}
        """The changes that added the removed lines."""

    def add(self, value: Any, origin: Origin, *, is_undone: bool = False) -> None:
        """Add the value that a step left; steps are added from the oldest one.

        A step changes a value if the step directly before it left another one, even if that one was undone. A list
        also gives a value that the record had from an undone import only.
        """
        if self.since and origin.at < self.since:
            return
        previous, self.previous = self.previous, (value,)
        if is_undone:
            return
        is_given = origin.run_id and not (self.origin and value == self.value)
        if previous == (value,) and not is_given:
            return
        self.value, self.origin = value, origin
        if not differs(value, self.new):
            self.new_value_origins.append(origin)
        if self.removed_lines:
            lines = self.removed_lines.intersection(split_lines(value))
            lines_before = split_lines(*previous) if previous else []
            self.line_origins = {
                line: self.line_origins.get(line, origin) if line in lines_before else origin for line in lines
            }

    @property
    def is_repeated(self) -> bool:
        """Whether the field had the new value before, and another one replaced it."""
        return bool(self.new_value_origins) and differs(self.value, self.new)


def fill_histories(
    resource: RecordResource,
    histories_by_key: Sequence[tuple[int, Mapping[str, FieldHistory]]],
    until: datetime | None = None,
) -> None:
    """Add the values that fields of records had, before `until`; imports that were undone by then are no origins.

    `histories_by_key` has the histories by field with the key of their record, which may occur more than once.
    """
    model: Any = resource._meta.model
    readers = {
        name: _Reader(resource, name, field)
        for name, field in resource.sheet_fields().items()
        if field.own or field.model_field.model is model
    }
    histories: dict[int, list[tuple[str, FieldHistory]]] = defaultdict(list)
    for key, fields in histories_by_key:
        histories[key] += [(name, field) for name, field in fields.items() if name in readers]
    names = {name for fields in histories.values() for name, _field in fields}
    if not names:
        return
    steps = get_steps(model, until).filter(id__in_batch=list(histories)).order_by("history_date", "history_id")
    paths = list(dict.fromkeys(readers[name].path for name in names))  # all own fields have the same path
    places = {name: paths.index(readers[name].path) for name in names}
    columns = ("id", "is_undone", "history_date", "history_user_id", "import_run_id", "import_line")
    for key, is_undone, at, user_id, run_id, line, *values in steps.values_list(*columns, *paths).iterator():
        origin = Origin(at, user_id, run_id, line)
        for name, field in histories[key]:
            field.add(readers[name].read(values[places[name]]), origin, is_undone=is_undone)


class _Reader:
    """Reads the values of one column from the history, in the form that an import gives them."""

    def __init__(self, resource: RecordResource, name: str, field: SheetField) -> None:
        self.field = field
        self.has_names = isinstance(field.widget, NamedRecordsWidget)
        self.path = "sector_names" if self.has_names else EXTRA if field.own else resource.orm_path(name) or name

    def read(self, value: Any) -> Any:
        if not self.has_names:
            return self.field.to_json(value)
        try:
            return self.field.widget.clean(value) if value else []
        except ValidationError:  # a record with one of these names is gone
            return value
