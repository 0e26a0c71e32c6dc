"""Describes the active filters of a list, for the access log.

Typed text and file names are left out: they may contain the name of a person, and the log is kept for long.
"""

from collections.abc import Container, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext

from dates.format import format_date
from dossiers.filters.imported import ImportFilter


def describe_filters(filters: Any, names: Container[str] | None = None) -> Iterator[str]:
    """Yield texts such as "Status: available" for a valid filter set, or only for the filters with these names."""
    for name, value in filters.form.cleaned_data.items():
        if names is not None and name not in names:
            continue
        if value not in (None, "", []) and (not isinstance(value, QuerySet) or value.exists()):
            if isinstance(filters.filters.get(name), ImportFilter):
                words = describe_import(int(value)) if value.isdecimal() else gettext("that is unknown")
            else:
                words = _describe_value(filters.form.fields[name], value)
            yield f"{filters.form.fields[name].label}: {words}"


def describe_import(number: int) -> str:
    return gettext("import %(number)d") % {"number": number}


def _describe_value(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, slice):  # of dates, or of numbers of an own field
        ends = (value.start, value.stop)
        return " – ".join(
            "…" if end is None else format_date(end) if isinstance(end, date) else localize(end) for end in ends
        )
    if isinstance(value, list | QuerySet):
        return ", ".join(_describe_value(field, item) for item in value)
    if isinstance(value, str):
        return str(dict(field.choices).get(value, value)) if hasattr(field, "choices") else gettext("a word")
    return str(value)
