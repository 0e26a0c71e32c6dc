"""Deletes the values of an own field that is deleted."""

from typing import Any

from django.db import models

from dossiers.models import BulkChange, Deletion, Dossier, ImportProfile, ImportRow, ImportRun, Merge, OwnField, Supply
from dossiers.models.own_fields.own_values import EXTRA


class _WithoutKey(models.Func):
    """A JSON object without one of its keys; the key of an own field needs no escaping."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__(models.F(name), output_field=models.JSONField())
        self.key = key

    def as_sqlite(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        return super().as_sql(compiler, connection, template=f"json_remove(%(expressions)s, '$.{self.key}')")

    def as_postgresql(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        return super().as_sql(compiler, connection, template=f"(%(expressions)s - '{self.key}')")


def forget_values(instance: OwnField, **_signal: Any) -> None:
    """Delete the values of an own field from records, histories, supplies, imports and all that can be undone.

    A receiver of `pre_delete`, in the transaction of the deletion.
    """
    model, key, record = instance.model, instance.key, instance.record
    _remove_key(model._base_manager.all(), key, EXTRA)
    _remove_key(model.history.all(), key, EXTRA)
    _remove_key(
        ImportRow.objects.filter(run__record=record),
        key,
        "given",
        "changes",
        "parts",
        "withheld",
        "errors",
        "bad",
        "kept",
    )
    _remove_everywhere(ImportRun.objects.filter(record=record), key, "columns", "decided", "asked")
    _remove_everywhere(ImportProfile.objects.filter(record=record), key, "columns", "values")
    _remove_everywhere(Deletion.objects.exclude(records=[]), key, "records")
    for change in BulkChange.objects.filter(kind=model._meta.model_name, field=key):
        change.forget()
        BulkChange.objects.filter(pk=change.pk).update(given=None)
    if model is Dossier:
        _remove_key(Supply.objects.all(), key, "values", "parts")
        _remove_everywhere(
            ImportRow.objects.filter(**{f"supply_before__values__{key}__isnull": False}), key, "supply_before"
        )
        _remove_everywhere(Merge.objects.all(), key, "left", "changes", "snapshot")


def _remove_key(rows: models.QuerySet[Any], key: str, *names: str) -> None:
    """Remove the key from JSON objects of many rows, with one statement for each field."""
    for name in names:
        rows.filter(**{f"{name}__has_key": key}).update(**{name: _WithoutKey(name, key)})


def _remove_everywhere(rows: models.QuerySet[Any], key: str, *names: str) -> None:
    """Remove the key from JSON of few rows, at any depth."""
    for row in rows.only("pk", *names):
        before = [getattr(row, name) for name in names]
        after = [_without(value, key) for value in before]
        if after != before:
            type(row)._base_manager.filter(pk=row.pk).update(**dict(zip(names, after, strict=True)))


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: None if part == key else _without(part, key) for name, part in value.items() if name != key}
    if isinstance(value, list):
        return [_without(part, key) for part in value if part != key]
    return value
