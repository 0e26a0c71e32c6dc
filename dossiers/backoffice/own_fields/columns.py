"""Own fields as columns of a list."""

from typing import Any

from wagtail.admin.ui.tables import Column

from dossiers.backoffice.words import shown
from dossiers.models.own_values import EXTRA
from dossiers.spreadsheets.resources import RecordResource, SheetField


class OwnColumn(Column):
    """The value in words; ordered by as it is kept."""

    def __init__(self, sheet_field: SheetField) -> None:
        key = sheet_field.model_field.name
        super().__init__(key, label=sheet_field.column_name, sort_key=f"{EXTRA}__{key}")
        self.sheet_field = sheet_field

    def get_value(self, instance: Any) -> str:
        return shown(self.sheet_field.widget.render(self.sheet_field.to_json(instance.extra)))


def own_columns(resource: RecordResource) -> list[OwnColumn]:
    """Those that staff want to see in the list."""
    return [OwnColumn(one) for one in resource.sheet_fields().values() if one.own and one.own.in_list]
