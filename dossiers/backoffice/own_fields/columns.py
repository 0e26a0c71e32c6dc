"""Own fields as columns of a list."""

from typing import Any

from wagtail.admin.ui.tables import Column

from dossiers.backoffice.labels import shown
from dossiers.spreadsheets.resources import RecordResource, SheetField


class OwnColumn(Column):
    """The value in words; ordered by as it is kept."""

    def __init__(self, name: str, sheet_field: SheetField, sort_key: str | None) -> None:
        super().__init__(name, label=sheet_field.column_name, sort_key=sort_key)
        self.sheet_field = sheet_field

    def get_value(self, instance: Any) -> str:
        return shown(self.sheet_field.widget.render(self.sheet_field.to_json(instance.extra)))


def own_columns(resource: RecordResource) -> list[OwnColumn]:
    """Those that staff want to see in the list."""
    return [
        OwnColumn(name, field, resource.orm_path(name))
        for name, field in resource.sheet_fields().items()
        if field.own and field.own.in_list
    ]
