"""The sign-up form for API clients: answers are JSON values, sectors have names.

There is no spam protection, and nobody is asked about numbers: what may be a BSN is refused.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilot_pages.models import SignUpPage
from pilot_pages.sign_up.bsn_questions import BsnQuestionForm
from pilot_pages.sign_up.field_schemas import answer_type_of
from pilot_pages.sign_up.form import CORE_FIELDS, SignUpForm, sector_field
from pilot_pages.sign_up.spam import SpamProtectionForm

TEXT_EXPECTED = gettext_lazy("Send a text, between quotes.")
TYPE_ERRORS = {
    "boolean": gettext_lazy("Send true or false, without quotes."),
    "multiplechoice": gettext_lazy("Send a list of texts."),
    "number": gettext_lazy("Send a number, without quotes."),
}


class WithoutSpamProtection:
    """A mixin that disables the spam checks, whose fields the API form does not have."""

    def check_honeypot(self) -> None:
        pass

    def check_time(self) -> None:
        pass


def form_class(page: SignUpPage) -> type[SignUpForm]:
    """Return the form class of the page without the fields that only its template shows, with sectors by name."""
    sector = sector_field(
        to_field_name="name",
        error_messages={"invalid_choice": gettext_lazy("Choose one of the sectors that the form offers.")},
    )
    without_page_fields = dict.fromkeys(  # Django removes a field that is None
        ["questions_shown", *SpamProtectionForm.base_fields, *BsnQuestionForm.base_fields]
    )
    attributes: dict[str, Any] = without_page_fields | {"sector": sector}
    return type("SignUpByProgram", (WithoutSpamProtection, page.get_form_class()), attributes)


def list_questions(form: SignUpForm) -> list[str]:
    """Return the names of the questions, without hidden fields."""
    return [*CORE_FIELDS, *form.question_names()]


def convert_to_form_data(form: SignUpForm, body: dict[str, Any]) -> tuple[QueryDict, dict[str, list[str]]]:
    """Return the body as a browser would send it, and the errors by name: unknown questions and wrong JSON types."""
    data, errors = QueryDict(mutable=True), {}
    for name, value in body.items():
        if name not in form.fields:
            errors[name] = [_("There is no question with this name.")]
        elif value is not None:
            texts = _convert_value(form.fields[name], value)
            if texts is None:
                errors[name] = [str(TYPE_ERRORS.get(answer_type_of(form.fields[name]), TEXT_EXPECTED))]
            else:
                data.setlist(name, texts)
    return data, errors


def _convert_value(field: forms.Field, value: Any) -> list[str] | None:
    """Return the value as a browser would send it; None if its JSON type does not match the field."""
    if isinstance(field, forms.BooleanField):
        return (["on"] if value else []) if isinstance(value, bool) else None
    if isinstance(field, forms.IntegerField):  # also the base class of DecimalField
        is_number = isinstance(value, int if not isinstance(field, forms.DecimalField) else int | float)
        return [str(value)] if is_number and not isinstance(value, bool) else None
    if isinstance(field, forms.MultipleChoiceField):
        return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None
    return [value] if isinstance(value, str) else None


def messages(form: SignUpForm) -> dict[str, list[str]]:
    errors: dict[str, list[ValidationError]] = form.errors.as_data()
    return {
        "" if name == "__all__" else name: [str(text) for message in field_errors for text in message.messages]
        for name, field_errors in errors.items()
    }
