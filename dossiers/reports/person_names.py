"""Finds in texts the names of people who have a dossier."""

import re
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from dossiers.models import Dossier
from dossiers.privacy.dutch_vocabulary import WORD, load_common_words
from dossiers.privacy.normalization import strip_accents

LONGEST_NAME = 4  # words
MIN_LOWER_CASE_LENGTH = 4
POSSESSIVE = re.compile(r"(['’ʼ]?)s$")


def iterate_phrases(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield (folded, as written, begin, end) of each sequence of up to LONGEST_NAME words."""
    matches = list(WORD.finditer(text))
    for first in range(len(matches)):
        for last in matches[first : first + LONGEST_NAME]:
            begin, end = matches[first].start(), last.end()
            phrase = " ".join(text[begin:end].split())
            yield strip_accents(phrase), phrase, begin, end


def list_base_forms(small: str) -> set[str]:
    """Return the names that a folded phrase may be: itself, and without the ending of a possessive.

    A Dutch word as "als" is none of "Al"; with an apostrophe, as in "Jafari’s", it always is one.
    """
    ending = POSSESSIVE.search(small)
    if not ending or (not ending[1] and small in load_common_words()):
        return {small}
    return {small, small[: ending.start()]}


def is_written_as_name(phrase: str) -> bool:
    """Whether a phrase that is somebody's name is meant as one.

    It has a capital, or several words, or it is a longer word that is not a Dutch word as "bakker" is.
    """
    if phrase[0].isupper() or " " in phrase:
        return True
    return len(phrase) >= MIN_LOWER_CASE_LENGTH and load_common_words().isdisjoint(list_base_forms(phrase))


def find_names(texts: Iterable[str], dossiers: QuerySet[Dossier] | None = None) -> set[str]:
    """Return the phrases that are a given name, a family name or both in one of the dossiers, folded.

    Also in the possessive, as in "Rojhats werk".
    """
    phrases = {small for text in texts for small, *_place in iterate_phrases(text)}
    if not phrases:
        return set()
    among = Dossier.objects.all() if dossiers is None else dossiers
    names = among.order_by().values_list("given_name", "family_name").distinct()
    phrases_by_form: dict[str, set[str]] = {}
    for phrase in phrases:
        for form in list_base_forms(phrase):
            phrases_by_form.setdefault(form, set()).add(phrase)
    return {
        phrase
        for pair in names.iterator()
        for name in (*pair, " ".join(pair))
        if len(name) > 1
        for phrase in phrases_by_form.get(strip_accents(name), ())
    }


def find_written_names(texts: Iterable[str], dossiers: QuerySet[Dossier] | None = None) -> list[str]:
    """Return the names as written, each once."""
    texts = list(texts)
    names = find_names(texts, dossiers)
    written = {
        small: phrase
        for text in texts
        for small, phrase, *_place in iterate_phrases(text)
        if is_written_as_name(phrase)
    }
    return sorted(phrase for small, phrase in written.items() if small in names)
