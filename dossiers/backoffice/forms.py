"""Fields and mixins that the forms of records share."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.backoffice.labels import get_person_name
from dossiers.filters import get_coordinators
from dossiers.spreadsheets.values import read_amount
from dossiers.spreadsheets.values.base import as_text

SAVED_MEANWHILE = _("Somebody else saved this meanwhile. Open it in another tab, see what changed, and save it there.")
MAX_TIMESTAMP_LENGTH = 40  # characters of an ISO timestamp in a hidden field


class PreventsOverwriting:
    """Refuse a form whose record was saved by somebody else since the form was shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        changed_at = getattr(self.instance, "changed_at", None)  # type: ignore[attr-defined]
        if self.instance.pk and changed_at:  # type: ignore[attr-defined]
            self.fields["seen_at"] = forms.CharField(  # type: ignore[attr-defined]
                widget=forms.HiddenInput,
                required=False,
                max_length=MAX_TIMESTAMP_LENGTH,
                initial=changed_at.isoformat(),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        seen = cleaned.get("seen_at")
        if seen and seen != self.instance.changed_at.isoformat():  # type: ignore[attr-defined]
            raise forms.ValidationError(SAVED_MEANWHILE)
        return cleaned


class AmountField(forms.DecimalField):
    """A number in Dutch notation, such as 12,5 or € 1.250,00.

    A browser's own number field turns 3,5 into 35 if the browser's language is English.
    """

    default_error_messages = {"invalid": _("Write a number, for example 1.250,00.")}

    def to_python(self, value: Any) -> Any:
        number = read_amount(as_text(value)) if isinstance(value, str) else None
        return super().to_python(value if number is None else number)


def coordinator_choices(form: forms.ModelForm, name: str) -> None:
    """Limit the choices of the field `name` to coordinators, and show each by full name."""
    if name in form.fields:
        field = cast(forms.ModelChoiceField, form.fields[name])
        field.queryset = get_coordinators()
        field.label_from_instance = get_person_name  # type: ignore[method-assign, assignment]
