"""A question of the sign-up as data, for a front end that shows the form itself."""

from typing import Any

from django import forms

# What an answer is, by the kind of its field; the first that fits.
BY_FIELD: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.BooleanField, "boolean"),
    (forms.MultipleChoiceField, "multiplechoice"),
    (forms.ChoiceField, "choice"),
    (forms.IntegerField, "number"),
    (forms.DateField, "date"),
)
# Of what is text: which kind a browser helps to write.
BY_WIDGET: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "multiline"),
    (forms.EmailInput, "email"),
    (forms.URLInput, "url"),
)
TEXT = "text"
TYPES = [name for _kind, name in (*BY_FIELD, *BY_WIDGET)] + [TEXT]
LIMITS = {"max_length": "max_length", "min_value": "minimum", "max_value": "maximum"}


def described(name: str, field: forms.Field, group: str) -> dict[str, Any]:
    """`group` is the heading below which our own form has it."""
    choices = [[str(value), str(label)] for value, label in getattr(field, "choices", [])]
    limits = {name: getattr(field, own, None) for own, name in LIMITS.items()}
    return {
        "name": name,
        "group": group,
        "label": str(field.label),
        "help_text": str(field.help_text),
        "required": field.required,
        "type": type_of(field),
        "autocomplete": str(field.widget.attrs.get("autocomplete", "")),
        **{name: limit for name, limit in limits.items() if limit is not None},
        **({"choices": choices} if choices else {}),
    }


def type_of(field: forms.Field) -> str:
    by_field = (name for kind, name in BY_FIELD if isinstance(field, kind))
    by_widget = (name for kind, name in BY_WIDGET if isinstance(field.widget, kind))
    return next(by_field, "") or next(by_widget, TEXT)
