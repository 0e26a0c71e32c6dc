"""Values out of a list that coordinators edit: a cell names a record."""

from functools import cached_property
from typing import Any

from django.db import models

from dossiers.spreadsheets.values.base import CellWidget, as_text, fold, split_words


class NamedRecordWidget(CellWidget):
    """One record by name, in upper or lower case. The names are read when first asked for, so once a list."""

    empty = ""

    def __init__(self, model_field: models.Field, name_field: str = "name") -> None:
        super().__init__(model_field)
        self.name_field = name_field
        self._names: dict[str, str] | None = None

    @property
    def names(self) -> dict[str, str]:
        """Each name by itself, and by how it is compared when nothing has just that name."""
        if self._names is None:
            relation: Any = self.model_field
            rows = relation.related_model._default_manager.complex_filter(relation.get_limit_choices_to())
            names = list(rows.values_list(self.name_field, flat=True))
            self._names = {fold(name): name for name in names} | {name: name for name in names}
        return self._names

    def known(self, text: str) -> str | None:
        """The name as the list has it, None for one that it doesn't have."""
        return self.names.get(text) or self.names.get(fold(text))

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        return self.one(as_text(value))

    def one(self, text: str) -> str:
        """The name as the list has it; raises ValidationError."""
        name = self.known(text)
        if name is None:
            raise self.unknown([text])
        return name

    def options(self) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(set(self.names.values()))]

    def to_json(self, value: Any) -> Any:
        return value if isinstance(value, str) else getattr(value, self.name_field, "")


class NamedRecordsWidget(NamedRecordWidget):
    """Several records, with , ; or / between; these may stand within a name too."""

    multiple = True

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> list[str]:
        words = split_words(as_text(value))
        items, unknown, place = set(), [], 0
        while place < len(words):
            name, used = self._longest(words[place : place + self.most_words])
            if name is None:
                unknown.append(words[place])
            else:
                items.add(name)
            place += used
        if unknown:
            raise self.unknown(unknown)
        return sorted(items)

    @cached_property
    def most_words(self) -> int:
        """Of how many words, as a cell is split, the longest name is made: no more are tried together."""
        return max((len(split_words(name)) for name in self.names.values()), default=1)

    def _longest(self, words: list[str]) -> tuple[str | None, int]:
        """The longest name that these words begin with, and how many of them it takes."""
        for used in range(len(words), 0, -1):
            if name := self.names.get(fold(" ".join(words[:used]))) or self.names.get(words[0] if used == 1 else ""):
                return name, used
        return None, 1

    def to_json(self, value: Any) -> list[str]:
        return sorted(value)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str | None:
        return ", ".join(value) or None


class OwnChoiceWidget(NamedRecordWidget):
    """One of the choices of a field that staff added."""

    @property
    def names(self) -> dict[str, str]:
        names = [name for name, _label in self.options()]
        return {fold(name): name for name in names} | {name: name for name in names}

    def options(self) -> list[tuple[str, str]]:
        """In the order in which staff wrote them down."""
        return [(str(name), str(label)) for name, label in self.model_field.choices or []]
