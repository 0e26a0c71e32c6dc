"""Splits the full name of a person, as it stands in one cell, into the parts that a dossier has."""

import re
from itertools import takewhile
from typing import Any, NamedTuple

from dossiers.models.dossiers.surnames import DUTCH_PREFIXES, PREFIXES, split_prefix
from dossiers.spreadsheets.values.base import as_text

TITLE = re.compile(
    # “De heer” is also a family name, as in `Jan de Heer` and `de Heer, Jan`.
    r"(?:^de heer(?=\s+[^\s,])|(?<=,)\s*de heer\b|\(de heer\)"
    r"|[(\[]?(?<!\w)(?:dhr|mw|mevr|mevrouw|meneer|mej|mrs)\b\.?[)\]]?"
    # Without a point, or after one as in `A.Ir. Jansen`, these may be initials or names.
    r"|[(\[]?(?<![\w.])(?:(?:mr|ms|drs|dr|ir|ing|prof)\.(?!\w)|(?-i:[Mm]r|[Dd]rs)\b\.?)[)\]]?)",
    re.IGNORECASE,
)


SHORT_CAPITALS = 3  # letters; a word in capitals of this length may also be initials, as in `JP Jansen`


class Name(NamedTuple):
    """The parts of a name, in the order of `NAME_FIELDS`; a part that the name does not have is empty."""

    given_name: str
    name_prefix: str
    family_name: str
    is_doubtful: bool
    """Whether the split may be wrong, because of more words than two or a title, or the given name is missing."""

    def as_text(self) -> str:
        """Return the name as one text that is split into the same parts."""
        family = f"{self.name_prefix} {self.family_name}".strip()
        return f"{family}, {self.given_name}".strip() if family else self.given_name


def split_name(cell: Any, *, family_first: bool = False) -> Name:
    """Split `Haile, Selam` at the comma, and any other name after its first word; a prefix is a part of its own.

    A family name in capitals beside a given name that is not is recognized in either order, and `family_first` says
    the order of other names without a comma. Titles such as `mw.` and `(dhr.)` are left off.

    >>> split_name("van der Berg, Jan")[:3] == split_name("Jan van der Berg")[:3] == ("Jan", "van der", "Berg")
    True
    """
    text, titles = TITLE.subn(" ", as_text(cell) if cell is not None else "")
    text = text.strip(" ,") if titles else text
    family, comma, given_name = (" ".join(part.split()) for part in text.partition(","))
    if comma and family:
        given_name = given_name.strip(" ,")
        has_capitals = given_name.isupper() and "." not in given_name and not family.isupper()
        is_doubtful = not given_name or "," in given_name or has_capitals
    else:
        family, given_name, is_doubtful = _find_family_name(text.replace(",", " ").split(), family_first)
    prefix, family = split_prefix(family.split())
    if not prefix:  # as in a sorted list: `Berg, Jan van der`, or `Berg, van der Jan`
        words = given_name.split()
        first = next((i for i in range(1, len(words)) if PREFIXES.issuperset(words[i:])), len(words))
        given_name, prefix = " ".join(words[:first]), " ".join(words[first:])
        leading = len(list(takewhile(DUTCH_PREFIXES.__contains__, words)))
        if comma and not prefix and 0 < leading < len(words):
            given_name, prefix, is_doubtful = " ".join(words[leading:]), " ".join(words[:leading]), True
    return Name(given_name, prefix, family, bool(titles) or is_doubtful)


def _find_family_name(words: list[str], family_first: bool) -> tuple[str, str, bool]:
    """Return the family name with its prefix, the given name, and whether that is doubtful."""
    if capitals := _find_capitals(words):
        before, family, after = words[: capitals.start], words[capitals], words[capitals.stop :]
        is_between = bool(before) and not PREFIXES.issuperset(after)
        is_short = sum(map(str.isalpha, "".join(family))) <= SHORT_CAPITALS
        return " ".join(family), " ".join(before + after), is_between or is_short
    # The prefix before all else; a capital says nothing in Dutch, but `Ben` and `Al` are given names too.
    is_prefix = [word in PREFIXES or word.casefold() in DUTCH_PREFIXES for word in words]
    prefixes = [*is_prefix, False].index(False)
    starts_with_prefix = bool(words) and words[0].casefold() in PREFIXES
    has_prefix_inside = bool(split_prefix(words[1:])[0])
    if family_first and (prefixes or not has_prefix_inside):
        end = max(prefixes, int(starts_with_prefix)) + 1
        given_names = words[end:]
        return (
            " ".join(words[:end]),
            " ".join(given_names),
            len(given_names) != 1 or (starts_with_prefix and not prefixes),
        )
    if prefixes:
        return " ".join(words), "", True
    has_several_words = " " in split_prefix(words[1:])[1]
    ends_with_initials = len(words) > 1 and "." in words[-1]
    is_doubtful = has_several_words or starts_with_prefix or ends_with_initials or family_first
    return " ".join(words[1:]), " ".join(words[:1]), is_doubtful


def _find_capitals(words: list[str]) -> slice | None:
    """Return the place of the family name, with its prefix, if it stands in capitals beside words that do not."""
    places = [i for i, word in enumerate(words) if len(word) > 1 and word.isupper() and "." not in word]
    if not places:
        return None
    start, end = places[0], places[-1] + 1
    while start and words[start - 1] in PREFIXES:
        start -= 1
    family, others = words[start:end], words[:start] + words[end:]
    is_name = any(word.casefold() not in PREFIXES for word in family)
    is_one_name = all(word.isupper() or word in PREFIXES for word in family)
    has_given_name = any((not word.isupper() or "." in word) and word not in PREFIXES for word in others)
    return slice(start, end) if is_name and is_one_name and has_given_name else None
