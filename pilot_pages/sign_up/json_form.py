"""The form filled in by a program: JSON values for answers, a sector by its name, and no traps."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilot_pages.models import SignUpPage
from pilot_pages.sign_up.field_schemas import type_of
from pilot_pages.sign_up.form import CORE_FIELDS, SignUpForm, sector_field
from pilot_pages.sign_up.spam import TrapForm

A_TEXT = gettext_lazy("Send a text, between quotes.")
KINDS = {
    "boolean": gettext_lazy("Send true or false, without quotes."),
    "multiplechoice": gettext_lazy("Send a list of texts."),
    "number": gettext_lazy("Send a number, without quotes."),
}


class WithoutTraps:
    """The form for a program; a sector is named."""

    def check_honeypot(self) -> None:
        """There is no such field here."""

    def check_time(self) -> None:
        """There is no such field here."""


def form_class(page: SignUpPage) -> type[SignUpForm]:
    sector = sector_field(
        to_field_name="name",
        error_messages={"invalid_choice": gettext_lazy("Choose one of the sectors that the form offers.")},
    )
    own: dict[str, Any] = dict.fromkeys(TrapForm.base_fields) | {"sector": sector}
    return type("SignUpByProgram", (WithoutTraps, page.get_form_class()), own)


def asked(form: SignUpForm) -> list[str]:
    """The questions; what is carried along with them is none."""
    return [*CORE_FIELDS, *form.question_names()]


def as_a_form_sends(form: SignUpForm, body: dict[str, Any]) -> tuple[QueryDict, dict[str, list[str]]]:
    """What a browser would send, and what is wrong by name: no question, or no kind of answer to it."""
    sent, wrong = QueryDict(mutable=True), {}
    for name, value in body.items():
        if name not in form.fields:
            wrong[name] = [_("There is no question of this name.")]
        elif value is not None:
            texts = _texts(form.fields[name], value)
            if texts is None:
                wrong[name] = [str(KINDS.get(type_of(form.fields[name]), A_TEXT))]
            else:
                sent.setlist(name, texts)
    return sent, wrong


def _texts(field: forms.Field, value: Any) -> list[str] | None:
    """As a browser would send it; None for another kind of JSON value than the field has."""
    if isinstance(field, forms.BooleanField):
        return (["on"] if value else []) if isinstance(value, bool) else None
    if isinstance(field, forms.IntegerField):  # decimals too
        right = isinstance(value, int if not isinstance(field, forms.DecimalField) else int | float)
        return [str(value)] if right and not isinstance(value, bool) else None
    if isinstance(field, forms.MultipleChoiceField):
        return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None
    return [value] if isinstance(value, str) else None


def messages(form: SignUpForm) -> dict[str, list[str]]:
    errors: dict[str, list[ValidationError]] = form.errors.as_data()
    return {
        "" if name == "__all__" else name: [str(text) for message in field_errors for text in message.messages]
        for name, field_errors in errors.items()
    }
