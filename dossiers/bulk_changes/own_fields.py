"""Fields that staff added, changed for many records at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.bulk_changes.fields import NONE, BulkField, Value, as_key
from dossiers.models import OwnField
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.own_field_inputs import form_field
from dossiers.spreadsheets.resources import OwnSheetField


class OwnBulkField(BulkField):
    """Of each record that one value changes; what its other own fields hold stays."""

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

    def given(self, cleaned: Any) -> Value:
        return None if cleaned in (None, "") else self.sheet_field.widget.to_json(cleaned)

    def now(self, record: Any) -> Value:
        return self.sheet_field.to_json(record.extra)

    def put(self, record: Any, value: Value) -> None:
        others = {key: other for key, other in record.extra.items() if key != self.key}
        record.extra = others if value is None else others | {self.key: value}

    def save(self, changes: Iterable[tuple[Any, Value]], at: datetime) -> None:
        """Each record keeps other own values beside it, so that no two need be alike."""
        records = [record for record, _value in changes]
        self.model._default_manager.bulk_update(records, [EXTRA, "changed_at"])

    def refused(self, value: Value) -> list[str]:
        """The field may have become another one since the value was given."""
        if not self.sheet_field.own.in_use:
            return [gettext("This field is out of use. Take it into use first, under Own fields.")]
        if value is None:
            return []
        try:
            fits = type(self.sheet_field.widget.clean(value)) is type(value)
        except ValidationError as error:
            return error.messages
        return [] if fits else [gettext("This value doesn't fit the field any more.")]

    def came_of_itself(self, record: Any, value: Value) -> bool:
        """Empty it was before the field became a required one."""
        return value is None and self.sheet_field.own.in_use

    def words(self, values: Iterable[Value]) -> dict[Any, Any]:
        return {value: self.sheet_field.widget.render(value) for value in values}


class GoneField(BulkField):
    """One that was deleted, with all that a change knew of its values."""

    def __init__(self, model: type[models.Model], name: str) -> None:
        self.model, self.name = model, name

    @property
    def label(self) -> str | Promise:
        return _("a field that was deleted")

    def now(self, record: Any) -> Value:
        return None

    def refused(self, value: Value) -> list[str]:
        return [gettext("This field was deleted.")]

    def words(self, values: Iterable[Value]) -> dict[Any, Any]:
        return {as_key(value): "" for value in values}
