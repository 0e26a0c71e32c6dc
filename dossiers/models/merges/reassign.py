"""Reassigns the foreign keys to a record to another record.

The foreign keys are found by introspection, so that a model that is added later is included.
"""

from collections.abc import Iterator
from copy import copy
from typing import Any, cast

from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction

from dossiers.models.history import Provenance

Field = models.ForeignKey
Moved = dict[str, dict[str, list[Any]]]  # "app.model.field": {OWN, CAME, SHARED: keys}
OWN = "own"  # rows that referred to the target before
CAME = "came"  # rows that referred to the source
SHARED = "shared"  # many-to-many: keys of the records that both were linked to


class Collision(Exception):
    """Raised if both records have a row that must be unique; its text names the model."""


def find_foreign_keys(model: type[models.Model]) -> list[Field]:
    """Return the foreign keys to a model, except those of histories and of the model's own many-to-many fields."""
    own = {field.remote_field.through for field in model._meta.local_many_to_many}
    fields = [
        cast(Field, relation.field)  # type: ignore[union-attr]
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]
    return [field for field in fields if field.model not in own and not issubclass(field.model, Provenance)]


def get_label(field: Field) -> str:
    return f"{field.model._meta.label_lower}.{field.name}"


def get_field(label: str) -> Field:
    model, _dot, name = label.rpartition(".")
    return cast(Field, apps.get_model(model)._meta.get_field(name))


def format_count(field: Field, count: int) -> str:
    """Return a count such as "2 supplies"; a row of a many-to-many table is named after the model with the field."""
    owner: Any = field.model._meta.auto_created or field.model
    meta = owner._meta
    return f"{count} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"


def filter_rows(field: Field, **keys: Any) -> models.QuerySet[Any]:
    return field.model._base_manager.filter(**keys)


def get_keys(field: Field, record: models.Model) -> list[Any]:
    """Return the keys of the rows that refer to this record."""
    return list(filter_rows(field, **{field.name: record}).order_by("pk").values_list("pk", flat=True))


def count_references(record: models.Model, without: type[models.Model]) -> list[str]:
    """Return the counts of the rows that refer to a record, except those of one model, as texts for people."""
    fields = [field for field in find_foreign_keys(type(record)) if field.model is not without]
    attached_counts = ((field, len(get_keys(field, record))) for field in fields)
    return [format_count(field, count) for field, count in attached_counts if count]


def measure_fullness(record: models.Model) -> tuple[int, int, int]:
    """Return what is greater for the record that more was done with: rows, filled fields, and age on a tie."""
    rows = sum(len(get_keys(field, record)) for field in find_foreign_keys(type(record)))
    filled = sum(getattr(record, field.attname) not in (None, "", [], {}) for field in record._meta.concrete_fields)
    return rows, filled, -record.pk


def reassign(source: models.Model, target: models.Model, user: User | None, reason: str) -> Moved:
    """Make all references to the source refer to the target, with history records; raises Collision."""
    moved: Moved = {}
    for field in find_foreign_keys(type(source)):
        own = get_keys(field, target)
        shared: list[Any] = []
        if field.model._meta.auto_created:  # rows of a many-to-many field that the target has as well are deleted
            other = _get_other_side(field).attname
            linked = filter_rows(field, **{field.name: target}).values_list(other, flat=True)
            double = filter_rows(field, **{field.name: source, f"{other}__in": list(linked)})
            shared = list(double.values_list(other, flat=True))
            double.delete()
        came = get_keys(field, source)
        try:
            with transaction.atomic():
                _point_to(field, came, target, user, reason)
        except IntegrityError as error:
            raise Collision(field.model._meta.verbose_name) from error
        if own or came or shared:
            moved[get_label(field)] = {OWN: own, CAME: came, SHARED: shared}
    return moved


def find_collision(source: models.Model, target: models.Model, without: type[models.Model]) -> list[models.Model]:
    """Return the row of the target that must be unique, and the row of the source that can't refer to it as well.

    The rows of one model are left out, and those of many-to-many fields, which may be there twice.
    """
    for field in find_foreign_keys(type(source)):
        if field.model is without or field.model._meta.auto_created:
            continue
        for row in filter_rows(field, **{field.name: source}):
            moved = copy(row)
            setattr(moved, field.attname, target.pk)
            if _is_unique(moved):
                continue
            for other in filter_rows(field, **{field.name: target}):
                for own in (own for own in row._meta.concrete_fields if own.unique):
                    setattr(moved, own.attname, getattr(other, own.attname))  # in its place it would be unique
                if _is_unique(moved):
                    return [other, row]
            return [row]
    return []


def _is_unique(row: models.Model) -> bool:
    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError:
        return False
    return True


def restore_references(
    moved: Moved, holder: models.Model, source: models.Model, user: User | None, reason: str
) -> None:
    """Return to the restored source the rows that came from it and still refer to the holder."""
    for field, keys in iterate_known_fields(moved):
        still = filter_rows(field, pk__in=keys[CAME], **{field.name: holder}).values_list("pk", flat=True)
        _point_to(field, list(still), source, user, reason)
        if hasattr(field.model, "history"):  # what was deleted since was about the source too
            deletions = field.model.history.filter(id__in=keys[CAME], history_type="-", **{field.name: holder})
            deletions.update(**{field.name: source})
        if keys[SHARED]:
            other = _get_other_side(field)
            existing = other.related_model._base_manager.filter(pk__in=keys[SHARED]).values_list("pk", flat=True)
            for key in list(existing):
                field.model._base_manager.create(**{field.name: source, other.attname: key})


def iterate_known_fields(moved: Moved) -> Iterator[tuple[Field, dict[str, list[Any]]]]:
    """Yield the moved foreign keys, without those that this version of the software no longer has."""
    for label, keys in moved.items():
        try:
            yield get_field(label), keys
        except (LookupError, FieldDoesNotExist):
            continue


def _point_to(field: Field, keys: list[Any], target: models.Model, user: User | None, reason: str) -> None:
    if not keys:
        return
    filter_rows(field, pk__in=keys).update(**{field.name: target})
    history: Any = getattr(field.model, "history", None)
    if history is not None:
        moved = list(filter_rows(field, pk__in=keys))
        history.bulk_history_create(moved, update=True, default_user=user, default_change_reason=reason)


def _get_other_side(field: Field) -> Field:
    """Return the other foreign key of a many-to-many table."""
    return next(other for other in field.model._meta.fields if isinstance(other, Field) and other is not field)
