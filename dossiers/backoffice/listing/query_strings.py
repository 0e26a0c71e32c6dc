"""The address of a list: what of it says which records, in which order and columns."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django_filters.widgets import SuffixedMultiWidget

COLUMNS, TICKED, VIEW = "columns", "id", "view"
PLAIN = "all"  # `?view=all` is the list as it is, also for who has a default view
EVERY = "all"  # `?id=all` is every record that fits the filters, whatever is ticked
NOT_KEPT = ("q", "p", TICKED, VIEW, "next", "export", "what", "format")
"""Of one moment. Also what one searched for: that may be a person's name."""
OF_THE_LIST = (*NOT_KEPT, COLUMNS, "ordering")


def address_of(model: type[Model], query: str = "", name: str = "list") -> str:
    """Where a list is, with this query."""
    address = reverse(model.snippet_viewset.get_url_name(name))  # type: ignore[attr-defined]
    return f"{address}?{query}" if query else address


def kept(query: QueryDict) -> QueryDict:
    """What a saved view keeps of an address: filters, order and columns."""
    return _without(query, NOT_KEPT)


def same_list(first_query: QueryDict, other: QueryDict) -> bool:
    """Whether both show the same, whatever page of it."""
    passing = [name for name in NOT_KEPT if name not in ("q", TICKED)]
    first, second = (_without(query, passing) for query in (first_query, other))
    return _comparable(first) == _comparable(second)


def without_ticks(query: QueryDict) -> QueryDict:
    """The list from which these were ticked."""
    return _without(query, (TICKED, VIEW, "p", "next"))


def filter_names(form: Any) -> Iterator[str]:
    """The words that a form of filters reads in an address."""
    for name, field in form.fields.items():
        yield name
        if isinstance(field.widget, SuffixedMultiWidget):
            yield from (field.widget.suffixed(name, suffix) for suffix in field.widget.suffixes)


def unknown_names(query: QueryDict, form: Any) -> list[str]:
    """Words of an address that filter nothing here: those of a filter that was taken away."""
    known = {*OF_THE_LIST, *(filter_names(form) if form else ())}
    return [name for name in query if name not in known and not name.startswith("_") and any(query.getlist(name))]


def _without(query: QueryDict, names: Any) -> QueryDict:
    cleaned = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in names and not name.startswith("_") and (filled := [value for value in values if value]):
            cleaned.setlist(name, filled)
    return cleaned


def _comparable(query: QueryDict) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in query.lists()}
