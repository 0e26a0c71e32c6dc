"""The form fields of dates."""

from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from dates.parse import NONEXISTENT, parse_date


class DateField(forms.DateField):
    """A date in any notation that a sheet may have."""

    default_error_messages = {
        "not_a_date": _("This is not a date. Write day-month-year, for example 28-02-2027."),
    }

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        try:
            return parse_date(value.strip())
        except ValidationError as error:
            message = "invalid" if error.code == NONEXISTENT else "not_a_date"
            raise ValidationError(self.error_messages[message], code="invalid") from None


class AdminDateWidget(AdminDateInput):
    """Shows an ISO date, which JSON and URLs have, in the notation of the other dates.

    Browsers restore what was typed after their Back button only in fields whose autocompletion is not off.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attrs.pop("autocomplete", None)

    def format_value(self, value: Any) -> str | None:
        with suppress(ValueError):  # else it is shown as it was typed
            value = date.fromisoformat(value) if isinstance(value, str) else value
        text: str | None = super().format_value(value)
        return text


class AdminDateField(DateField):
    """A date in a form of the admin."""

    widget = AdminDateWidget
