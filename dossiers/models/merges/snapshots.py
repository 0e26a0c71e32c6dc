"""A record as JSON, whole, so that it can be made again as it was; of any model."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.db import models

from dossiers.models.own_fields.own_field import PREFIX
from dossiers.models.own_fields.own_values import EXTRA

Snapshot = dict[str, dict[str, Any]]
FIELDS, LISTS = "fields", "lists"  # columns by name, a foreign key as its key; many-to-many as keys


def value_of(record: models.Model, name: str) -> Any:
    """One field's value as JSON keeps it; None for an own field without one."""
    if name.startswith(PREFIX):
        return getattr(record, EXTRA).get(name)
    field = record._meta.get_field(name)
    if isinstance(field, models.ManyToManyField):
        return sorted(getattr(record, name).values_list("pk", flat=True))
    value = field.value_from_object(record)  # type: ignore[union-attr]
    return value.isoformat() if isinstance(value, date) else value  # JSON's own encoder would cut off microseconds


def put(record: models.Model, name: str, value: Any) -> None:
    """Give a field a value as JSON keeps it; of a many-to-many at once, of others when the record is saved."""
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


def exists(model: type[models.Model], name: str, value: Any) -> bool:
    """Whether all that this value refers to is still there."""
    if name.startswith(PREFIX):
        return True
    field = model._meta.get_field(name)
    keys = value if isinstance(value, list) else [value]
    if not field.is_relation or not value:
        return True
    related = cast(type[models.Model], field.related_model)
    return related._base_manager.filter(pk__in=keys).count() == len(keys)


def snapshot(record: models.Model) -> Snapshot:
    meta = record._meta
    return {
        FIELDS: {field.name: value_of(record, field.name) for field in meta.concrete_fields},
        LISTS: {field.name: value_of(record, field.name) for field in meta.many_to_many},
    }


def present(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values whose field there still is: a later version of the software may lack one."""
    names = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    return {name: value for name, value in values.items() if name in names or name.startswith(PREFIX)}


def lost(model: type[models.Model], taken: Snapshot) -> list[str]:
    """The fields whose value can't come back, because what it refers to was deleted since."""
    values = present(model, taken[FIELDS] | taken[LISTS])
    return [name for name, value in values.items() if not exists(model, name, value)]


def made_again(model: type[models.Model], taken: Snapshot) -> Any:
    """The record, not saved yet; what it referred to and is gone stays empty."""
    record, gone = model(), lost(model, taken)
    for name, value in present(model, taken[FIELDS]).items():
        if name not in gone:
            put(record, name, value)
    return record


def put_lists(record: models.Model, taken: Snapshot) -> None:
    """The many-to-many values of a record that was saved, as far as they are still there."""
    for name, keys in present(type(record), taken[LISTS]).items():
        related = cast(type[models.Model], record._meta.get_field(name).related_model)
        put(record, name, list(related._base_manager.filter(pk__in=keys).values_list("pk", flat=True)))
