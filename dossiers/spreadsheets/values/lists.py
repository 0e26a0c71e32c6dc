"""Widgets for records that staff edit, such as sectors; a cell has the name of a record."""

from collections import Counter
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import models

from dossiers.filters import get_coordinators
from dossiers.spreadsheets.values.base import CellWidget, as_text, fold_word, split_words


class NamedRecordWidget(CellWidget):
    """One record by its name; case does not matter. The names are queried once for each widget."""

    empty = ""

    def __init__(self, model_field: models.Field, name_field: str = "name") -> None:
        super().__init__(model_field)
        self.name_field = name_field
        self._names: dict[str, str] | None = None

    @property
    def names(self) -> dict[str, str]:
        """All names by themselves and by their folded form; an exact name has priority."""
        if self._names is None:
            relation: Any = self.model_field
            rows = relation.related_model._default_manager.complex_filter(relation.get_limit_choices_to())
            names = list(rows.values_list(self.name_field, flat=True))
            self._names = {fold_word(name): name for name in names} | {name: name for name in names}
        return self._names

    def known(self, text: str) -> str | None:
        """Return the name as the record has it, or None if there is no such record."""
        return self.names.get(text) or self.names.get(fold_word(text))

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        text = as_text(value)
        name = self.known(text)
        if name is None:
            raise self.unknown([text])
        return name

    def options(self) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(set(self.names.values()))]

    def to_json(self, value: Any) -> Any:
        return value if isinstance(value, str) else getattr(value, self.name_field, "")


class UserWidget(NamedRecordWidget):
    """A coordinator by login name or by full name; a full name that several users have is not accepted, nor shown.

    A cell may also name a user whom some record has in this field already.
    The row is valid if that is its own record, so that an export can be imported again; RowClassifier checks this.
    """

    def __init__(self, model_field: models.Field) -> None:
        super().__init__(model_field, "username")

    @cached_property
    def labels(self) -> dict[str, str]:
        """The full name of each user by login name; the login name itself if the full name is not unique."""
        relation: Any = self.model_field
        users = {user.get_username(): user.get_full_name() for user in relation.related_model._default_manager.all()}
        counts = Counter(fold_word(name) for name in chain(users, users.values()))
        return {login: name if name and counts[fold_word(name)] == 1 else login for login, name in users.items()}

    @cached_property
    def names(self) -> dict[str, str]:
        logins = super().names
        return {
            text: login
            for login in set(logins.values())
            for text in (self.labels[login], fold_word(self.labels[login]))
        } | logins

    @cached_property
    def coordinators(self) -> frozenset[str]:
        """The login names of the users whom a form offers."""
        return frozenset(get_coordinators().values_list(self.name_field, flat=True))

    @cached_property
    def holders(self) -> frozenset[str]:
        """The login names of the users whom a record has in this field."""
        records = self.model_field.model._base_manager.exclude(**{self.model_field.name: None}).order_by()
        return frozenset(records.values_list(f"{self.model_field.name}__{self.name_field}", flat=True).distinct())

    def known(self, text: str) -> str | None:
        login = super().known(text)
        return login if login in self.coordinators or login in self.holders else None

    def options(self) -> list[tuple[str, str]]:
        return sorted(((login, self.labels[login]) for login in self.coordinators), key=lambda pair: pair[1])

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> Any:
        return self.labels.get(value, value) or None


class NamedRecordsWidget(NamedRecordWidget):
    """Several records, separated by one of , ; / | or a line break; a name may contain these characters too."""

    multiple = True

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> list[str]:
        words = split_words(as_text(value))
        items, unknown, place = set(), [], 0
        while place < len(words):
            for used in range(min(len(words) - place, self.most_words), 0, -1):  # the longest name has priority
                text = " ".join(words[place : place + used])
                if name := self.names.get(fold_word(text)) or self.names.get(text if used == 1 else ""):
                    items.add(name)
                    break
            else:
                unknown.append(words[place])
                used = 1
            place += used
        if unknown:
            raise self.unknown(unknown)
        return sorted(items)

    @cached_property
    def most_words(self) -> int:
        """The largest number of parts into which a name is split; longer combinations can't be a name."""
        return max((len(split_words(name)) for name in self.names.values()), default=1)

    def to_json(self, value: Any) -> list[str]:
        return sorted(value)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str | None:
        return ", ".join(value) or None


class OwnChoiceWidget(NamedRecordWidget):
    """One of the choices of an own field."""

    @property
    def names(self) -> dict[str, str]:
        names = [name for name, _label in self.options()]
        return {fold_word(name): name for name in names} | {name: name for name in names}

    def options(self) -> list[tuple[str, str]]:
        """Return the choices in the order in which staff entered them."""
        return [(str(name), str(label)) for name, label in self.model_field.choices or []]
