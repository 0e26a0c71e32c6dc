"""Own fields as columns of a list."""

from typing import Any

from wagtail.admin.ui.tables import Column

from dossiers.backoffice.labels import format_value
from dossiers.spreadsheets.resources import RecordResource, SheetField


class OwnFieldColumn(Column):
    """The value of an own field as text; it is sorted by the stored value."""

    def __init__(self, name: str, sheet_field: SheetField, sort_key: str | None) -> None:
        super().__init__(name, label=sheet_field.column_name, sort_key=sort_key)
        self.sheet_field = sheet_field

    def get_value(self, instance: Any) -> str:
        return format_value(self.sheet_field.widget.render(self.sheet_field.to_json(instance.extra)))


def get_own_field_columns(resource: RecordResource) -> list[OwnFieldColumn]:
    """Return the columns of the own fields that are shown in lists."""
    return [
        OwnFieldColumn(name, field, resource.orm_path(name))
        for name, field in resource.sheet_fields().items()
        if field.own and field.own.in_list
    ]
