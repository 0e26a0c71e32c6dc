"""By what a list was filtered, in the words of its filters: noted when it goes out."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext


def in_words(filters: Any) -> Iterator[str]:
    """ "Status: available", of a set of filters that is valid."""
    for name, value in filters.form.cleaned_data.items():
        if value not in (None, "", []) and (not isinstance(value, QuerySet) or value.exists()):
            yield f"{filters.form.fields[name].label}: {_in_words(filters.form.fields[name], value)}"


def _in_words(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, slice):
        return " – ".join(_day(end) for end in (value.start, value.stop))
    if isinstance(value, list | QuerySet):
        return ", ".join(_in_words(field, one) for one in value)
    labels = dict(field.choices) if isinstance(value, str) and hasattr(field, "choices") else {}
    return str(labels.get(value, value))


def _day(value: date | None) -> str:
    return f"{value:%d-%m-%Y}" if value else "…"
