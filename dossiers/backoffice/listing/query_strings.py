"""Query strings of lists: which parameters select records, and which order and columns they ask for."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django_filters.widgets import SuffixedMultiWidget

COLUMNS, TICKED, VIEW = "columns", "id", "view"
PLAIN = "all"  # `?view=all` shows the list without the user's default view
EVERY = "all"  # `?id=all` selects every record that matches the filters
NOT_SAVED = ("q", "p", TICKED, VIEW, "next", "export", "what", "format")
"""Parameters that a saved view does not store; `q` because people search by name."""
FROM_LIST = "list"  # on a page of a record: the query string of the list that led to it
MAX_FROM_LIST = 2_000  # characters
LIST_PARAMETERS = (*NOT_SAVED, COLUMNS, "ordering")


def get_filtered_list_url(model: type[Model], query: str = "", name: str = "list") -> str:
    """Return the URL of a list with this query string; `name` is another view of its viewset."""
    address = reverse(model.snippet_viewset.get_url_name(name))  # type: ignore[attr-defined]
    return f"{address}?{query}" if query else address


def link_from_list(url: str, query: QueryDict) -> str:
    """Return the URL of a page of a record that leads back to the list with this query string."""
    return _add_list(url, _drop_parameters(query, ("next", "export", "what", "format")).urlencode())


def keep_list(url: str, query: QueryDict) -> str:
    """Return the URL of a page of a record that leads back to the same list as the page with this query string."""
    return _add_list(url, query.get(FROM_LIST, ""))


def get_url_of_last_list(model: type[Model], query: QueryDict) -> str:
    """Return the URL of the list that led to the page with this query string, which is one of these records anyhow."""
    return get_filtered_list_url(model, _drop_parameters(QueryDict(query.get(FROM_LIST, "")), ()).urlencode())


def _add_list(url: str, list_query: str) -> str:
    if not url or not list_query or len(list_query) > MAX_FROM_LIST:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({FROM_LIST: list_query})}"


def get_saved_parameters(query: QueryDict) -> QueryDict:
    """Return the parameters that a saved view stores: filters, order and columns."""
    return _drop_parameters(query, NOT_SAVED)


def is_same_list(first_query: QueryDict, other: QueryDict) -> bool:
    """Return whether both query strings show the same records, order and columns, on whatever page."""
    passing = [name for name in NOT_SAVED if name not in ("q", TICKED)]
    first, second = (_drop_parameters(query, passing) for query in (first_query, other))
    return _comparable(first) == _comparable(second)


def without_selection(query: QueryDict) -> QueryDict:
    """Return the query string of the list in which the rows were selected."""
    return _drop_parameters(query, (TICKED, VIEW, "p", "next"))


def filter_names(form: Any) -> Iterator[str]:
    """Yield the names of the parameters that the filter form reads."""
    for name, field in form.fields.items():
        yield name
        if isinstance(field.widget, SuffixedMultiWidget):
            yield from (field.widget.suffixed(name, suffix) for suffix in field.widget.suffixes)


def find_unknown_parameters(query: QueryDict, form: Any) -> list[str]:
    """Return the parameters with a value that no filter reads, such as those of a removed filter."""
    known = {*LIST_PARAMETERS, *(filter_names(form) if form else ())}
    return [name for name in query if name not in known and not name.startswith("_") and any(query.getlist(name))]


def _drop_parameters(query: QueryDict, names: Any) -> QueryDict:
    cleaned = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in names and not name.startswith("_") and (filled := [value for value in values if value]):
            cleaned.setlist(name, filled)
    return cleaned


def _comparable(query: QueryDict) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in query.lists()}
