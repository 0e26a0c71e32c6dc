"""Finds the telephone numbers in a text, and takes them out of it."""

import re
from collections.abc import Iterator
from itertools import dropwhile
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberType

from dossiers.models.contact_fields import E164, STORED_MOBILE
from dossiers.privacy.numbers import RECENT_DATE

MIN_DIGITS_OF_TWO_NUMBERS = 14
SIGNS_BETWEEN_NUMBERS = re.compile(r"([\s/;,|&\-–]+)")
WORDS_BETWEEN_NUMBERS = ("", "of", "en", "or", "and")


def find_numbers(text: str) -> list[str]:
    """Return the telephone numbers in a text, as they stand there."""
    return [text[begin:end] for _number, begin, end in iterate_numbers(text)]


def iterate_numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (the number as it is stored, begin, end) of each telephone number in a text."""
    for match in phonenumbers.PhoneNumberMatcher(mask_dates(text), "NL"):
        yield phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164), match.start, match.end


def mask_dates(text: str) -> str:
    """Return a text with a sign that no telephone number has in the place of each character of its dates.

    Else `04-12-2026 10:00` would hold the number 04-12-2026 10.
    """
    return RECENT_DATE.sub(lambda date: "|" * len(date[0]), text)


def take_out(text: str, number: str) -> str:
    """Return the text without this number and the signs and words such as "of" between it and the next one."""
    before, _number, after = text.partition(number)
    if strip_separators(before) != before:
        after = strip_separators(after, at_end=False)
    return strip_separators(before + after)


def strip_separators(text: str, *, at_end: bool = True) -> str:
    """Return a text without the signs and words between numbers that it begins with, and ends with."""

    def is_separator(part: str) -> bool:
        return part.casefold().removesuffix(":") in WORDS_BETWEEN_NUMBERS or bool(SIGNS_BETWEEN_NUMBERS.fullmatch(part))

    parts = list(dropwhile(is_separator, SIGNS_BETWEEN_NUMBERS.split(text)))
    while at_end and parts and is_separator(parts[-1]):
        parts.pop()
    return "".join(parts)


def has_several_numbers(cell: Any) -> bool:
    """Whether a cell has more than one telephone number."""
    if not isinstance(cell, str) or sum(map(str.isdigit, cell)) < MIN_DIGITS_OF_TWO_NUMBERS:
        return False
    return len(find_numbers(cell)) > 1


def is_mobile(number: str) -> bool:
    """Whether a stored number is that of a mobile telephone."""
    if STORED_MOBILE.fullmatch(number):
        return True
    return (
        bool(E164.fullmatch(number)) and phonenumbers.number_type(phonenumbers.parse(number)) == PhoneNumberType.MOBILE
    )
