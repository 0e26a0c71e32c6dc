"""Finds in texts the names of people, such as those who have a dossier."""

import re
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from dossiers.models import Dossier
from dossiers.models.dossiers.surnames import PREFIXES
from dossiers.privacy.dutch_vocabulary import load_common_words
from dossiers.privacy.normalization import COMBINING, strip_accents

LONGEST_NAME = 8  # words
SHORTEST_PART = 3  # letters
WORD = re.compile(rf"(?:[^\W\d_]{COMBINING})+(?:['’](?:[^\W\d_]{COMBINING})+)*")  # a part of Jean-Pierre is one too
BETWEEN_WORDS = re.compile(r"[\s\-\u2010\u2011]+")
MIN_LOWER_CASE_LENGTH = 4
POSSESSIVE = re.compile(r"(['’ʼ]?)s$")


def fold_name(name: str) -> str:
    """Return the name in lower case without accents and hyphens: "Gül-Koç" is "gul koc"."""
    return BETWEEN_WORDS.sub(" ", strip_accents(name)).strip()


def iterate_phrases(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield (folded, as written, begin, end) of each sequence of up to LONGEST_NAME words."""
    matches = list(WORD.finditer(text))
    for first in range(len(matches)):
        for last in matches[first : first + LONGEST_NAME]:
            begin, end = matches[first].start(), last.end()
            phrase = " ".join(text[begin:end].split())
            yield fold_name(phrase), phrase, begin, end


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


def find_names(texts: Iterable[str], dossiers: QuerySet[Dossier] | None = None) -> dict[str, bool]:
    """Return the phrases that name somebody with one of the dossiers; see `find_names_among`."""
    among = Dossier.objects.all() if dossiers is None else dossiers
    return find_names_among(texts, among.order_by().values_list("given_name", "family_name").distinct().iterator())


def find_names_among(texts: Iterable[str], people: Iterable[tuple[str, str]]) -> dict[str, bool]:
    """Return the phrases that are a given name, a family name or both of one of these people, folded.

    Also one word of such a name, as "Haile" of "Haile-Woldu"; the value is whether it is a whole name. Each also in the
    possessive, as in "Rojhats werk".
    """
    phrases = {small for text in texts for small, *_place in iterate_phrases(text)}
    if not phrases:
        return {}
    phrases_by_form: dict[str, set[str]] = {}
    for phrase in phrases:
        for form in list_base_forms(phrase):
            phrases_by_form.setdefault(form, set()).add(phrase)
    names: dict[str, bool] = {}
    for given_name, family_name in (map(fold_name, pair) for pair in people):
        for word in {*given_name.split(), *family_name.split()} - PREFIXES:
            if len(word) >= SHORTEST_PART:
                names |= dict.fromkeys(phrases_by_form.get(word, set()) - names.keys(), False)
        for name in (given_name, family_name, f"{given_name} {family_name}"):
            if len(name) > 1:
                names |= dict.fromkeys(phrases_by_form.get(name, set()), True)
    return names


def iterate_written_names(text: str, names: dict[str, bool]) -> Iterator[tuple[str, str, int, int]]:
    """Yield (folded, as written, begin, end) of each of these names that is no part of a longer one.

    A word of a name counts with a capital only, for as "bakker" of "van der Bakker" it is more often a Dutch word.
    """
    last = 0
    for small, phrase, begin, end in sorted(iterate_phrases(text), key=lambda place: (place[2], -place[3])):
        is_name = small in names and (names[small] or phrase[0].isupper()) and is_written_as_name(phrase)
        if is_name and end > last:
            yield small, phrase, begin, end
            last = end


def find_written_names(texts: Iterable[str], dossiers: QuerySet[Dossier] | None = None) -> list[str]:
    """Return the names as written, each once."""
    texts = list(texts)
    names = find_names(texts, dossiers)
    return sorted(
        {small: phrase for text in texts for small, phrase, *_place in iterate_written_names(text, names)}.values()
    )
