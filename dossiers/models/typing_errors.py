"""Finds names in spite of a typing error: "alnasri" finds "Al-Masri"."""

import re
from itertools import pairwise

from django.db.models import Q
from rapidfuzz.distance import OSA

from dossiers.privacy.normalization import strip_accents

MIN_LENGTH = 4  # letters of a word; a shorter one is similar to too many others
LONG = 8  # letters of a word that may have two errors
WORD = re.compile(r"[^\s-]+")


def build_similar_condition(field: str, word: str, *, is_last: bool = True) -> Q:
    """Return a condition that holds if the text in the field has the word, perhaps with one error, and in other cases.

    One error leaves the beginning or the end of the word as it is. The database can find both by a trigram index. A
    name that is not the last word of its text needs no second look for its end, which many words can have.
    """
    folded = strip_accents(word)
    contains = Q(**{f"{field}__folded__contains": folded})
    if len(folded) < MIN_LENGTH:
        return contains
    length = max(2, (len(folded) - 1) // 2)  # so that two letters in the middle that changed places are in neither part
    beginning, end = folded[:length], folded[-length:]
    similar = (
        contains
        | Q(**{f"{field}__folded__startswith": beginning})
        | Q(**{f"{field}__folded__contains": f" {beginning}"})
        | Q(**{f"{field}__folded__contains": f"{end} "})
    )
    return similar | Q(**{f"{field}__folded__endswith": end}) if is_last else similar


def is_similar(words: list[str], names: str) -> bool:
    """Whether each word is a part of the names, or one of them with a typing error; two errors in a long word.

    A typing error is a letter that is missing, added or wrong, or two neighbours that changed places.
    """
    folded = strip_accents(names)
    parts = WORD.findall(folded)
    parts += [first + second for first, second in pairwise(parts)]  # "almasri" for "Al-Masri"
    for word in map(strip_accents, words):
        allowed = 2 if len(word) >= LONG else 1
        if word not in folded and (
            len(word) < MIN_LENGTH or all(OSA.distance(word, part, score_cutoff=allowed) > allowed for part in parts)
        ):
            return False
    return True
