"""Common Dutch words, some of which are names too, such as "Meer" and "Bakker"."""

import re
from functools import cache

from django.conf import settings

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@cache
def load_common_words() -> frozenset[str]:
    """Return the words that the Dutch pages, as delivered, have in lower case: no names, whoever is called so."""
    files = (settings.FIXTURES_DIR / "content" / settings.LANGUAGE_CODE).glob("*.yaml")
    return frozenset(word for file in files for word in WORD.findall(file.read_text("utf-8")) if word.islower())
