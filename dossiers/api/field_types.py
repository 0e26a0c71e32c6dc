"""A column of a spreadsheet as a value of JSON: what it may be, and how it is read."""

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
    LanguagesWidget,
    NamedRecordsWidget,
    NamedRecordWidget,
    NumberWidget,
)
from web_api.openapi import Described

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MANY = (LanguagesWidget, NamedRecordsWidget)


def read(field: SheetField, value: Any) -> Any:
    """The value as the resource keeps it (`widget.empty` for none); raises ValidationError."""
    widget = field.widget
    if value is None or value in ("", []):
        return widget.empty if not isinstance(widget, MANY) else []
    if not _fits(field, value):
        raise ValidationError(_("This is not of the kind that stands in the description."))
    if isinstance(widget, FlagWidget):
        return value
    cleaned = widget.clean(", ".join(value) if isinstance(widget, MANY) else value)
    if field.free_text and (private := privacy.check_text(str(cleaned))):
        raise ValidationError(str(private))
    return cleaned


def _fits(field: SheetField, value: Any) -> bool:
    """Whether it is of the field's kind of JSON; words are known by their code or name alone."""
    widget = field.widget
    if isinstance(widget, FlagWidget):
        return isinstance(value, bool)
    if isinstance(widget, NumberWidget):
        right = int | float if isinstance(widget, DecimalWidget) else int
        return isinstance(value, right) and not isinstance(value, bool)
    if isinstance(widget, MANY):
        return isinstance(value, list) and all(isinstance(item, str) for item in value) and _all_known(widget, value)
    if not isinstance(value, str):
        return False
    if isinstance(widget, DateWidget):
        return bool(ISO_DAY.fullmatch(value))
    return not isinstance(widget, ChoiceWidget | NamedRecordWidget) or _all_known(widget, [value])


def _all_known(widget: Any, words: list[str]) -> bool:
    """Raises ValidationError with what may be chosen for a word that isn't known."""
    known = dict(widget.options())
    if unknown := [word for word in words if word not in known]:
        message = _("“%(value)s” is not known here. Choose from: %(known)s.")
        raise ValidationError(message % {"value": ", ".join(unknown), "known": ", ".join(known)})
    return True


def kind_of(field: SheetField) -> str:
    return next((name for widget, name, _schema in KINDS if isinstance(field.widget, widget)), "text")


def schema_of(field: SheetField) -> Described:
    """What it may be; lists that staff edit are told by /fields alone, to who may see those records."""
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


# The first that fits.
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
