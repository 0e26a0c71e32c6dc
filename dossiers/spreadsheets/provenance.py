"""Lists the changes of a record from its history, with the labels of its spreadsheet columns."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.text import capfirst

from dossiers.models import ImportRun
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.resources import RecordResource, SheetField
from dossiers.spreadsheets.values import NamedRecordsWidget


@dataclass(frozen=True)
class Change:
    label: str
    old: Any  # text, number, date or None
    new: Any


@dataclass(frozen=True)
class Step:
    kind: str  # "+" created, "~" changed, "-" deleted
    at: datetime
    user: AbstractUser | None
    reason: str
    run: ImportRun | None
    line: int | None
    changes: list[Change]


def timeline(resource: RecordResource, key: int) -> list[Step]:
    """Return the changes of one record, the last first, with one query and one for each related model."""
    model: Any = resource._meta.model
    records = list(
        model.history.filter(id=key).select_related("history_user", "import_run").order_by("history_date", "history_id")
    )
    columns = _columns(resource)
    keys_by_model: dict[type[models.Model], set[int]] = defaultdict(set)
    for column in columns:
        if column.related:
            keys = {getattr(record, column.model_field.attname) for record in records}
            keys_by_model[column.related] |= keys - {None}
    names: Names = {}
    for related, keys in keys_by_model.items():
        records_by_key = related._base_manager.in_bulk(keys) if keys else {}
        names[related] = {
            pk: (record.get_full_name() or record.get_username()) if isinstance(record, AbstractUser) else str(record)
            for pk, record in records_by_key.items()
        }
    values = [[column.value(record, names) for column in columns] for record in records]
    before: list[list[Any]] = [[None] * len(columns), *values]
    return [
        Step(
            record.history_type,
            record.history_date,
            record.history_user,
            record.history_change_reason or "",
            record.import_run,
            record.import_line,
            [
                Change(column.label, old, new)
                for column, old, new in zip(columns, earlier, later, strict=True)
                if old != new and record.history_type != "-"
            ],
        )
        for record, earlier, later in zip(reversed(records), reversed(before[:-1]), reversed(values), strict=True)
    ]


Names = dict[type[models.Model], dict[int, str]]


class _Column:
    """A field of a historical record."""

    def __init__(self, model_field: models.Field, sheet_field: SheetField | None) -> None:
        self.model_field, self.sheet_field = model_field, sheet_field
        label = sheet_field.column_name if sheet_field else model_field.verbose_name
        self.label = capfirst(str(label))
        self.own = bool(sheet_field and sheet_field.own)

    @property
    def related(self) -> Any:
        """The model that a foreign key refers to; None for other fields."""
        return self.model_field.related_model if isinstance(self.model_field, models.ForeignKey) else None

    def value(self, record: Any, names: Names) -> Any:
        if self.sheet_field and isinstance(self.sheet_field.widget, NamedRecordsWidget):
            return record.sector_names or None
        value = getattr(record, EXTRA if self.own else self.model_field.attname)
        if self.related:
            return names[self.related].get(value)
        if self.sheet_field is None:
            return value
        return self.sheet_field.widget.render(self.sheet_field.to_json(value))


def _columns(resource: RecordResource) -> list[_Column]:
    """Return the columns of the record's own model, and its foreign keys without a column, such as the employer."""
    model, sheet_fields = resource._meta.model, resource.sheet_fields()
    own = [
        _Column(field.model_field, field)
        for name, field in sheet_fields.items()
        if field.model_field.model is model and name != "reference"
    ]
    foreign_keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    return [*own, *(_Column(field, None) for field in foreign_keys if field.name not in sheet_fields)]
