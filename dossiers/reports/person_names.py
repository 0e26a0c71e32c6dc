"""Finds in texts the names of people who have a dossier."""

import re
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from dossiers.models import Dossier

LONGEST_NAME = 4  # words
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def iterate_phrases(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield (lower case, as written, begin, end) of each sequence of up to LONGEST_NAME words."""
    matches = list(WORD.finditer(text))
    for first in range(len(matches)):
        for last in matches[first : first + LONGEST_NAME]:
            begin, end = matches[first].start(), last.end()
            phrase = " ".join(text[begin:end].split())
            yield phrase.casefold(), phrase, begin, end


def find_names(texts: Iterable[str], dossiers: QuerySet[Dossier] | None = None) -> set[str]:
    """Return the phrases that are a given or family name in one of the dossiers, in lower case."""
    phrases = {small for text in texts for small, *_place in iterate_phrases(text)}
    if not phrases:
        return set()
    among = Dossier.objects.all() if dossiers is None else dossiers
    names = among.order_by().values_list("given_name", "family_name").distinct()
    return phrases & {name.casefold() for pair in names.iterator() for name in pair if len(name) > 1}


def find_written_names(texts: Iterable[str], dossiers: QuerySet[Dossier] | None = None) -> list[str]:
    """Return the names as written, each once; one without a capital is a word like any other."""
    texts = list(texts)
    names = find_names(texts, dossiers)
    written = {
        small: phrase for text in texts for small, phrase, *_place in iterate_phrases(text) if phrase[0].isupper()
    }
    return sorted(phrase for small, phrase in written.items() if small in names)
