"""Common Dutch words, some of which are names too, such as "Meer" and "Bakker"."""

import re
from functools import cache

from django.conf import settings

from dossiers.privacy.normalization import COMBINING, strip_accents

WORD = re.compile(rf"(?:[^\W\d_]{COMBINING})+(?:['’-](?:[^\W\d_]{COMBINING})+)*")


@cache
def load_common_words() -> frozenset[str]:
    """Return the words that the Dutch pages, as delivered, have in lower case: no names, whoever is called so.

    A word with accents is also returned without them.
    """
    files = (settings.FIXTURES_DIR / "content" / settings.LANGUAGE_CODE).glob("*.yaml")
    words = {word for file in files for word in WORD.findall(file.read_text("utf-8")) if word.islower()}
    return frozenset(words | set(map(strip_accents, words)))
