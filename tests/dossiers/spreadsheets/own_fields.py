"""A list with a column for each own field, and the values that are stored for it."""

from typing import Any

from django.core.exceptions import ValidationError

from dossiers.models import OwnField
from dossiers.spreadsheets.resources import OwnSheetField

from .imports import PERSON

NUMBERED = PERSON | {"Extern nummer": "P1"}
FILLED = NUMBERED | {
    "Mentor": "An", "Schoenmaat": "42,5", "Gezien op": "1 feb 2026", "Vaste dag": "maandag", "VCA": "ja",
}  # fmt: skip
STORED = {
    "own_mentor": "An", "own_schoenmaat": 42.5, "own_gezien_op": "2026-02-01", "own_vaste_dag": "Maandag",
    "own_vca": True,
}  # fmt: skip
CHANGED = NUMBERED | {
    "Mentor": "Bo", "Schoenmaat": "43", "Gezien op": "2-2-2026", "Vaste dag": "Woensdag", "VCA": "nee",
}  # fmt: skip


def clean(kind: str, cell: Any) -> Any:
    """Return the value of a cell, or its errors."""
    own = OwnField(record="dossiers", label="Veld", key="own_veld", kind=kind, choices=["Maandag", "Op afspraak"])
    try:
        return OwnSheetField(own).widget.clean(cell)
    except ValidationError as error:
        return " ".join(error.messages)
