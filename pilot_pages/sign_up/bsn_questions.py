"""The question to visitors whether a number in their answer is a BSN (citizen service number)."""

from contextlib import AbstractContextManager

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers import privacy

QUESTION = _(
    "Nine digits in this text may be a citizen service number (BSN), which we do not keep. Take them out, or tick below"
    " that they are something else."
)


class ConfirmedNumbersField(forms.MultipleChoiceField):
    """The numbers that the visitor ticked as something else; a number that no answer holds confirms nothing."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: str) -> bool:
        return True


class BsnQuestionForm(forms.Form):
    """A base form whose template shows a checkbox for each doubtful number, and keeps the ticked ones as hidden inputs.

    What is certainly a BSN or V-number is refused, whatever is ticked.
    """

    not_a_bsn = ConfirmedNumbersField(required=False)  # the name is validators.NOT_A_BSN, as in the backoffice

    def confirming(self) -> AbstractContextManager[None]:
        """Return a context in which the ticked numbers pass the privacy gate."""
        return privacy.confirmed(lambda: self.cleaned_data.get("not_a_bsn", []))

    def find_private_numbers(self, text: str) -> str | Promise | None:
        """Return the error of a text, or None."""
        with self.confirming():
            return privacy.refused(text) or (QUESTION if privacy.possible_bsns(text) else None)

    def find_numbers_to_ask(self, text: str) -> list[str]:
        """Return the doubtful numbers in a text that are not ticked."""
        with self.confirming():
            return privacy.possible_bsns(text)
