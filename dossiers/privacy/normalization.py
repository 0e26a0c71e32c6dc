"""Normalizes texts, so that words are compared without case, accents and punctuation."""

import re
import unicodedata
from collections import defaultdict
from functools import cache

NO_WORD = re.compile(r"[^a-z0-9]+")
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
PLAIN_LETTERS = str.maketrans({**dict(zip("øłđıħŧð", "oldihtd", strict=True)), "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that Unicode does not take apart into a plain letter and an accent; `casefold` does so for ß."""
ALPHABETS = range(0x80, 0x2000)
ALL_DIGITS = range(0x20000)
COMBINING = "[\u0300-\u036f]*"  # the accents of a letter that is written as several signs


def strip_accents(text: str) -> str:
    """Return the text in lower case without accents.

    Indexes hold its results, and on PostgreSQL a function does the same: a change needs a migration that makes the
    function and these indexes again.
    """
    folded = text.casefold()
    return folded if folded.isascii() else NOT_ASCII.sub(_strip_signs, folded)  # most signs are, also in other texts


def _strip_signs(match: re.Match[str]) -> str:
    letters = unicodedata.normalize("NFKD", match[0])
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).translate(PLAIN_LETTERS)


def build_spellings_pattern(plain: str) -> str:
    """Return the regular expression of the texts of which `strip_accents` makes this one.

    `plain` has no accents. A capital in it stands for accented capitals only, unless the expression ignores case.
    """
    spellings = _load_spellings()
    pairs = "|".join(letters for letters in spellings if len(letters) > 1)
    return re.sub(f"{pairs}|.", lambda match: _build_letters_pattern(match[0], spellings.get(match[0], "")), plain)


def _build_letters_pattern(letters: str, signs: str) -> str:
    if not letters.isalpha():
        return re.escape(letters)
    if len(letters) == 1:
        return f"[{letters}{signs}]{COMBINING}"
    apart = "".join(map(build_spellings_pattern, letters))
    return f"(?:{apart}|[{signs}]{COMBINING})"


@cache
def _load_spellings() -> dict[str, str]:
    """Return the signs of which `strip_accents` makes a letter or two, by these; capitals by capitals."""
    spellings: dict[str, str] = defaultdict(str)
    for sign in filter(str.isalpha, map(chr, ALPHABETS)):
        plain = strip_accents(sign).upper() if sign.isupper() else strip_accents(sign)
        if plain.isalpha() and plain != sign:
            spellings[plain] += sign
    return dict(spellings)


@cache
def load_digits() -> dict[str, str]:
    """Return the signs of every alphabet for a digit, as `\\d` matches them, by the digit: ٤, ۴ and more by 4."""
    signs: dict[str, str] = defaultdict(str)
    for sign in filter(str.isdecimal, map(chr, ALL_DIGITS)):
        signs[str(int(sign))] += sign
    return dict(signs)


def normalize_words(text: str) -> str:
    """Return the text in lower case without accents, with other characters replaced by a space."""
    return NO_WORD.sub(" ", strip_accents(text))
