"""Spam protection without a captcha: a hidden field that must stay empty, and a minimum time to fill in the form."""

import secrets
from copy import copy
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MIN_FORM_AGE = timedelta(seconds=3)
MAX_FORM_AGE = timedelta(hours=24)
STAMP_SALT = "pilot_pages.sign_up.stamp"
SHOWN_AGAIN = "again-"  # begins the stamp of a form that comes back because of its former stamp
TOO_FAST = _(
    "The form was sent within a few seconds, as programs do. That is why we ask you to send it once more. "
    "Nothing is lost."
)


def make_form_stamp(prefix: str = "") -> str:
    """Return a signed timestamp of now with a random part, so that no two copies of the form are equal."""
    return signing.TimestampSigner(salt=STAMP_SALT).sign(prefix + secrets.token_urlsafe(8))


class SpamProtectionForm(forms.Form):
    """A base form with the two fields. A refused visitor reads the reason, keeps the input, and can send it again."""

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200, initial=make_form_stamp)

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
        """Refuse an invalid, too old or too recent stamp, and replace it, so that the form that is shown again can be
        sent, at once too: visitors who correct their input quickly are asked only once to send the form again."""
        signer, stamp = signing.TimestampSigner(salt=STAMP_SALT), self.cleaned_data.get("stamp", "")
        try:
            value = signer.unsign(stamp, max_age=MAX_FORM_AGE)
        except signing.BadSignature:
            self.replace_stamp(make_form_stamp(SHOWN_AGAIN))
            self.add_error(None, ValidationError(_("This form was open for too long. Check it and send it again.")))
            return
        if value.startswith(SHOWN_AGAIN):
            return
        try:
            signer.unsign(stamp, max_age=MIN_FORM_AGE)
        except signing.SignatureExpired:
            return
        self.replace_stamp(make_form_stamp(SHOWN_AGAIN))
        self.add_error(None, ValidationError(TOO_FAST))

    def replace_stamp(self, stamp: str) -> None:
        data: Any = copy(self.data)  # request.POST is immutable, its copy is not
        data[self.add_prefix("stamp")] = stamp
        self.data = data
