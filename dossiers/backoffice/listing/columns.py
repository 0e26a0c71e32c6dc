"""Which columns a list shows, and in which order: those that the address names, else the list's own."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.text import Truncator, capfirst
from wagtail.admin.ui.tables import Column

from dossiers.backoffice.columns import DateColumn, MoneyColumn, PersonColumn
from dossiers.backoffice.labels import shown
from dossiers.backoffice.listing.query_strings import COLUMNS
from dossiers.backoffice.listing.selection import SelectableList, TickColumn
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.exports.export import OWN_NUMBER
from dossiers.spreadsheets.resources import RecordResource, SheetField

LONG = 90  # characters of a text in a cell


class SheetColumn(Column):
    """A column of the record's resource, in the words of the record's page; `read` gives it the values of a page."""

    def __init__(self, name: str, field: SheetField, sort_key: str | None) -> None:
        super().__init__(name, label=capfirst(str(field.column_name)), sort_key=sort_key)
        self.field = field
        self.values: dict[int, dict[str, Any]] = {}

    def get_value(self, instance: models.Model) -> str:
        value = self.values.get(instance.pk, {}).get(self.name)
        return Truncator(shown(self.field.widget.render(value))).chars(LONG)


def read(resource: RecordResource, columns: Iterable[SheetColumn], records: Iterable[models.Model]) -> None:
    """Give these columns what they show of these records: one query, and one for each column of many values."""
    names = list(columns)
    if not names:
        return
    values = current_values(resource, [record.pk for record in records], [column.name for column in names])
    for column in names:
        column.values = values


class TextColumn(Column):
    """The beginning of a long text; in a spreadsheet all of it."""

    def get_value(self, instance: models.Model) -> str:
        return Truncator(shown(super().get_value(instance))).chars(LONG)

    def in_sheet(self, instance: models.Model) -> str:
        """What an export of the list has in its cell."""
        return str(super().get_value(instance) or "")


def field_column(model: type[models.Model], name: str) -> Column:
    """A column that shows a field of the model."""
    field: Any = model._meta.get_field(name)
    label = capfirst(str(field.verbose_name))
    if field.related_model is get_user_model():
        return PersonColumn(name, label=label)
    if field.is_relation:
        return Column(name, label=label)
    if field.choices:
        return TextColumn(name, label=label, accessor=f"get_{name}_display", sort_key=name)
    if isinstance(field, models.DateField):  # and its kind, a moment
        return DateColumn(name, label=label, sort_key=name)
    if isinstance(field, models.DecimalField):
        return MoneyColumn(name, label=label, sort_key=name)
    return TextColumn(name, label=label, sort_key=name)


class ColumnChoiceMixin(SelectableList):
    """A list of which the user chooses the columns; the one that names a record stands first and stays."""

    resource_class: type[RecordResource] | None = None
    export_fields: tuple[str, ...]
    more_columns: tuple[str, ...] = ()  # fields that can be chosen beside those of a spreadsheet

    @property
    def default_columns(self) -> list[Column]:
        """The list's own columns; the first names the record."""
        raise NotImplementedError

    @cached_property
    def can_be_chosen(self) -> dict[str, Column]:
        """Each column beside the first, by name: the list's own, then the others."""
        own = {column.name: column for column in self.default_columns[1:]}
        first = self.default_columns[0].name
        return own | {name: made for name, made in self._others().items() if name not in own and name != first}

    def _others(self) -> dict[str, Column]:
        if self.resource_class is None:
            return {name: field_column(self.model, name) for name in (*self.export_fields, *self.more_columns)}
        resource = self.resource_class()
        return {
            name: SheetColumn(name, field, self._sort_key(resource, name))
            for name, field in resource.sheet_fields().items()
            if name != OWN_NUMBER and self._may_see(field.model_field.model)
        }

    def _sort_key(self, resource: RecordResource, name: str) -> str | None:
        multiple = resource.sheet_fields()[name].widget.multiple
        return None if multiple else resource.orm_path(name)

    def _may_see(self, model: type[models.Model]) -> bool:
        return model is self.model or self.request.user.has_perm(f"dossiers.view_{model._meta.model_name}")

    @cached_property
    def chosen(self) -> list[str]:
        """Names of columns that the address asks for and that are there; none when it asks for nothing."""
        asked = self.request.GET.get(COLUMNS, "").split(",")
        return [name for name in dict.fromkeys(asked) if name in self.can_be_chosen]

    @cached_property
    def columns(self) -> list[Any]:
        first, *own = self.default_columns
        chosen: Sequence[Column] = [self.can_be_chosen[name] for name in self.chosen]
        return [TickColumn(), first, *(chosen or own)]

    def get_valid_orderings(self) -> list[str]:
        """Also by a column that is not shown: who takes it away keeps the order."""
        keys = [column.sort_key for column in (self.default_columns[0], *self.can_be_chosen.values())]
        return [f"{sign}{key}" for key in keys if key for sign in ("", "-")]

    def get_table(self, object_list: Any) -> Any:
        if self.resource_class:
            sheet = [column for column in self.columns if isinstance(column, SheetColumn)]
            read(self.resource_class(), sheet, object_list)
        return super().get_table(object_list)  # type: ignore[misc]

    def with_chosen(self, queryset: models.QuerySet) -> models.QuerySet:
        """Bring along the records that the chosen columns name."""
        fields = {field.name for field in self.model._meta.get_fields() if field.is_relation and field.concrete}
        named = [name for name in self.chosen if name in fields and not self.resource_class]
        return queryset.select_related(*named) if named else queryset
