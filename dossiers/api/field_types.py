"""The JSON types of spreadsheet columns: their schemas, and how their values are read."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _

from dossiers import privacy
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values import (
    ChoiceWidget,
    DateWidget,
    DecimalWidget,
    FlagWidget,
    KvkWidget,
    LanguagesWidget,
    NamedRecordsWidget,
    NamedRecordWidget,
    NumberWidget,
)
from web_api.openapi import Described

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MANY = (LanguagesWidget, NamedRecordsWidget)


def parse_value(field: SheetField, value: Any) -> Any:
    """Return the value as the resource stores it (`widget.empty` for no value); raises ValidationError."""
    widget = field.widget
    if value is None or value in ("", []):
        return widget.empty if not isinstance(widget, MANY) else []
    if not _has_json_type(field, value):
        raise ValidationError(_("This is not of the kind that stands in the description."))
    if isinstance(widget, FlagWidget):
        return value
    if isinstance(widget, KvkWidget):
        return widget.checked(value)  # its `clean` restores zeros that only a spreadsheet loses
    cleaned = widget.clean(", ".join(value) if isinstance(widget, MANY) else value)
    if field.free_text and (private := privacy.check_text(str(cleaned))):
        raise ValidationError(str(private))
    return cleaned


def _has_json_type(field: SheetField, value: Any) -> bool:
    """Whether the value has the field's JSON type; raises ValidationError for an unknown code or name."""
    widget = field.widget
    if isinstance(widget, FlagWidget):
        return isinstance(value, bool)
    if isinstance(widget, NumberWidget):
        right = int | float if isinstance(widget, DecimalWidget) else int
        return isinstance(value, right) and not isinstance(value, bool)
    if isinstance(widget, MANY):
        return (
            isinstance(value, list) and all(isinstance(item, str) for item in value) and _check_options(widget, value)
        )
    if not isinstance(value, str):
        return False
    if isinstance(widget, DateWidget):
        return bool(ISO_DAY.fullmatch(value))
    return not isinstance(widget, ChoiceWidget | NamedRecordWidget) or _check_options(widget, [value])


def _check_options(widget: Any, words: list[str]) -> bool:
    """Return True if all words are options; else raise ValidationError with the options."""
    known = dict(widget.options())
    if unknown := [word for word in words if word not in known]:
        message = _("“%(value)s” is not known here. Choose from: %(known)s.")
        raise ValidationError(message % {"value": ", ".join(unknown), "known": ", ".join(known)})
    return True


def get_kind(field: SheetField) -> str:
    return next((name for widget, name, _schema in KINDS if isinstance(field.widget, widget)), "text")


def build_schema(field: SheetField) -> Described:
    """Return the JSON schema of a field; options that staff edit are left out, as only /fields shows them."""
    for widget, _name, schema in KINDS:
        if isinstance(field.widget, widget):
            return {"description": str(field.column_name)} | schema(field)
    most = field.model_field.max_length
    return {"description": str(field.column_name), "type": "string"} | ({"maxLength": most} if most else {})


def _limits(field: SheetField) -> Described:
    limits: Described = {}
    for validator in field.model_field.validators:
        if isinstance(validator, MinValueValidator):
            limits["minimum"] = validator.limit_value
        elif isinstance(validator, MaxValueValidator):
            limits["maximum"] = validator.limit_value
    return limits


def _codes(field: SheetField) -> list[str]:
    return [value for value, _label in field.widget.options()]


# (widget class, name, schema); the first entry whose class matches applies.
KINDS: list[tuple[type, str, Callable[[SheetField], Described]]] = [
    (FlagWidget, "yes_no", lambda _field: {"type": ["boolean", "null"]}),
    (DecimalWidget, "number", lambda _field: {"type": ["number", "null"]}),
    (NumberWidget, "whole_number", lambda field: {"type": ["integer", "null"], **_limits(field)}),
    (DateWidget, "date", lambda _field: {"type": ["string", "null"], "format": "date"}),
    (LanguagesWidget, "languages", lambda field: {"type": "array", "items": {"enum": _codes(field)}}),
    (NamedRecordsWidget, "names", lambda _field: {"type": "array", "items": {"type": "string"}}),
    (NamedRecordWidget, "name", lambda _field: {"type": "string"}),
    (ChoiceWidget, "choice", lambda field: {"enum": [*_codes(field), *([""] if field.model_field.blank else [])]}),
]
