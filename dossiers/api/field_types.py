"""The types that the values of spreadsheet columns have in JSON, and how they are read."""

from typing import Annotated, Any, Literal, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from pydantic import Field, TypeAdapter
from pydantic import ValidationError as WrongType

from dates.parse import ISO_DAY
from dossiers import privacy
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values import (
    CellWidget,
    ChoiceWidget,
    DateWidget,
    DecimalWidget,
    FlagWidget,
    KvkWidget,
    LanguagesWidget,
    NamedRecordsWidget,
    NamedRecordWidget,
    NumberWidget,
    TextWidget,
)

Day = Annotated[str, Field(pattern=f"^{ISO_DAY.pattern}$", json_schema_extra={"format": "date"})]


class FieldType(NamedTuple):
    widget: type[CellWidget]
    kind: str  # its name in /fields
    json_type: Any


# The first one whose widget matches applies.
FIELD_TYPES = [
    FieldType(FlagWidget, "yes_no", bool),
    FieldType(DecimalWidget, "number", float),
    FieldType(NumberWidget, "whole_number", int),
    FieldType(DateWidget, "date", Day),
    FieldType(LanguagesWidget, "languages", list[str]),
    FieldType(NamedRecordsWidget, "names", list[str]),
    FieldType(NamedRecordWidget, "name", str),
    FieldType(ChoiceWidget, "choice", str),
    FieldType(CellWidget, "text", str),
]
ADAPTERS = {field_type.kind: TypeAdapter(field_type.json_type) for field_type in FIELD_TYPES}


def get_type(field: SheetField) -> FieldType:
    return next(field_type for field_type in FIELD_TYPES if isinstance(field.widget, field_type.widget))


def parse_value(field: SheetField, value: Any) -> Any:
    """Return the value as the resource stores it (`widget.empty` for no value); raises ValidationError."""
    widget, several = field.widget, get_type(field).json_type == list[str]
    if value is None or value in ("", []):
        return [] if several else widget.empty
    try:
        ADAPTERS[get_type(field).kind].validate_python(value, strict=True)
    except WrongType:
        raise ValidationError(_("This is not of the kind that stands in the description.")) from None
    if isinstance(widget, LanguagesWidget | NamedRecordWidget | ChoiceWidget):
        options = dict(widget.options())
        if unknown := [word for word in (value if several else [value]) if word not in options]:
            message = _("“%(value)s” is not known here. Choose from: %(known)s.")
            raise ValidationError(message % {"value": ", ".join(unknown), "known": ", ".join(options)})
    if isinstance(widget, FlagWidget):
        return value
    if isinstance(widget, KvkWidget):
        return widget.checked(value)  # its `clean` restores zeros that only a spreadsheet loses
    cleaned = widget.clean(", ".join(value) if several else value)
    if field.free_text and (private := privacy.check_text(str(cleaned))):
        raise ValidationError(str(private))
    return cleaned


def build_type(field: SheetField, *, with_limits: bool) -> Any:
    """Return the type of a column for a schema; options that staff edit are left out, as only /fields shows them."""
    json_type = get_type(field).json_type
    if isinstance(field.widget, LanguagesWidget):
        json_type = list[_build_literal(field.widget)]  # type: ignore[misc]
    elif isinstance(field.widget, ChoiceWidget):
        json_type = _build_literal(field.widget, *([""] if field.model_field.blank else []))
    elif field.widget.empty is None:
        json_type = json_type | None
    limits: dict[str, Any] = {}
    if with_limits and isinstance(field.widget, TextWidget):
        limits = {"max_length": field.model_field.max_length}
    elif with_limits and isinstance(field.widget, NumberWidget):
        names: dict[type, str] = {MinValueValidator: "ge", MaxValueValidator: "le"}
        validators: list[Any] = list(field.model_field.validators)
        limits = {names[type(limit)]: limit.limit_value for limit in validators if type(limit) in names}
    return Annotated[json_type, Field(**limits)] if with_limits else json_type


def _build_literal(widget: CellWidget, *others: str) -> Any:
    return Literal[(*dict(widget.options()), *others)]
