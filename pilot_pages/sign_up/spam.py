"""Tells a program from a person without a puzzle: a field that nobody sees, and the time that filling in takes."""

import secrets
from copy import copy
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SHORTEST = timedelta(seconds=3)
LONGEST = timedelta(hours=24)
STAMP_SALT = "pilot_pages.sign_up.stamp"


def make_stamp() -> str:
    """When this copy of the form was shown, signed; no two are equal."""
    return signing.TimestampSigner(salt=STAMP_SALT).sign(secrets.token_urlsafe(8))


class TrapForm(forms.Form):
    """The two fields, for a form to inherit. Whoever is refused reads why, keeps what was typed, and can send again."""

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200, initial=make_stamp)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.check_honeypot()
        self.check_time()
        return cleaned

    def check_honeypot(self) -> None:
        if self.cleaned_data.get("website"):
            message = _("Leave the field “Leave this field empty” empty. It is there to stop programs.")
            self.add_error("website", message)

    def check_time(self) -> None:
        """A stamp that was not ours or is too old gets replaced: the form that comes back can be sent."""
        signer, stamp = signing.TimestampSigner(salt=STAMP_SALT), self.cleaned_data.get("stamp", "")
        try:
            signer.unsign(stamp, max_age=LONGEST)
        except signing.BadSignature:
            data: Any = copy(self.data)  # what came is immutable, its copy is not
            data[self.add_prefix("stamp")] = make_stamp()
            self.data = data
            self.add_error(None, ValidationError(_("This form was open for too long. Check it and send it again.")))
            return
        try:
            signer.unsign(stamp, max_age=SHORTEST)
        except signing.SignatureExpired:
            return
        self.add_error(None, ValidationError(_("That was very fast. Check the form and send it again.")))
