"""Splits the full name of a person, as it stands in one cell, into the parts that a dossier has."""

import re
from typing import Any, NamedTuple

from dossiers.models.dossiers.surnames import PREFIXES, split_prefix
from dossiers.spreadsheets.values.base import as_text

TITLE = re.compile(
    # “De heer” is also a family name, as in `Jan de Heer` and `de Heer, Jan`.
    r"(?:^de heer(?=\s+[^\s,])|(?<=,)\s*de heer\b|\(de heer\)"
    r"|[(\[]?(?<!\w)(?:dhr|mw|mevr|mevrouw|meneer|mej)\b\.?[)\]]?)",
    re.IGNORECASE,
)


class Name(NamedTuple):
    """The parts of a name, in the order of `NAME_FIELDS`; a part that the name does not have is empty."""

    given_name: str
    name_prefix: str
    family_name: str
    is_doubtful: bool
    """Whether the split may be wrong: several words could begin the family name, or a title was left off."""

    def as_text(self) -> str:
        """Return the name as one text that is split into the same parts."""
        family = f"{self.name_prefix} {self.family_name}".strip()
        return ", ".join(filter(None, (family, self.given_name)))


def split_name(cell: Any) -> Name:
    """Split `Haile, Selam` at the comma, and any other name after its first word; a prefix is a part of its own.

    Titles such as `mw.` and `(dhr.)` are left off.

    >>> split_name("van der Berg, Jan")[:3] == split_name("Jan van der Berg")[:3] == ("Jan", "van der", "Berg")
    True
    """
    text, titles = TITLE.subn(" ", as_text(cell) if cell is not None else "")
    text = text.strip(" ,") if titles else text
    family, comma, given_name = (" ".join(part.split()) for part in text.partition(","))
    if comma and family and given_name:
        prefix, family = split_prefix(family.split())
        if not prefix:  # as in a sorted list: `Berg, Jan van der`
            words = given_name.split()
            first = next((i for i in range(1, len(words)) if PREFIXES.issuperset(words[i:])), len(words))
            given_name, prefix = " ".join(words[:first]), " ".join(words[first:])
        return Name(given_name, prefix, family, bool(titles) or "," in given_name)
    words = text.replace(",", " ").split()
    prefix, family = split_prefix(words[1:])
    return Name(" ".join(words[:1]), prefix, family, bool(titles) or " " in family)
