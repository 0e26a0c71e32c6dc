"""The surname of a person: a prefix and a family name, which are written and compared together."""

from collections.abc import Mapping
from typing import Any, NamedTuple

DUTCH_PREFIXES = {"van", "de", "der", "den", "het", "'t", "’t", "ten", "ter", "te", "in", "op", "von", "v.d.", "vd"}
PREFIXES = frozenset(DUTCH_PREFIXES | {"aan", "bij", "uit", "v.", "v/d", "el", "al", "ben", "bin", "abu"})
SURNAME_FIELDS = ("name_prefix", "family_name")
MAX_PREFIX_LENGTH = 30


class Surname(NamedTuple):
    """The values of SURNAME_FIELDS."""

    name_prefix: str
    family_name: str

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Surname":
        return split_surname(values.get("name_prefix") or "", values.get("family_name") or "")

    @property
    def text(self) -> str:
        return f"{self.name_prefix} {self.family_name}".strip()

    @property
    def prefix_in_any_case(self) -> str:
        """The prefix, with the words of the family name that are one if capitals say nothing, as in `Van der Meer`."""
        return f"{self.name_prefix} {split_prefix(self.family_name.split(), in_any_case=True)[0]}".strip()

    @property
    def bare_name(self) -> str:
        """The family name without the words of `prefix_in_any_case`."""
        return split_prefix(self.family_name.split(), in_any_case=True)[1]

    @property
    def key(self) -> str:
        """The family name in lower case without its prefix, by which spellings of one surname are matched."""
        return self.bare_name.casefold()

    def is_same(self, other: "Surname") -> bool:
        """Whether both have the same family name and the same prefix, whatever the capitals of the prefix."""
        prefixes = {surname.prefix_in_any_case.casefold() for surname in (self, other)}
        return self.bare_name == other.bare_name and len(prefixes) == 1


def split_surname(name_prefix: str, family_name: str) -> Surname:
    """Return the surname that two fields say, of which the second may begin with the prefix.

    >>> split_surname("", "van der Meer") == split_surname("van der", "van der Meer") == ("van der", "Meer")
    True
    """
    prefix, name = split_prefix(family_name.split())
    if name_prefix and not f"{prefix} ".casefold().startswith(f"{name_prefix} ".casefold()):
        prefix = f"{name_prefix} {prefix}".strip()
    is_split = len(prefix) <= MAX_PREFIX_LENGTH
    return Surname(prefix, name) if is_split else Surname(name_prefix, family_name)


def split_prefix(words: list[str], *, in_any_case: bool = False) -> tuple[str, str]:
    """Split the words of a family name after its prefix; a capital begins the name itself, as in `Nguyen Van Anh`."""
    for i, word in enumerate(words):
        if (word.casefold() if in_any_case else word) not in PREFIXES:
            return " ".join(words[:i]), " ".join(words[i:])
    return "", " ".join(words)
