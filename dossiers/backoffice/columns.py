"""Columns that lists show."""

from datetime import date, datetime
from typing import Any

from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column, StatusTagColumn

from dossiers.backoffice.labels import NOTHING, person_name, shown
from dossiers.models import CLOSED_STATUSES, Dossier, Requirements


def day_of(value: date | datetime | None) -> date | None:
    """The day of a moment here; a date stays."""
    return timezone.localdate(value) if isinstance(value, datetime) else value


class MissingColumn(Column):
    """What still stands between a dossier and paid work; the rules are read once a page."""

    cell_template_name = "dossiers/columns/missing.html"

    @cached_property
    def requirements(self) -> Requirements:
        return Requirements.on(timezone.localdate())

    def get_value(self, instance: Dossier) -> Any:
        return None if instance.status in CLOSED_STATUSES else self.requirements.missing(instance)

    def in_sheet(self, instance: Dossier) -> list[str]:
        """What an export of the list has in its cell."""
        return [str(missing.text) for missing in self.get_value(instance) or []]


class StatusColumn(StatusTagColumn):
    """A status as a word in a shape; what still goes on stands out."""

    def __init__(self, name: str, going_on: frozenset[Any], **kwargs: Any) -> None:
        super().__init__(
            name,
            accessor=f"get_{name}_display",
            sort_key=name,
            primary=lambda instance: getattr(instance, name) in going_on,
            **kwargs,
        )


class PersonColumn(Column):
    """The name of a user, or a dash."""

    def get_value(self, instance: Any) -> str:
        user = getattr(instance, self.accessor)
        return person_name(user) if user else NOTHING


class DateColumn(Column):
    """A day as 12-11-2026."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **{"classname": "nowrap", **kwargs})

    def get_value(self, instance: Any) -> str:
        return shown(super().get_value(instance))

    def in_sheet(self, instance: Any) -> date | None:
        """What an export of the list has in its cell."""
        return day_of(super().get_value(instance))


class MoneyColumn(Column):
    """An amount as € 1.250,00; as a number in a spreadsheet."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **{"classname": "nowrap", **kwargs})

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        return NOTHING if value is None else f"€ {floatformat(value, '2g')}"

    def in_sheet(self, instance: Any) -> float | None:
        """What an export of the list has in its cell."""
        value = super().get_value(instance)
        return None if value is None else float(value)
