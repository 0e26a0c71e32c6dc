"""Fields and mixins that the forms of records share."""

import json
from hashlib import blake2b
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from dossiers.filters import get_colleague_name, get_coordinators
from dossiers.spreadsheets.values import read_amount
from dossiers.spreadsheets.values.base import as_text

SAVED_MEANWHILE = _(
    "Somebody else saved this meanwhile, or you did in another tab. Open the current version, see what changed, and "
    "save it there."
)
CONFLICT = "conflict"  # the code of this error
MAX_TIMESTAMP_LENGTH = 40  # characters of an ISO timestamp in a hidden field


class VersionInput(forms.HiddenInput):
    """A hidden text field: a browser's Back button restores its value, unlike that of an input of type "hidden"."""

    input_type = "text"
    is_hidden = True

    def __init__(self) -> None:
        super().__init__({"hidden": True, "data-form-version": ""})  # for form-version.js


class VersionField(forms.CharField):
    """The version of what a form shows; Back restores it together with the values of the other fields."""

    widget = VersionInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=MAX_TIMESTAMP_LENGTH, **kwargs)


def get_version(form: Any) -> str:
    """Return a text that differs after each save of the record that this form edits.

    It is the time of the last save; for a record without one it is a digest of the values that the form shows.
    """
    if changed_at := getattr(form.instance, "changed_at", None):
        return str(changed_at.isoformat())
    shown = {
        name: field.prepare_value(form.get_initial_for_field(field, name))
        for name, field in sorted(form.fields.items())
    }
    for name in form.related_names:
        relation = form.instance._meta.get_field(name)
        rows = relation.related_model._base_manager.filter(**{relation.field.name: form.instance.pk})
        shown[name] = list(rows.order_by("pk").values_list())
    return blake2b(json.dumps(shown, default=str).encode(), digest_size=MAX_TIMESTAMP_LENGTH // 2).hexdigest()


class PreventsOverwriting:
    """Refuse a form whose record was saved by somebody else since the form was shown.

    Each edit form of the backoffice that is a view of Wagtail's gets this from config.wagtail_overrides.edit_forms.
    """

    related_names: tuple[str, ...] = ()
    """The relations of the record whose rows are edited together with it, in forms beside this one."""
    saved_version = ""
    """The version that this same form made when it was sent before: after Back it is sent as the version before it."""
    instance: Any
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen_at"] = VersionField(initial=get_version(self))

    @property
    def has_conflict(self) -> bool:
        """Whether the form was refused because the record was saved meanwhile."""
        return self.has_error(NON_FIELD_ERRORS, CONFLICT)  # type: ignore[attr-defined]

    def clean(self) -> Any:
        seen, current = self.cleaned_data.get("seen_at"), self.instance.pk and self.fields["seen_at"].initial
        if seen and self.saved_version == current:
            self.cleaned_data["seen_at"] = current
        elif seen and seen != current:
            raise forms.ValidationError(SAVED_MEANWHILE, code=CONFLICT)
        return super().clean()  # type: ignore[misc]


class AmountField(forms.DecimalField):
    """A number in Dutch notation, such as 12,5 or € 1.250,00.

    A browser's own number field turns 3,5 into 35 if the browser's language is English.
    """

    default_error_messages = {"invalid": _("Write a number, for example 1.250,00.")}

    def to_python(self, value: Any) -> Any:
        number = read_amount(as_text(value)) if isinstance(value, str) else None
        return super().to_python(value if number is None else number)


def coordinator_choices(form: forms.BaseForm, name: str) -> None:
    """Limit the choices of the field `name` to coordinators and its current value, and show each by full name."""
    if name in form.fields:
        field = cast(forms.ModelChoiceField, form.fields[name])
        field.queryset = get_coordinators(holder=form.initial.get(name))
        field.label_from_instance = get_colleague_name  # type: ignore[method-assign, assignment]
