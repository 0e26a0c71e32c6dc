"""The filters of the lists as query parameters of the API; a related record can also be given by its name."""

from copy import deepcopy
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_filters.widgets import SuffixedMultiWidget

from dossiers.filters.descriptions import describe_filters
from dossiers.models.search_terms import MAX_TERM_LENGTH, MAX_TERMS, is_too_long
from web_api.openapi import Described
from web_api.pagination import OF_PAGING
from web_api.problems import Problem

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
        raise Problem.of_fields({name: [_("There is no filter of this name.")] for name in sorted(unknown)})
    for name, filter_ in filters.filters.items():
        if name in parameters and isinstance(filter_.field, forms.ModelChoiceField):
            parameters.setlist(name, [_find_key(filter_.field, text) for text in parameters.getlist(name)])
    filters = filter_class(parameters, queryset=records, request=request)
    if not filters.is_valid():
        raise Problem.of_fields(_group_errors_by_parameter(filters))
    if "\0" in search:
        raise Problem.of_fields({SEARCH: [_("There is a character in it that is no text.")]})
    refuse_long_search(search)
    queryset = filters.qs.search(search) if search else filters.qs
    filters_in_words = [*describe_filters(filters), *([_("searched by a word")] if search else [])]
    return queryset.order_by(*records.model._meta.ordering, "pk"), filters_in_words


def refuse_long_search(search: str) -> None:
    """Raise Problem if the search text is so long that a part of it would be ignored."""
    if is_too_long(search):
        message = _("Search for at most %(most)d words, of at most %(length)d characters.")
        raise Problem.of_fields({SEARCH: [message % {"most": MAX_TERMS, "length": MAX_TERM_LENGTH}]})


def _group_errors_by_parameter(filters: Any) -> dict[str, list[str]]:
    """Return the errors by the names of the query parameters; a range filter has two of them."""
    errors: dict[str, list[str]] = {}
    for name, texts in filters.form.errors.items():
        sent = [
            parameter for parameter in get_parameter_names(name, filters.filters[name]) if parameter in filters.data
        ]
        errors |= {parameter: list(texts) for parameter in sent or [name]}
    return errors


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


def describe_parameters(filter_class: Any) -> list[Described]:
    """Return the descriptions of the query parameters, without those of fields that staff added."""
    parameters: list[Described] = [_parameter(SEARCH, _("words that all stand in it"), {"type": "string"})]
    for name, filter_ in deepcopy(filter_class.base_filters).items():  # a filter caches its form field
        parameters += [
            _parameter(parameter, str(filter_.label), _schema(filter_))
            for parameter in get_parameter_names(name, filter_)
        ]
    return parameters


def _schema(filter_: django_filters.Filter) -> Described:
    if isinstance(filter_, django_filters.DateFromToRangeFilter):
        return {"type": "string", "format": "date"}
    if isinstance(filter_, django_filters.ModelMultipleChoiceFilter):
        return {"type": "array", "items": {"type": "string"}}
    if isinstance(filter_, django_filters.ModelChoiceFilter):
        return {"type": "string"}
    choices: Any = filter_.extra.get("choices")
    codes = [str(code) for code, _label in (choices() if callable(choices) else choices or [])]
    if isinstance(filter_, django_filters.MultipleChoiceFilter):
        return {"type": "array", "items": {"enum": codes}}
    return {"enum": codes} if codes else {"type": "string"}


def _parameter(name: str, description: str, schema: Described) -> Described:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
