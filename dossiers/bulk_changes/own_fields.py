"""Bulk changes of own fields."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.bulk_changes.fields import NONE, BulkField, Value, to_hashable
from dossiers.models import OwnField
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.own_field_inputs import form_field
from dossiers.spreadsheets.resources import OwnSheetField


class OwnBulkField(BulkField):
    """An own field; the values of the other own fields don't change."""

    def __init__(self, own: OwnField) -> None:
        super().__init__(own.model, EXTRA)
        self.sheet_field = OwnSheetField(own)

    @property
    def key(self) -> str:
        return self.sheet_field.own.key

    @property
    def label(self) -> str | Promise:
        return str(self.sheet_field.column_name)

    def form_field(self) -> forms.Field:
        made = form_field(self.sheet_field)
        if isinstance(made, forms.ChoiceField) and not made.required:
            first, *others = cast(list[Any], made.choices)
            made.choices = [(first[0], NONE), *others]
        return made

    def to_json(self, cleaned: Any) -> Value:
        return None if cleaned in (None, "") else self.sheet_field.widget.to_json(cleaned)

    def get_value(self, record: Any) -> Value:
        return self.sheet_field.to_json(record.extra)

    def set_value(self, record: Any, value: Value) -> None:
        others = {key: other for key, other in record.extra.items() if key != self.key}
        record.extra = others if value is None else others | {self.key: value}

    def save(self, changes: Iterable[tuple[Any, Value]], at: datetime) -> None:
        """Save each record by itself, because the other own values in the same JSON column differ."""
        records = [record for record, _value in changes]
        self.model._default_manager.bulk_update(records, [EXTRA, "changed_at"])

    def find_errors(self, value: Value) -> list[str]:
        """Return the errors of the value; the definition of the field may have changed since it was given."""
        if not self.sheet_field.own.in_use:
            return [gettext("This field is out of use. Take it into use first, under Own fields.")]
        if value is None:
            return []
        try:
            fits = type(self.sheet_field.widget.clean(value)) is type(value)
        except ValidationError as error:
            return error.messages
        return [] if fits else [gettext("This value doesn't fit the field any more.")]

    def can_be_restored(self, record: Any, value: Value) -> bool:
        """Whether the value is empty, which was allowed before the field became required."""
        return value is None and self.sheet_field.own.in_use

    def describe_values(self, values: Iterable[Value]) -> dict[Any, Any]:
        return {value: self.sheet_field.widget.render(value) for value in values}


class GoneField(BulkField):
    """A deleted field; the values in its changes were deleted as well."""

    def __init__(self, model: type[models.Model], name: str) -> None:
        self.model, self.name = model, name

    @property
    def label(self) -> str | Promise:
        return _("a field that was deleted")

    def get_value(self, record: Any) -> Value:
        return None

    def find_errors(self, value: Value) -> list[str]:
        return [gettext("This field was deleted.")]

    def describe_values(self, values: Iterable[Value]) -> dict[Any, Any]:
        return {to_hashable(value): "" for value in values}
