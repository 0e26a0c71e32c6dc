"""Suggests a field for a column whose header is not recognized, by the values in its cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from dossiers.models.contact_fields import KvkField, PhoneField, PostcodeField
from dossiers.spreadsheets.imports.sanitized_copy import Private
from dossiers.spreadsheets.reader import Cell
from dossiers.spreadsheets.resources import RecordResource, SheetField
from dossiers.spreadsheets.values import DateWidget, FlagWidget
from dossiers.spreadsheets.values.base import as_text, is_valid

MIN_CELLS = 2
MIN_CELLS_TO_PRESET = 3
MIN_SHARE = 0.8
BIRTH = "date_of_birth"
FLAG = FlagWidget(models.BooleanField())
"""A cell that it accepts says yes or no, which fits many fields."""
AGES = range(15, 100)
"""The years since a date that make it a date of birth, as few other dates in a list are that old."""


@dataclass
class Suggestion:
    field: str
    fits: int
    """The number of cells that are valid values of the field."""
    filled: int

    @property
    def is_certain(self) -> bool:
        """Whether all cells fit, and there are enough of them to fill the field in beforehand."""
        return self.fits == self.filled >= MIN_CELLS_TO_PRESET


class ContentSuggestions:
    """Suggests fields whose values look like those of no other field: contact details, birth dates and choices."""

    def __init__(self, resource: RecordResource) -> None:
        self.fields: dict[str, SheetField] = {}
        for name, field in resource.sheet_fields().items():
            has_format = isinstance(field.model_field, PhoneField | KvkField | PostcodeField | models.EmailField)
            has_choices = bool(field.widget.options()) and not isinstance(field.widget, FlagWidget)
            if field.in_use and (has_format or has_choices or name == BIRTH):
                self.fields[name] = field

    def suggest(self, cells: Sequence[Cell]) -> Suggestion | None:
        """Return the only field that most of these cells of a column fit, if there is one."""
        filled = [cell for cell in cells if not isinstance(cell, Private) and cell is not None and as_text(cell)]
        if len(filled) < MIN_CELLS:
            return None
        telling = [cell for cell in filled if not is_valid(FLAG.clean, cell)]
        counts = {name: sum(_fits(name, field, cell) for cell in telling) for name, field in self.fields.items()}
        most = max(counts.values(), default=0)
        best = [name for name, count in counts.items() if count == most]
        return Suggestion(best[0], most, len(filled)) if len(best) == 1 and most >= MIN_SHARE * len(filled) else None


def _fits(name: str, field: SheetField, cell: Cell) -> bool:
    if isinstance(field.widget, DateWidget) and isinstance(cell, int | float):  # any number can be a date of Excel
        return False
    try:
        value = field.widget.clean(cell)
    except ValidationError:
        return False
    if name == BIRTH:
        return timezone.localdate().year - date.fromisoformat(value).year in AGES
    return bool(value)
