"""What points at a record, and how it comes to point at another one.

Found by the relations themselves, so that a model which a later part adds is moved too, without a word here.
"""

from collections.abc import Iterator
from typing import Any, cast

from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, models, transaction

from dossiers.models.history import Provenance

Field = models.ForeignKey
Moved = dict[str, dict[str, list[Any]]]  # "app.model.field": {OWN, CAME, SHARED: keys}
OWN = "own"  # pointed at the target before
CAME = "came"  # pointed at the source
SHARED = "shared"  # of a many-to-many: what both were linked to, by the key of its other side


class Collision(Exception):
    """Both records have one of something of which there may be only one; carries what, in words."""


def pointing_at(model: type[models.Model]) -> list[Field]:
    """Each foreign key that can point at such a record; not its history, which tells what was, and its own lists."""
    own = {field.remote_field.through for field in model._meta.local_many_to_many}
    fields = [
        cast(Field, relation.field)  # type: ignore[union-attr]
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]
    return [field for field in fields if field.model not in own and not issubclass(field.model, Provenance)]


def label_of(field: Field) -> str:
    return f"{field.model._meta.label_lower}.{field.name}"


def field_named(label: str) -> Field:
    model, _dot, name = label.rpartition(".")
    return cast(Field, apps.get_model(model)._meta.get_field(name))


def counted(field: Field, count: int) -> str:
    """`2 supplies`; what is linked by a many-to-many is called after the record that has it."""
    owner: Any = field.model._meta.auto_created or field.model
    meta = owner._meta
    return f"{count} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"


def rows_of(field: Field, **keys: Any) -> models.QuerySet[Any]:
    return field.model._base_manager.filter(**keys)


def keys_at(field: Field, record: models.Model) -> list[Any]:
    """The keys of what points at this record."""
    return list(rows_of(field, **{field.name: record}).order_by("pk").values_list("pk", flat=True))


def attached(record: models.Model) -> list[str]:
    """What points at a record, in numbers."""
    attached_counts = ((field, len(keys_at(field, record))) for field in pointing_at(type(record)))
    return [counted(field, count) for field, count in attached_counts if count]


def move(source: models.Model, target: models.Model, user: User | None, reason: str) -> Moved:
    """Let all that points at one record point at the other; raises Collision. Histories tell it, with the reason."""
    moved: Moved = {}
    for field in pointing_at(type(source)):
        own = keys_at(field, target)
        shared = _drop_shared(field, source, target)
        came = keys_at(field, source)
        try:
            with transaction.atomic():
                _point(field, came, target, user, reason)
        except IntegrityError as error:
            raise Collision(field.model._meta.verbose_name) from error
        if own or came or shared:
            moved[label_of(field)] = {OWN: own, CAME: came, SHARED: shared}
    return moved


def move_back(moved: Moved, holder: models.Model, source: models.Model, user: User | None, reason: str) -> None:
    """Give a record that is there again what came from it, as far as it is still with the one that holds it."""
    for field, keys in known(moved):
        still = rows_of(field, pk__in=keys[CAME], **{field.name: holder}).values_list("pk", flat=True)
        _point(field, list(still), source, user, reason)
        for key in _still_there(field, keys[SHARED]):
            field.model._base_manager.create(**{field.name: source, _other_side(field).attname: key})


def known(moved: Moved) -> Iterator[tuple[Field, dict[str, list[Any]]]]:
    """The fields of what moved; a later version of the software may lack one, which is left out."""
    for label, keys in moved.items():
        try:
            yield field_named(label), keys
        except (LookupError, FieldDoesNotExist):
            continue


def _point(field: Field, keys: list[Any], target: models.Model, user: User | None, reason: str) -> None:
    if not keys:
        return
    rows_of(field, pk__in=keys).update(**{field.name: target})
    history: Any = getattr(field.model, "history", None)
    if history is not None:
        moved = list(rows_of(field, pk__in=keys))
        history.bulk_history_create(moved, update=True, default_user=user, default_change_reason=reason)


def _other_side(field: Field) -> Field:
    """The other foreign key of a many-to-many's own table."""
    return next(other for other in field.model._meta.fields if isinstance(other, Field) and other is not field)


def _drop_shared(field: Field, source: models.Model, target: models.Model) -> list[Any]:
    """Unlink the source from what the target is linked to already: it can't be linked twice."""
    if not field.model._meta.auto_created:
        return []
    other = _other_side(field).attname
    linked = rows_of(field, **{field.name: target}).values_list(other, flat=True)
    double = rows_of(field, **{field.name: source, f"{other}__in": list(linked)})
    keys = list(double.values_list(other, flat=True))
    double.delete()
    return keys


def _still_there(field: Field, keys: list[Any]) -> list[Any]:
    if not keys:
        return []
    return list(_other_side(field).related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
