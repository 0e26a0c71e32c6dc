"""The questions of the sign-up as data, for another front end that shows the form."""

from typing import Any, Literal, NotRequired, cast

from django import forms
from typing_extensions import TypedDict  # Pydantic describes this one before Python 3.12

# The type of an answer by the class of its field; the first match wins.
BY_FIELD: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.BooleanField, "boolean"),
    (forms.MultipleChoiceField, "multiplechoice"),
    (forms.ChoiceField, "choice"),
    (forms.IntegerField, "number"),
    (forms.DateField, "date"),
)
# Subtypes of text, for which browsers have input types.
BY_WIDGET: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "multiline"),
    (forms.EmailInput, "email"),
    (forms.URLInput, "url"),
)
TEXT = "text"
TYPES = [name for _kind, name in (*BY_FIELD, *BY_WIDGET)] + [TEXT]
LIMITS = {"max_length": "max_length", "min_value": "minimum", "max_value": "maximum"}


class Question(TypedDict):
    name: str
    group: str
    label: str
    help_text: str
    required: bool
    type: Literal[*TYPES]  # type: ignore[valid-type]
    autocomplete: str
    max_length: NotRequired[int]
    minimum: NotRequired[int | float]
    maximum: NotRequired[int | float]
    choices: NotRequired[list[tuple[str, str]]]


def describe_field(name: str, field: forms.Field, group: str) -> Question:
    """Return the field as data; `group` is its heading on the site's own form."""
    choices = [[str(value), str(label)] for value, label in getattr(field, "choices", [])]
    limits = {name: getattr(field, own, None) for own, name in LIMITS.items()}
    question: Any = {
        "name": name,
        "group": group,
        "label": str(field.label),
        "help_text": str(field.help_text),
        "required": field.required,
        "type": answer_type_of(field),
        "autocomplete": str(field.widget.attrs.get("autocomplete", "")),
        **{name: limit for name, limit in limits.items() if limit is not None},
        **({"choices": choices} if choices else {}),
    }
    return cast(Question, question)


def answer_type_of(field: forms.Field) -> str:
    by_field = (name for kind, name in BY_FIELD if isinstance(field, kind))
    by_widget = (name for kind, name in BY_WIDGET if isinstance(field.widget, kind))
    return next(by_field, "") or next(by_widget, TEXT)
