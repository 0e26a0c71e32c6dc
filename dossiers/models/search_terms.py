"""Splits a search text into words, limited because each word makes the database scan the table again."""

import re

from django.core.exceptions import ValidationError
from django.db.models import Q

from dates.parse import parse_date

MAX_TERMS, MAX_TERM_LENGTH = 10, 100  # words; characters of a word
INDEXED = re.compile(r"[^\W_]{3}")  # letters or digits of which an index of texts holds the rows
SEPARATORS = re.compile("[,;]")  # as in "Haile, Selam", the way address books write names
MIN_PHONE_DIGITS = 6  # fewer may be a year or a part of a reference
PHONE = re.compile(r"(?<!\S)(?:\+|\(?0)[\d\s()./-]*(?!\S)")


def search_terms(text: str) -> list[str]:
    """Return the distinct words of a search text, at most MAX_TERMS, each cut off at MAX_TERM_LENGTH characters.

    A telephone number is one word, however it is written.
    """
    return list(dict.fromkeys(word[:MAX_TERM_LENGTH] for word in _split(text)))[:MAX_TERMS]


def is_too_long(text: str) -> bool:
    """Whether `search_terms` would ignore a part of the text; the API then answers with an error."""
    words = _split(text)
    return len(set(words)) > MAX_TERMS or any(len(word) > MAX_TERM_LENGTH for word in words)


def build_date_condition(field: str, word: str) -> Q:
    """Return the condition that the field is the date in the word; the condition is empty if the word is no date."""
    try:
        return Q(**{field: parse_date(word)})
    except ValidationError:
        return Q()


def is_indexed(word: str) -> bool:
    """Whether an index finds the word within others: "kas" and "d-2026", but not "ka" or "d-2"."""
    return bool(INDEXED.search(word))


def has_letters(word: str) -> bool:
    """Whether the word has a letter or a digit, and not only signs."""
    return any(sign.isalnum() for sign in word)


def build_indexed_condition(field: str, word: str) -> Q:
    """Return the condition that the field contains the word, or if no index holds it, has a word that begins with it.

    The index holds groups of three letters, among them two spaces and the first letter of a word. A word of signs alone
    meets no condition: no name consists of them, and the database would read all texts.
    """
    if not has_letters(word):
        return Q(pk__in=[])
    if is_indexed(word):
        return Q(**{f"{field}__contains": word})
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


def _split(text: str) -> list[str]:
    return PHONE.sub(_join_digits, SEPARATORS.sub(" ", text)).split()


def _join_digits(match: re.Match[str]) -> str:
    """Return what may be a telephone number without spaces in it, and other text unchanged."""
    is_phone = sum(sign.isdecimal() for sign in match[0]) >= MIN_PHONE_DIGITS
    return "".join(match[0].split()) + " " if is_phone else match[0]
