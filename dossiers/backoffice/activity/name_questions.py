"""The question in a form whether a name in its texts may stay."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

FINDING_TEXTS = ("description", "tried", "result")
IN_REPORTS = ngettext_lazy(
    "%(names)s is a name of somebody who has a dossier, and this text ends up in reports. Take the "
    "name out, or tick that it may stay.",
    "%(names)s are names of people who have a dossier, and this text ends up in reports. Take the "
    "names out, or tick that they may stay.",
    "count",
)


class NamesField(forms.MultipleChoiceField):
    """A checkbox for each name; all must be ticked, else `refusal` is the error, with the `names` and their `count`."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, names: Sequence[str] = (), refusal: Promise = IN_REPORTS, **kwargs: Any) -> None:
        self.names, self.refusal = names, refusal
        choices = [(name, gettext("“%(name)s” may stay") % {"name": name}) for name in names]
        super().__init__(choices=choices, label=_("Names in the text"), required=False, **kwargs)

    def clean(self, value: Any) -> list[str]:
        names: list[str] = super().clean([name for name in value or () if self.valid_value(name)])
        if left := [name for name in self.names if name not in names]:
            words = {"names": ", ".join(f"“{name}”" for name in left), "count": len(left)}
            raise ValidationError(str(self.refusal % words))
        return names


def get_typed_texts(form: forms.BaseForm) -> list[str]:
    """Return the texts that were submitted in the fields of a finding."""
    return [str(form[name].value() or "") for name in FINDING_TEXTS if name in form.fields]


def ask_about_names(form: forms.BaseForm, names: Iterable[str], refusal: Promise = IN_REPORTS) -> None:
    """Add the field `names_confirmed` to a submitted form if there are names in its texts."""
    form.fields.pop("names_confirmed", None)
    if form.is_bound and (asked := list(names)):
        form.fields["names_confirmed"] = NamesField(asked, refusal)
