"""Normalizes texts, so that words are compared without case, accents and punctuation."""

import re
import unicodedata

NO_WORD = re.compile(r"[^a-z0-9]+")


def strip_accents(text: str) -> str:
    """Return the text in lower case without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


def normalize_words(text: str) -> str:
    """Return the text in lower case without accents, with other characters replaced by a space."""
    return NO_WORD.sub(" ", strip_accents(text))
