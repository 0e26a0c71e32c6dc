"""The values of the rows of an import as text for a page."""

from typing import Any

from django.utils.text import capfirst

from dossiers.backoffice.labels import NOTHING, format_value
from dossiers.models import ImportRow
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values.base import EMPTYING_WORD

EMPTY: tuple[Any, ...] = (None, "", [])


def get_label(fields: dict[str, SheetField], key: str) -> str:
    """Return the name of a column, or the name of a field that is gone."""
    return capfirst(str(fields[key].column_name)) if key in fields else key


def format_cell(fields: dict[str, SheetField], key: str, value: Any) -> str:
    """Return the value of a field as text for a page."""
    if value in EMPTY:
        return NOTHING
    return format_value(fields[key].widget.render(value) if key in fields else value)


def get_cell_text(row: ImportRow, fields: dict[str, SheetField], key: str) -> str:
    """Return the original text of a cell in error, or its value, also one that is not taken over, or ""."""
    if key in row.bad:
        return fields[key].get_typed_text(row.bad[key]) if key in fields else row.bad[key]
    values = row.withheld | row.given
    if is_emptied(values, fields, key):
        return EMPTYING_WORD
    value = values.get(key)
    return "" if value in EMPTY else format_cell(fields, key, value)


def is_emptied(values: dict[str, Any], fields: dict[str, SheetField], key: str) -> bool:
    """Whether these values of a row empty the field."""
    return key in fields and key in values and values[key] == fields[key].emptied
