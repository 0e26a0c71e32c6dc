"""A record's history as steps: when, who, by which line of which import, and what changed, in the columns' words."""

from collections import defaultdict
from collections.abc import Iterable
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
    kind: str  # "+" made, "~" changed, "-" deleted
    at: datetime
    user: AbstractUser | None
    reason: str
    run: ImportRun | None
    line: int | None
    changes: list[Change]


def timeline(resource: RecordResource, key: int) -> list[Step]:
    """The steps of one record, the last one first: one query, and one for each list that values are names of."""
    model: Any = resource._meta.model
    records = list(
        model.history.filter(id=key).select_related("history_user", "import_run").order_by("history_date", "history_id")
    )
    columns = [*_own_columns(resource), *_beside(resource)]
    names = _names(columns, records)
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
    """One value of a historical record."""

    def __init__(self, model_field: models.Field, sheet_field: SheetField | None) -> None:
        self.model_field, self.sheet_field = model_field, sheet_field
        label = sheet_field.column_name if sheet_field else model_field.verbose_name
        self.label = capfirst(str(label))
        self.own = bool(sheet_field and sheet_field.own)

    @property
    def related(self) -> Any:
        """The list that its values are names of, if they are kept as keys."""
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


def _own_columns(resource: RecordResource) -> list[_Column]:
    """Those that the record itself keeps: not what its employer or Supply has."""
    return [
        _Column(field.model_field, field)
        for name, field in resource.sheet_fields().items()
        if field.model_field.model is resource._meta.model and name != "reference"
    ]


def _beside(resource: RecordResource) -> list[_Column]:
    """What a record belongs to and no column of a list gives, such as the employer of an interest."""
    known = resource.sheet_fields()
    fields = resource._meta.model._meta.concrete_fields
    return [
        _Column(field, None) for field in fields if isinstance(field, models.ForeignKey) and field.name not in known
    ]


def _names(columns: Iterable[_Column], records: list[Any]) -> Names:
    keys: dict[type[models.Model], set[int]] = defaultdict(set)
    for column in columns:
        if column.related:
            keys[column.related] |= {getattr(record, column.model_field.attname) for record in records} - {None}
    return {
        related: {pk: _name(record) for pk, record in related._base_manager.in_bulk(keys).items()} if keys else {}
        for related, keys in keys.items()
    }


def _name(record: models.Model) -> str:
    return (record.get_full_name() or record.get_username()) if isinstance(record, AbstractUser) else str(record)
