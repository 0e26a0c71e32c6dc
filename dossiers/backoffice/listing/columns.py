"""The columns of a list: those named in the query string, else the default columns."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.text import Truncator, capfirst
from wagtail.admin.ui.tables import Column, TitleColumn

from dossiers.backoffice.columns import DateColumn, MoneyColumn, PersonColumn
from dossiers.backoffice.labels import format_value
from dossiers.backoffice.listing.query_strings import COLUMNS
from dossiers.backoffice.listing.selection import CheckboxColumn, SelectableList
from dossiers.filters.archive import ARCHIVE
from dossiers.models.archive import ArchivableRecord
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.exports.export import OWN_NUMBER
from dossiers.spreadsheets.resources import RecordResource, SheetField

MAX_CELL_LENGTH = 90  # characters


class SheetColumn(Column):
    """A column of the record's resource; `load_values` loads the values of a page."""

    def __init__(self, name: str, field: SheetField, sort_key: str | None) -> None:
        super().__init__(name, label=capfirst(str(field.column_name)), sort_key=sort_key)
        self.field = field
        self.values: dict[int, dict[str, Any]] = {}

    def get_value(self, instance: models.Model) -> str:
        value = self.values.get(instance.pk, {}).get(self.name)
        return Truncator(format_value(self.field.widget.render(value))).chars(MAX_CELL_LENGTH)


def load_values(resource: RecordResource, columns: Iterable[SheetColumn], records: Iterable[models.Model]) -> None:
    """Load the values of these columns for the given records, with one query plus one for each many-to-many column."""
    names = list(columns)
    if not names:
        return
    values = current_values(resource, [record.pk for record in records], [column.name for column in names])
    for column in names:
        column.values = values


class TextColumn(Column):
    """A text, truncated on the page and complete in a spreadsheet."""

    def get_value(self, instance: models.Model) -> str:
        return Truncator(format_value(super().get_value(instance))).chars(MAX_CELL_LENGTH)

    def get_sheet_value(self, instance: models.Model) -> str:
        """Return the value for a spreadsheet."""
        return str(super().get_value(instance) or "")


class TextTitleColumn(TextColumn, TitleColumn):
    """The first column of a list whose records are named by a text."""


def field_column(model: type[models.Model], name: str) -> Column:
    """Return the column that shows a field of the model."""
    field: Any = model._meta.get_field(name)
    label = capfirst(str(field.verbose_name))
    if field.related_model is get_user_model():
        return PersonColumn(name, label=label)
    if field.is_relation:
        return Column(name, label=label)
    if field.choices:
        return TextColumn(name, label=label, accessor=f"get_{name}_display", sort_key=name)
    if isinstance(field, models.DateField):  # a DateTimeField too
        return DateColumn(name, label=label, sort_key=name)
    if isinstance(field, models.DecimalField):
        return MoneyColumn(name, label=label, sort_key=name)
    return TextColumn(name, label=label, sort_key=name)


class ColumnChoiceMixin(SelectableList):
    """A list with a choice of columns; the first column names the record and always stays."""

    resource_class: type[RecordResource] | None = None
    export_fields: tuple[str, ...]
    more_columns: tuple[str, ...] = ()  # fields that can be chosen in addition to those of a spreadsheet

    @property
    def default_columns(self) -> list[Column]:
        """Return the default columns; the first one names the record."""
        raise NotImplementedError

    @cached_property
    def resource(self) -> Any:
        """The resource with the columns of a spreadsheet, if there is one; it takes long to build."""
        return self.resource_class() if self.resource_class else None

    @cached_property
    def available_columns(self) -> dict[str, Column]:
        """Return the columns that can be chosen, by name: the default ones after the first, then all others."""
        first, *own = self.default_columns
        columns: dict[str, Column] = {column.name: column for column in own}
        if self.resource is None:
            others = {name: field_column(self.model, name) for name in (*self.export_fields, *self.more_columns)}
        else:
            others = {}
            for name, field in self.resource.sheet_fields().items():
                model = field.model_field.model
                may_see = model is self.model or self.request.user.has_perm(f"dossiers.view_{model._meta.model_name}")
                if name != OWN_NUMBER and may_see:
                    path = None if field.widget.multiple else self.resource.orm_path(name)
                    others[name] = SheetColumn(name, field, path)
        return columns | {name: column for name, column in others.items() if name not in {first.name, *columns}}

    @cached_property
    def chosen_names(self) -> list[str]:
        """Return the existing column names in the query string; empty if it has none."""
        asked = self.request.GET.get(COLUMNS, "").split(",")
        return [name for name in dict.fromkeys(asked) if name in self.available_columns]

    @cached_property
    def columns(self) -> list[Any]:
        first, *own = self.default_columns
        chosen: Sequence[Column] = [self.available_columns[name] for name in self.chosen_names]
        return [CheckboxColumn(), first, *(chosen or own), *self.archive_columns]

    @cached_property
    def archive_columns(self) -> list[Column]:
        """Return the column with the day on which a record was archived, if the list shows archived records."""
        is_shown = self.request.GET.get(ARCHIVE) and issubclass(self.model, ArchivableRecord)
        return [field_column(self.model, "archived_at")] if is_shown else []

    def get_valid_orderings(self) -> list[str]:
        """Return all orderings, also by columns that are not shown, so that hiding a column keeps the order."""
        shown = (self.default_columns[0], *self.available_columns.values(), *self.archive_columns)
        keys = [column.sort_key for column in shown]
        return [f"{sign}{key}" for key in keys if key for sign in ("", "-")]

    def get_table(self, object_list: Any) -> Any:
        if self.resource:
            sheet = [column for column in self.columns if isinstance(column, SheetColumn)]
            load_values(self.resource, sheet, object_list)
        return super().get_table(object_list)  # type: ignore[misc]

    def select_related_columns(self, queryset: models.QuerySet) -> models.QuerySet:
        """Add select_related for the chosen columns that are foreign keys."""
        fields = {field.name for field in self.model._meta.get_fields() if field.is_relation and field.concrete}
        named = [name for name in self.chosen_names if name in fields and not self.resource_class]
        return queryset.select_related(*named) if named else queryset
