"""The columns of a list as they go out: those that a record keeps as an import reads them, others as they are shown."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column

from dossiers.backoffice.columns import DateColumn, MissingColumn
from dossiers.models import EmployerInterest
from dossiers.spreadsheets.exporting import Shown


def screen_columns(model: type, columns: list[Column], fields: dict[str, Any]) -> list[str | Shown]:
    """Field names and Shown columns, in the list's order."""
    found: list[str | Shown] = []
    for column in columns:
        if isinstance(column, BulkActionsCheckboxColumn):
            continue
        found.append(column.name if column.name in fields else _shown(column))
        if model is EmployerInterest and column.name == "company_name":
            found.append(_company_given())
    return found


def _shown(column: Column) -> Shown:
    return Shown(column.name, capfirst(str(column.label)), _value_of(column))


def _company_given() -> Shown:
    """The list shows it as the employer's name, but an import would take it for one."""
    return Shown(
        "company_given",
        _("Company as given in a sign-up"),
        lambda interest: "" if interest.employer_id else interest.company_name,
    )


def _value_of(column: Column) -> Callable[[Any], Any]:
    if isinstance(column, MissingColumn):
        return lambda record: [str(missing.text) for missing in column.get_value(record) or []]
    if isinstance(column, DateColumn):
        return lambda record: _day(super(DateColumn, column).get_value(record))
    return lambda record: _plain(column.get_value(record))


def _day(value: Any) -> date | None:
    return timezone.localdate(value) if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | date) else str(value)
