"""What the widgets of all kinds of cells share."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from import_export.widgets import Widget

MULTIPLE = re.compile(r"[,;/\n|]")


def split_words(text: str) -> list[str]:
    """The words of a cell that holds several."""
    return list(filter(None, map(str.strip, MULTIPLE.split(text))))


def fold(text: str) -> str:
    """The text without case, accents, punctuation and doubled spaces: for comparing words that people type."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())


def as_text(value: Any) -> str:
    """A typed cell as a person would have written it."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return f"{value:%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)


class CellWidget(Widget):
    """Cleans one filled cell for a field of a model, and writes such a value into a cell.

    `clean` gives the value as JSON keeps it: text, number, true or false, ISO date, sorted list. It depends on the
    cell alone, so that a value that stands in many rows is cleaned once.
    """

    empty: Any = ""  # what stands for no value
    multiple = False  # whether a cell can hold several

    def __init__(self, model_field: models.Field) -> None:
        super().__init__()
        self.model_field = model_field

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        """The value of a cell; raises ValidationError."""
        return self.checked(as_text(value))

    def checked(self, value: Any) -> Any:
        """What the model's own field makes of it; raises ValidationError."""
        return self.model_field.clean(value, None)

    def to_json(self, value: Any) -> Any:
        """A value of the model as `clean` would give it."""
        return self.empty if value is None else value

    def from_json(self, value: Any) -> Any:
        """A value as the model keeps it."""
        return self.model_field.to_python(value)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> Any:
        """A value as `to_json` gives it, for a cell that a person reads: text, number, date or None."""
        return value if value != "" else None

    def options(self) -> list[tuple[str, str]]:
        """What may stand in a cell, as (text that `clean` reads, label); empty where anything may."""
        return []

    def unknown(self, words: list[str]) -> ValidationError:
        """Words that aren't in the list: says what may stand there."""
        from django.utils.translation import gettext as _

        return ValidationError(
            _("“%(value)s” is not known here. Choose from: %(known)s."),
            code="unknown",
            params={
                "value": ", ".join(words),
                "known": ", ".join(label for _value, label in self.options()),
                "words": words,
            },
        )
