"""By what a list was filtered, in the words of its filters: noted when it is seen or goes out. Without what somebody
typed, and without a file's name: either may hold the name of a person, and the note is kept long."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext

from dossiers.filters.imported import ImportFilter


def in_words(filters: Any) -> Iterator[str]:
    """ "Status: available", of a set of filters that is valid."""
    for name, value in filters.form.cleaned_data.items():
        if value not in (None, "", []) and (not isinstance(value, QuerySet) or value.exists()):
            imported = isinstance(filters.filters.get(name), ImportFilter)
            words = _of_import(value) if imported else _in_words(filters.form.fields[name], value)
            yield f"{filters.form.fields[name].label}: {words}"


def _of_import(number: str) -> str:
    return import_words(int(number)) if number.isdecimal() else gettext("that is unknown")


def import_words(number: int) -> str:
    return gettext("import %(number)d") % {"number": number}


def _in_words(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, slice):
        return " – ".join(_end_of_range(end) for end in (value.start, value.stop))
    if isinstance(value, list | QuerySet):
        return ", ".join(_in_words(field, item) for item in value)
    if isinstance(value, str):
        return str(dict(field.choices).get(value, value)) if hasattr(field, "choices") else gettext("a word")
    return str(value)


def _end_of_range(value: date | Decimal | None) -> str:
    """The range is one of days, or of numbers of an own field."""
    if value is None:
        return "…"
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else localize(value)
