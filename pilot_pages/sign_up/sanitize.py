"""Detection of markup and control characters in text that people type."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MARKUP = re.compile(r"<[/!?a-z]", re.IGNORECASE)
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def find_markup_problem(text: str) -> Promise | None:
    """Return a message with the problem and its solution; None if the text is plain."""
    if CONTROL_CHARACTERS.search(text):
        return _("There is a sign in this text that nobody sees. Type the text again.")
    if MARKUP.search(text):
        return _("Write plain text, without “<” before a letter.")
    return None
