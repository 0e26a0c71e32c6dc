"""Form fields for the own fields that staff add."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms.models import formfield_for_dbfield

from dossiers.models import OwnField
from dossiers.spreadsheets.resources import OwnSheetField


class NumberField(forms.CharField):
    """A number, in each notation that an imported list may have."""

    def __init__(self, sheet_field: OwnSheetField, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)
        self.sheet_field = sheet_field

    def prepare_value(self, value: Any) -> Any:
        return str(value).replace(".", ",") if isinstance(value, int | float) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self.sheet_field.widget.clean(text) if text else None


class FlagField(forms.NullBooleanField):
    """Yes, no or unknown; unlike Django's field, it refuses unknown if a value is required."""

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")


def form_field(sheet_field: OwnSheetField) -> forms.Field:
    """Return the form field of an own field."""
    field, kind = sheet_field.model_field, sheet_field.own.kind
    if kind == OwnField.Kind.NUMBER:
        return NumberField(
            sheet_field, label=field.verbose_name, required=not field.blank, help_text=str(field.help_text)
        )
    asked = {"form_class": FlagField, "required": not field.blank} if kind == OwnField.Kind.FLAG else {}
    made: forms.Field = formfield_for_dbfield(field, **asked)
    made.validators = [*made.validators, *field.validators]  # they include the privacy check
    return made
