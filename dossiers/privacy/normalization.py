"""Normalizes texts, so that words are compared without case, accents and punctuation."""

import re
import unicodedata

NO_WORD = re.compile(r"[^a-z0-9]+")
PLAIN_LETTERS = str.maketrans({**dict(zip("øłđıħŧð", "oldihtd", strict=True)), "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that Unicode does not take apart into a plain letter and an accent; `casefold` does so for ß."""


def strip_accents(text: str) -> str:
    """Return the text in lower case without accents.

    Indexes hold its results, and on PostgreSQL a function does the same: a change needs a migration that makes the
    function and these indexes again.
    """
    folded = text.casefold()
    if folded.isascii():  # most texts, of which this is several times as fast
        return folded
    letters = unicodedata.normalize("NFKD", folded)
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).translate(PLAIN_LETTERS)


def normalize_words(text: str) -> str:
    """Return the text in lower case without accents, with other characters replaced by a space."""
    return NO_WORD.sub(" ", strip_accents(text))
