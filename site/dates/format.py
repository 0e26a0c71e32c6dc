"""Writes dates for people, as `formats/` says for the active language."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format


def format_date(day: date | datetime | None) -> str:
    """Return a day, or the local day of a moment, as 28-02-2026; an empty text for None."""
    return date_format(_to_local(day), "DATE_FORMAT") if day else ""


def format_datetime(moment: datetime | None) -> str:
    """Return a moment in local time as 28-02-2026 14:05; an empty text for None."""
    return date_format(_to_local(moment), "DATETIME_FORMAT") if moment else ""


def _to_local(value: Any) -> Any:
    """Return an aware datetime in local time; sheets have naive ones."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
