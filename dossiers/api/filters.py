"""The filters of the lists as query parameters of the API; a related record can also be given by its name."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any, Literal

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_filters.widgets import SuffixedMultiWidget
from ninja import Field
from pydantic import SkipValidation, create_model

from dossiers.filters.descriptions import describe_filters
from dossiers.models.search_terms import MAX_TERM_LENGTH, MAX_TERMS, is_too_long
from web_api.pagination import OF_PAGING, Paging
from web_api.problems import Problem
from web_api.translation import gettext_lazy

SEARCH = "search"


def filter_records(request: HttpRequest, filter_class: Any, records: Any) -> tuple[QuerySet, list[str]]:
    """Return the filtered, ordered records and the descriptions of the filters; raises Problem on a wrong parameter."""
    parameters = request.GET.copy()
    search = parameters.pop(SEARCH, [""])[-1]
    for name in OF_PAGING:
        parameters.pop(name, None)
    filters = filter_class(None, queryset=records, request=request)
    known = {parameter for name, filter_ in filters.filters.items() for parameter in get_parameter_names(name, filter_)}
    if unknown := set(parameters) - known:
        raise Problem.of_fields({name: [_("There is no filter with this name.")] for name in sorted(unknown)})
    for name, filter_ in filters.filters.items():
        if name in parameters and isinstance(filter_.field, forms.ModelChoiceField):
            parameters.setlist(name, [_find_key(filter_.field, text) for text in parameters.getlist(name)])
    filters = filter_class(parameters, queryset=records, request=request)
    if not filters.is_valid():
        errors: dict[str, list[str]] = {}
        for name, texts in filters.form.errors.items():  # a range filter has two parameters
            sent = [
                parameter for parameter in get_parameter_names(name, filters.filters[name]) if parameter in parameters
            ]
            errors |= {parameter: list(texts) for parameter in sent or [name]}
        raise Problem.of_fields(errors)
    if "\0" in search:
        raise Problem.of_fields({SEARCH: [_("It contains an invalid character.")]})
    refuse_long_search(search)
    queryset = filters.qs.search(search) if search else filters.qs
    filters_in_words = [*describe_filters(filters), *([_("searched by a word")] if search else [])]
    return queryset.order_by(*records.model._meta.ordering, "pk"), filters_in_words


def refuse_long_search(search: str) -> None:
    """Raise Problem if the search text is so long that a part of it would be ignored."""
    if is_too_long(search):
        message = _("Search for at most %(most)d words, of at most %(length)d characters.")
        raise Problem.of_fields({SEARCH: [message % {"most": MAX_TERMS, "length": MAX_TERM_LENGTH}]})


def _find_key(field: forms.ModelChoiceField, text: str) -> str:
    """Return the key of the record with that name; other text is returned unchanged, for the filter to validate."""
    named: Any = field.queryset
    if text.isdecimal() or named is None:
        return text
    name_field = "username" if hasattr(named.model, "username") else "name"
    if "\0" in text:
        return ""
    return str(named.filter(**{name_field: text}).values_list("pk", flat=True).first() or text)


def get_parameter_names(name: str, filter_: django_filters.Filter) -> list[str]:
    widget = filter_.field.widget
    if isinstance(widget, SuffixedMultiWidget):
        return [f"{name}_{suffix}" for suffix in widget.suffixes]
    return [name]


class ListQuery(Paging):
    search: str = Field("", description=gettext_lazy("words that all stand in it"))


def with_filters(filter_class: Any) -> Callable[[type[ListQuery]], type[ListQuery]]:
    """Add the parameters of the filters to the schema of a query, without filters of fields that staff added.

    The filter set validates their values, so that the API and the list in the backoffice refuse the same.
    """

    def add_filters(schema: type[ListQuery]) -> type[ListQuery]:
        parameters: dict[str, Any] = {}
        for name, filter_ in deepcopy(filter_class.base_filters).items():  # a filter caches its form field
            choices: Any = filter_.extra.get("choices") or ()
            codes = tuple(str(code) for code, _label in (choices() if callable(choices) else choices))
            value_type: Any = Literal[codes] if codes else str
            if isinstance(filter_, django_filters.DateFromToRangeFilter):
                value_type = date
            elif isinstance(filter_, django_filters.MultipleChoiceFilter):
                value_type = list[value_type]
            field = (SkipValidation[value_type], Field(None, description=filter_.label))  # type: ignore[misc]
            parameters |= dict.fromkeys(get_parameter_names(name, filter_), field)
        return create_model(schema.__name__, __base__=schema, **parameters)

    return add_filters
