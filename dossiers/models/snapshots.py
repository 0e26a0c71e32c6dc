"""Stores a complete record of any model as JSON, from which it can be restored."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.db import models

from dossiers.models.own_fields.own_field import PREFIX
from dossiers.models.own_fields.own_values import EXTRA

Snapshot = dict[str, dict[str, Any]]
FIELDS, LISTS = "fields", "lists"  # {field: value or key} and {many-to-many field: keys}


def get_json_value(record: models.Model, name: str) -> Any:
    """Return the value of a field as JSON, None for an own field without a value."""
    if name.startswith(PREFIX):
        return getattr(record, EXTRA).get(name)
    field = record._meta.get_field(name)
    if isinstance(field, models.ManyToManyField):
        return sorted(getattr(record, name).values_list("pk", flat=True))
    value = field.value_from_object(record)  # type: ignore[union-attr]
    return value.isoformat() if isinstance(value, date) else value  # Django's JSON encoder would drop microseconds


def set_json_value(record: models.Model, name: str, value: Any) -> None:
    """Set a field to a JSON value; a many-to-many field is saved at once, other fields with the record."""
    if name.startswith(PREFIX):
        others = {key: value for key, value in getattr(record, EXTRA).items() if key != name}
        setattr(record, EXTRA, others if value is None else others | {name: value})
        return
    field = record._meta.get_field(name)
    if isinstance(field, models.ManyToManyField):
        getattr(record, name).set(value)
    else:
        column = cast(models.Field, field)
        setattr(record, column.attname, column.to_python(value))


def references_exist(model: type[models.Model], name: str, value: Any) -> bool:
    """Whether all records to which this value refers still exist."""
    if name.startswith(PREFIX):
        return True
    field = model._meta.get_field(name)
    keys = value if isinstance(value, list) else [value]
    if not field.is_relation or not value:
        return True
    related = cast(type[models.Model], field.related_model)
    return related._base_manager.filter(pk__in=keys).count() == len(keys)


def create_snapshot(record: models.Model) -> Snapshot:
    meta = record._meta
    return {
        FIELDS: {field.name: get_json_value(record, field.name) for field in meta.concrete_fields},
        LISTS: {field.name: get_json_value(record, field.name) for field in meta.many_to_many},
    }


def drop_unknown_fields(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the fields that this version of the software still has."""
    names = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    return {name: value for name, value in values.items() if name in names or name.startswith(PREFIX)}


def find_lost_fields(model: type[models.Model], taken: Snapshot) -> list[str]:
    """Return the fields whose value can't be restored because it refers to a deleted record."""
    values = drop_unknown_fields(model, taken[FIELDS] | taken[LISTS])
    return [name for name, value in values.items() if not references_exist(model, name, value)]


def rebuild_record(model: type[models.Model], taken: Snapshot) -> Any:
    """Return the record of a snapshot, unsaved; references to deleted records are empty."""
    record, gone = model(), find_lost_fields(model, taken)
    for name, value in drop_unknown_fields(model, taken[FIELDS]).items():
        if name not in gone:
            set_json_value(record, name, value)
    return record


def read_record(model: type[models.Model], taken: Snapshot) -> Any:
    """Return the record of a snapshot, unsaved, as it was: also with references to deleted records."""
    fields = [field for field in model._meta.concrete_fields if field.name in taken[FIELDS]]
    return model(**{field.attname: field.to_python(taken[FIELDS][field.name]) for field in fields})


def restore_lists(record: models.Model, taken: Snapshot) -> None:
    """Restore the many-to-many values of a saved record, as far as the related records exist."""
    for name, keys in drop_unknown_fields(type(record), taken[LISTS]).items():
        related = cast(type[models.Model], record._meta.get_field(name).related_model)
        set_json_value(record, name, list(related._base_manager.filter(pk__in=keys).values_list("pk", flat=True)))
