"""Form fields with the CSS classes of NL Design System, which show invalid input again unchanged."""

import re
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from dates.forms import DateField
from pilot_pages.sign_up.bsn_questions import QUESTION, BsnQuestionForm

COMPONENTS: list[tuple[type[forms.Widget], str, str]] = [
    (forms.Textarea, "utrecht-textarea", "utrecht-textarea--html-textarea"),
    (forms.CheckboxSelectMultiple, "utrecht-checkbox", "utrecht-checkbox--html-input"),
    (forms.CheckboxInput, "utrecht-checkbox", "utrecht-checkbox--html-input"),
    (forms.RadioSelect, "utrecht-radio-button", "utrecht-radio-button--html-input"),
    (forms.Select, "utrecht-select", "utrecht-select--html-select"),
    (forms.widgets.Input, "utrecht-textbox", "utrecht-textbox--html-input"),
]


class StyledBoundField(BoundField):
    """A bound field with the CSS classes of its component, including the class for errors."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        rendered_widget = widget or self.field.widget
        for widget_class, component, html in COMPONENTS:
            if isinstance(rendered_widget, widget_class) and not rendered_widget.is_hidden:
                invalid = f" {component}--invalid" if self.errors else ""
                attrs["class"] = f"{component} {html}{invalid}"
                break
        return attrs

    @property
    def numbers_to_ask(self) -> list[str]:
        """The numbers in the answer that may be a BSN, if the visitor is asked about them."""
        form = self.form
        if isinstance(form, BsnQuestionForm) and str(QUESTION) in self.errors:
            return form.find_numbers_to_ask(self.value())
        return []

    @property
    def kind(self) -> str:
        """The layout in the template: `options` (a fieldset), `tick` (the label follows the box), or `input`."""
        if isinstance(self.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return "options"
        return "tick" if isinstance(self.field.widget, forms.CheckboxInput) else "input"


def name_question(field: BoundField, error: Any) -> str:
    """Return an error with the label of its question, for a list of errors above the form."""
    label = str(field.label)
    return f"{label} {error}" if label.endswith(("?", "!", ".", ":")) else f"{label}: {error}"


class SignUpDateField(DateField):
    """A date in a text input: a browser sends nothing for a date in its own date input that it cannot read.

    The keyboard is that for text, since a telephone's keyboard for numbers may lack the hyphen.
    """

    widget = forms.DateInput(attrs={"inputmode": "text"})

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid": _("This date does not exist. Write day-month-year, for example 28-02-2027.")}
        kwargs["error_messages"] = messages | kwargs.get("error_messages", {})
        kwargs["help_text"] = kwargs.get("help_text") or _("Day-month-year, for example 28-02-2027.")
        super().__init__(**kwargs)


class NumberField(forms.IntegerField):
    """A whole number in a text input: a browser's number input discards invalid text and changes when one scrolls.

    `unit`, a regular expression, may stand behind the number. Django's own field would read 1.000 as 1.
    """

    widget = forms.TextInput

    def __init__(self, *, message: Any, unit: str = "", **kwargs: Any) -> None:
        self.re_decimal = re.compile(rf"\s*(?:{unit})?\s*$", re.IGNORECASE)  # what is removed before reading
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), message)
        kwargs["error_messages"] = messages | kwargs.get("error_messages", {})
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "size": "6"}


class SignUpDecimalField(forms.DecimalField):
    """A number with a decimal comma or point in a text input, as in `NumberField`. Two decimals are the limit, so that
    the point in 1.250 is refused instead of guessed at."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        message = _("Write a number, for example 1250 or 12,5.")
        messages = dict.fromkeys(("invalid", "max_decimal_places"), message)
        kwargs["error_messages"] = messages | kwargs.get("error_messages", {})
        super().__init__(decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "size": "10"}
