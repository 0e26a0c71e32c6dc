"""A form that is made of several forms."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.utils import ErrorDict


class MultiForm(forms.Form):
    """A form whose parts are forms with prefixes of their own; it is valid if it and each part are.

    Its errors and its fields include those of the parts.
    """

    parts: dict[str, Any] = {}

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound:
            return
        for part in self.parts.values():
            for name, errors in part.errors.items():
                if name == NON_FIELD_ERRORS:
                    self.add_error(None, errors.as_data())
                else:
                    self.errors[part.add_prefix(name)] = errors

    def show_as_typed(self) -> None:
        """Show what was typed without validating it."""
        for form in (self, *self.parts.values()):
            form._errors, form.cleaned_data = ErrorDict(), {}

    def __iter__(self) -> Iterator[forms.BoundField]:
        yield from super().__iter__()
        for part in self.parts.values():
            yield from part

    @property
    def media(self) -> forms.Media:
        return sum((part.media for part in self.parts.values()), super().media)
