"""Converts supplied values and typed texts to the values of the form of one person, and to texts for a page."""

from typing import Any

from dossiers.backoffice.labels import format_value
from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.single_row import typed_texts
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values import FlagWidget


def to_form_value(sheet_field: SheetField, value: Any) -> Any:
    """Return a stored value as the form field of its column expects it; an option out of use becomes empty."""
    if isinstance(sheet_field.widget, FlagWidget):
        return {True: "ja", False: "nee"}.get(value, "")
    if options := dict(sheet_field.widget.options()):
        if sheet_field.widget.multiple:
            return [option for option in value if option in options]
        return value if value in options else ""
    return format_value(sheet_field.widget.render(value)) if value not in (None, "") else ""


def get_typed_values(run: ImportRun, sheet: dict[str, SheetField]) -> dict[str, Any]:
    """Return what was typed into the form of which this run is the result, as form values by field."""
    return {
        name: text.split("; ") if sheet[name].widget.multiple else text
        for name, text in typed_texts(run).items()
        if name in sheet
    }


def describe_form_value(sheet_field: SheetField, value: Any) -> str:
    """Return a form value as text for a page, with the labels of its options."""
    labels = dict(sheet_field.widget.options())
    return ", ".join(str(labels.get(part, part)) for part in (value if isinstance(value, list) else [value]))
