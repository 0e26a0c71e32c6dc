"""The columns of a list as they go out: those that a record keeps as an import reads them, others as they are shown."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column

from dossiers.backoffice.columns import day_of
from dossiers.models import EmployerInterest
from dossiers.spreadsheets.exports.export import Shown


def screen_columns(model: type, columns: list[Column], fields: dict[str, Any]) -> list[str | Shown]:
    """Field names and Shown columns, in the list's order."""
    sheet_columns: list[str | Shown] = []
    for column in columns:
        if isinstance(column, BulkActionsCheckboxColumn):
            continue
        sheet_columns.append(column.name if column.name in fields else shown(column))
        if model is EmployerInterest and column.name == "company_name":
            sheet_columns.append(_company_given())
    return sheet_columns


def shown(column: Column) -> Shown:
    """A column as the screen has it."""
    name = column.name.removeprefix("get_").removesuffix("_display")
    return Shown(name, capfirst(str(column.label)), _value_of(column))


def field_shown(model: type[Model], name: str) -> Shown:
    """A field of the model in the words that a person reads."""
    display = f"get_{name}_display"
    label = capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    return Shown(
        name,
        label,
        lambda record: _plain(getattr(record, display)() if hasattr(record, display) else getattr(record, name)),
    )


def _company_given() -> Shown:
    """The list shows it as the employer's name, but an import would take it for one."""
    return Shown(
        "company_given",
        _("Company as given in a sign-up"),
        lambda interest: "" if interest.employer_id else interest.company_name,
    )


def _value_of(column: Column) -> Callable[[Any], Any]:
    """What the column's cell holds: some columns have a word of their own for it."""
    return getattr(column, "in_sheet", lambda record: _plain(column.get_value(record)))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return day_of(value)
    return value if value is None or isinstance(value, int | float | date) else str(value)
