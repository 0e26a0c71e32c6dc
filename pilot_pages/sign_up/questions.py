"""The questions that editors add to the sign-up, as form fields."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import FormBuilder

from pilot_pages.sign_up.fields import SignUpDateField, SignUpDecimalField

MESSAGES = {
    "required": _("Answer this question."),
    "invalid_choice": _("Choose one of the answers."),
    "max_length": _("This answer is too long. Use %(limit_value)d characters at most."),
}
MAX_ANSWER_LENGTH = 2_000  # characters


class QuestionBuilder(FormBuilder):
    """Wagtail's form builder with the sign-up's fields of dates and numbers, and error messages that say what to do."""

    def get_field_options(self, field: Any) -> dict[str, Any]:
        return super().get_field_options(field) | {"error_messages": MESSAGES}

    def create_multiline_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return super().create_multiline_field(field, {"max_length": MAX_ANSWER_LENGTH} | options)

    def create_date_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return SignUpDateField(**options)

    def create_number_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        return SignUpDecimalField(**options)

    def create_dropdown_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        options["choices"] = [("", _("Choose an answer")), *self.get_formatted_field_choices(field)]
        return forms.ChoiceField(**options)


def serialize_answer(answer: Any) -> Any:
    """Return the answer as a JSON value."""
    if isinstance(answer, Decimal):
        return str(answer)
    return answer.isoformat() if isinstance(answer, date) else answer
