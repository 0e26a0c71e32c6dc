"""The values of own fields, stored in a record as JSON: {key: text, number, ISO date or boolean}; no null values."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.text_fields import JSONField

EXTRA = "extra"


class ExtraField(JSONField):
    """The values of own fields; validating an empty value needs no query."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"default": dict, "blank": True, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for option in ("default", "blank", "editable"):
            kwargs.pop(option, None)
        return name, path, args, kwargs

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Raise ValidationError if a value doesn't fit its field; values of fields out of use are not checked."""
        from dossiers.models.own_fields.own_field import OwnField

        super().validate(value, model_instance)
        fields = {field.key: field for field in OwnField.objects.of(self.model)}
        for key, own_value in value.items():
            if key not in fields:
                raise ValidationError(_("There is no own field “%(key)s”."), params={"key": key})
            if fields[key].in_use:
                _check(fields[key].as_model_field(), own_value)


def _check(field: models.Field, value: Any) -> None:
    try:
        field.clean(str(value) if isinstance(field, models.DecimalField) else value, None)
    except ValidationError as error:
        raise ValidationError([f"{field.verbose_name}: {message}" for message in error.messages]) from error


class _Without(models.Func):
    """A JSON object without one of its keys, a word of ours."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__(models.F(name), output_field=models.JSONField())
        self.key = key

    def as_sqlite(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        return super().as_sql(compiler, connection, template=f"json_remove(%(expressions)s, '$.{self.key}')")

    def as_postgresql(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        return super().as_sql(compiler, connection, template=f"(%(expressions)s - '{self.key}')")


def forget(field: Any) -> None:
    """Take an own field and its values out of all that holds them, history included."""
    from dossiers.models.bulk_change import BulkChange
    from dossiers.models.dossiers.dossier import Dossier
    from dossiers.models.dossiers.supply import Supply
    from dossiers.models.imports.import_run import ImportProfile, ImportRow, ImportRun
    from dossiers.models.merges.merge import Merge

    model, key = field.model, field.key
    _take_out(model._base_manager.all(), key, EXTRA)
    _take_out(model.history.all(), key, EXTRA)
    _take_out(ImportRow.objects.filter(run__record=field.record), key, "given", "changes", "errors", "bad", "kept")
    _rewrite(ImportRun.objects.filter(record=field.record), key, "columns", "decided", "asked")
    _rewrite(ImportProfile.objects.filter(record=field.record), key, "columns", "values", "fixed", "month_first")
    for change in BulkChange.objects.filter(kind=model._meta.model_name, field=key):
        change.forget()
        BulkChange.objects.filter(pk=change.pk).update(given=None)
    if model is Dossier:
        _take_out(Supply.objects.all(), key, "values")
        _rewrite(ImportRow.objects.filter(**{f"supply_before__values__{key}__isnull": False}), key, "supply_before")
        _rewrite(Merge.objects.all(), key, "left", "changes", "snapshot")


def _take_out(rows: models.QuerySet[Any], key: str, *names: str) -> None:
    """Of many rows, where it is a key of the whole."""
    for name in names:
        rows.filter(**{f"{name}__has_key": key}).update(**{name: _Without(name, key)})


def _rewrite(rows: models.QuerySet[Any], key: str, *names: str) -> None:
    """Of few rows, where it may stand anywhere."""
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
