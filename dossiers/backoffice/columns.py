"""Columns of lists, of whatever records."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from wagtail.admin.ui.tables import Column

from admin_pages.users import get_person_name
from dossiers.backoffice.labels import NOTHING, format_money, format_value
from dossiers.models import CLOSED_STATUSES, Dossier, Requirements


def to_local_date(value: date | datetime | None) -> date | None:
    """Return the local date of a datetime; a date is returned unchanged."""
    return timezone.localdate(value) if isinstance(value, datetime) else value


class MissingColumn(Column):
    """The requirements for paid work that a dossier does not meet yet; the rules are queried once per page."""

    cell_template_name = "dossiers/columns/missing.html"

    @cached_property
    def requirements(self) -> Requirements:
        return Requirements.on(timezone.localdate())

    def get_value(self, instance: Dossier) -> Any:
        return None if instance.status in CLOSED_STATUSES else self.requirements.missing(instance)

    def get_sheet_value(self, instance: Dossier) -> list[str]:
        """Return the value for a spreadsheet: empty for a closed dossier, "nothing" for one that meets them all."""
        missing = self.get_value(instance)
        return [gettext("nothing")] if missing == [] else [str(requirement.text) for requirement in missing or ()]


class StatusColumn(Column):
    """The status of a record, with a sign and a color of its own."""

    cell_template_name = "dossiers/records/status_cell.html"

    def __init__(self, name: str, *, labels: dict[Any, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(name, **{"sort_key": name, **kwargs})
        self.labels = labels or {}

    def get_value(self, instance: Any) -> str:
        if not self.labels:  # Django's own get_..._display makes such a dictionary for each row
            self.labels = dict(instance._meta.get_field(self.name).flatchoices)
        code = getattr(instance, self.name)
        return str(self.labels.get(code, code))

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return context | {"code": getattr(instance, self.name)}


class PersonColumn(Column):
    """The full name of a user, or a dash."""

    def get_value(self, instance: Any) -> str:
        user = getattr(instance, self.accessor)
        return get_person_name(user, NOTHING)


class DateColumn(Column):
    """A date as 12-11-2026."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **{"classname": "nowrap", **kwargs})

    def get_value(self, instance: Any) -> str:
        return format_value(super().get_value(instance))

    def get_sheet_value(self, instance: Any) -> date | None:
        """Return the value for a spreadsheet."""
        return to_local_date(super().get_value(instance))


class MoneyColumn(Column):
    """An amount as € 1.250,00 on the page, and as a number in a spreadsheet."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **{"classname": "nowrap", **kwargs})

    def get_value(self, instance: Any) -> str:
        return format_money(super().get_value(instance))

    def get_sheet_value(self, instance: Any) -> float | None:
        """Return the value for a spreadsheet."""
        value = super().get_value(instance)
        return None if value is None else float(value)
