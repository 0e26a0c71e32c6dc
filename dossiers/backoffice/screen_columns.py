"""Conversion of the columns of a list to columns of a spreadsheet.

A column that is a field of the record is exported so that it can be imported again; other columns are exported as
shown.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column

from admin_pages.users import get_person_name
from dossiers.backoffice.columns import to_local_date
from dossiers.models import EmployerInterest
from dossiers.spreadsheets.exports.export import Shown


def screen_columns(model: type, columns: list[Column], fields: dict[str, Any]) -> list[str | Shown]:
    """Return field names and Shown columns, in the order of the list."""
    sheet_columns: list[str | Shown] = []
    for column in columns:
        if isinstance(column, BulkActionsCheckboxColumn):
            continue
        sheet_columns.append(column.name if column.name in fields else to_sheet_column(column))
        if model is EmployerInterest and column.name == "company_name":
            # The company in a sign-up has a column of its own, as an import would take it for a known employer.
            label = _("Company as given in a sign-up")
            sheet_columns.append(
                Shown("company_given", label, lambda record: "" if record.employer_id else record.company_name)
            )
    return sheet_columns


def to_sheet_column(column: Column) -> Shown:
    """Return a Shown column with the label of a column on the page, and its `get_sheet_value` if it has one."""
    get_value = getattr(column, "get_sheet_value", lambda record: _to_cell_value(column.get_value(record)))
    name = column.name.removeprefix("get_").removesuffix("_display")
    return Shown(name, capfirst(str(column.label)), get_value)


def field_to_sheet_column(model: type[Model], name: str) -> Shown:
    """Return a Shown column for a field of the model, with the label of its choice instead of the stored value."""
    display = f"get_{name}_display"
    label = capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    return Shown(
        name,
        label,
        lambda record: _to_cell_value(
            getattr(record, display)() if hasattr(record, display) else getattr(record, name)
        ),
    )


def _to_cell_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_local_date(value)
    if isinstance(value, AbstractUser):
        return get_person_name(value)
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, int | float | date) else str(value)
