"""Values out of a list that coordinators edit: a cell names a record."""

from typing import Any

from django.db import models

from dossiers.spreadsheets.values.base import MULTIPLE, CellWidget, as_text, fold


class NamedRecordWidget(CellWidget):
    """One record by name, in upper or lower case. The names are read when first asked for, so once a list."""

    empty = ""

    def __init__(self, model_field: models.Field, name_field: str = "name") -> None:
        super().__init__(model_field)
        self.name_field = name_field
        self._names: dict[str, str] | None = None

    @property
    def names(self) -> dict[str, str]:
        """Each name by how it is compared."""
        if self._names is None:
            relation: Any = self.model_field
            rows = relation.related_model._default_manager.complex_filter(relation.get_limit_choices_to())
            self._names = {fold(name): name for name in rows.values_list(self.name_field, flat=True)}
        return self._names

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        return self.one(as_text(value))

    def one(self, text: str) -> str:
        """The name as the list has it; raises ValidationError."""
        name = self.names.get(fold(text))
        if name is None:
            raise self.unknown([text])
        return name

    def options(self) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(self.names.values())]

    def to_json(self, value: Any) -> Any:
        return value if isinstance(value, str) else getattr(value, self.name_field, "")


class NamedRecordsWidget(NamedRecordWidget):
    """Several records, with , ; or / between."""

    multiple = True

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> list[str]:
        whole = as_text(value)
        if fold(whole) in self.names:  # a name may hold a comma itself
            return [self.names[fold(whole)]]
        words = [word for word in MULTIPLE.split(whole) if word]
        if unknown := [word for word in words if fold(word) not in self.names]:
            raise self.unknown(unknown)
        return sorted({self.one(word) for word in words})

    def to_json(self, value: Any) -> list[str]:
        return sorted(value)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str | None:
        return ", ".join(value) or None
