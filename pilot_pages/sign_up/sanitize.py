"""Text that people type has no markup in it and no signs that nobody sees."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MARKUP = re.compile(r"<[/!?a-z]", re.IGNORECASE)
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def not_plain(text: str) -> Promise | None:
    """What is wrong with it, and what to do; None for plain text."""
    if UNSEEN.search(text):
        return _("There is a sign in this text that nobody sees. Type the text again.")
    if MARKUP.search(text):
        return _("Write plain text, without “<” before a letter.")
    return None
