"""The form in which staff record who approved a translation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.models.validators import refuse_private_numbers


class ApprovalForm(forms.Form):
    name = forms.CharField(
        label=_("Name of who checked it"),
        max_length=100,
        validators=[refuse_private_numbers],
        error_messages={"required": _("Not approved: write the name of who checked the translation.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
