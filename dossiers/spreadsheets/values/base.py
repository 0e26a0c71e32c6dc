"""The base class of the widgets, and functions for comparing and splitting texts."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from dates.format import format_date, format_datetime
from dossiers.privacy.normalization import strip_accents

NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
QUALIFIERS = re.compile(r"[?*~≈±<>≤≥]|[+-](?=[\s)\]]*$)")
"""The signs beside a word that change its meaning, such as `A2-`, `B1?` and `> A1`."""
DASHES = str.maketrans("‐‑–—−", "-----")
MULTIPLE = re.compile(r"[,;/\n|]")
FORMULA_ERROR = re.compile(
    r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!"
    r"|N/B|LEEG!|DEEL/0!|WAARDE!|VERW!|NAAM\?|GETAL!|OVERLOOP!)|(?:Err|Fout):\d{3}"
)
"""What a spreadsheet program shows for a formula that failed, in English or Dutch."""


EMPTYING_WORD = "leegmaken"
"""What a cell holds that empties its field; a blank cell leaves the field as it is."""
EMPTYING = re.compile(rf"{EMPTYING_WORD}|\( ?{EMPTYING_WORD} ?\)", re.IGNORECASE)

WORDS_LIKE_EMPTYING = frozenset(
    {
        *("leeg", "leeg maken", "leeghalen", "leegmaken", "legen", "maak leeg", "wis", "wissen", "gewist"),
        *("verwijder", "verwijderen", "verwijderd", "weg", "delete"),
    }
)
"""What people write who want to empty a field and do not know the word, or write it with others; folded."""
COURTESY = re.compile(r"\b(?:a ?u ?b|s ?v ?p|graag)\b")
"""What people add to such a word, folded."""
MAX_LENGTH_LIKE_EMPTYING = 40  # characters: a longer text need not be folded

ABBREVIATING_POINT = re.compile(r"(?<=[^\W\d_])\.(?!\d)")
"""A point after a letter, with which `z.s.m.` is written and `zsm` is not."""

PLACEHOLDER = re.compile(r"[-‐‑–—−_.…?/\s]+|n\.?\s?v\.?\s?t\.?|n/a", re.IGNORECASE)
"""What people write in a cell for which they have nothing."""


def split_words(text: str) -> list[str]:
    """Split a cell with several values."""
    return list(filter(None, map(str.strip, MULTIPLE.split(text))))


def fold(text: str) -> str:
    """Return the text without case, accents, punctuation and double spaces, for comparing words that people type."""
    folded = text.casefold()
    if folded.isascii():  # most texts, of which this is several times as fast
        return " ".join(NOT_ALPHANUMERIC.sub(" ", folded).split())
    letters = "".join(c if c.isalnum() else " " for c in strip_accents(folded))
    return " ".join(letters.split())


def fold_word(text: str) -> str:
    """Return the folded text of a word of a list, with the signs that change its meaning: `a2-` for `A2 -`."""
    return fold(text) + "".join(QUALIFIERS.findall(text.translate(DASHES)))


def is_formula_error(text: str) -> bool:
    """Whether the text of a cell is the error of a formula, as `#N/A`."""
    return FORMULA_ERROR.fullmatch(text) is not None


def is_placeholder(text: str) -> bool:
    """Whether the text of a cell says that nothing is known for it, as a dash does."""
    return PLACEHOLDER.fullmatch(text) is not None


def is_emptying(text: str) -> bool:
    """Whether the text of a cell says that its field becomes empty."""
    return EMPTYING.fullmatch(text.strip()) is not None


def is_like_emptying(text: str) -> bool:
    """Whether the text of a cell seems to say that its field becomes empty, with another word than the one for it."""
    if len(text) > MAX_LENGTH_LIKE_EMPTYING or is_emptying(text):
        return False
    return " ".join(COURTESY.sub(" ", fold(text)).split()) in WORDS_LIKE_EMPTYING


def as_text(value: Any) -> str:
    """Return the value of a cell as the text that a person would type for it."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)


def is_valid(clean: Callable[[Any], object], value: Any) -> bool:
    """Whether the function that cleans or validates a value accepts this one."""
    try:
        clean(value)
    except ValidationError:
        return False
    return True


class CellWidget(Widget):
    """Converts a non-empty cell to a value of a model field, and a value to a cell.

    `clean` returns a JSON value: text, number, boolean, ISO date or sorted list. It depends on the cell alone, so that
    a cell that occurs in many rows is cleaned once.
    """

    empty: Any = ""  # the JSON value of an empty field
    multiple = False  # whether a cell can have several values
    has_typed_answers = False  # whether the user types what a text means that is no value, as there are no choices

    def __init__(self, model_field: models.Field) -> None:
        super().__init__()
        self.model_field = model_field

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        """Return the value of a cell; raises ValidationError."""
        return self.checked(as_text(value))

    def checked(self, value: Any) -> Any:
        """Validate a value with the model field and return it; raises ValidationError."""
        return self.model_field.clean(value, None)

    def to_json(self, value: Any) -> Any:
        """Return a value of the model as `clean` would return it."""
        return self.empty if value is None else value

    def from_json(self, value: Any) -> Any:
        """Return a value of `clean` in the type of the model field."""
        return self.model_field.to_python(value)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> Any:
        """Return the cell of a value of `to_json`: text, number, date or None."""
        return value if value != "" else None

    def options(self) -> list[tuple[str, str]]:
        """Return the choices as (text that `clean` accepts, label); an empty list if there is no list of choices."""
        return []

    def suggest_answers(self, text: str) -> list[tuple[str, str]]:
        """Return the values that this text, which is no value, may mean, in the form of `options()`."""
        return []

    def is_blank(self, text: str) -> bool:
        """Whether the text of a cell means the same as a blank cell; a sign that is one of the choices does not."""
        return is_placeholder(text) and fold_word(text) not in {fold_word(label) for _value, label in self.options()}

    def settable_options(self) -> list[tuple[str, str]]:
        """Return the options that a list can set, in the form of `options()`."""
        return self.options()

    def get_word_key(self, word: str) -> str:
        """Return the key of a word in this column, which is the same for all spellings of it.

        #N/B must not be taken for the text N.B., 32-0 in a column of numbers not for 32,0, and a point not for a blank.
        """
        if is_formula_error(word):
            return word
        if self.has_typed_answers:
            return ABBREVIATING_POINT.sub("", " ".join(word.casefold().split()))
        return fold_word(word) or word

    def is_value_in_other_format(self, text: str) -> bool:
        """Whether a text that is no value is one in another format, about which the user is asked for the column."""
        return False

    def unknown(self, words: list[str]) -> ValidationError:
        """Return the error for words that are not among the choices."""
        return ValidationError(
            _("“%(value)s” is not known here. Choose from: %(known)s."),
            code="unknown",
            params={
                "value": ", ".join(words),
                "known": ", ".join(label for _value, label in self.settable_options()),
                "words": words,
            },
        )
