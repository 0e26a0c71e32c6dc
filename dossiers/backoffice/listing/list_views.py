"""Mixins of lists that are filtered by the query string and have saved views."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django_filters.fields import RangeField

from dossiers.backoffice.listing.query_strings import (
    COLUMNS,
    EVERY,
    PLAIN,
    TICKED,
    VIEW,
    find_unknown_parameters,
    get_filtered_list_url,
    get_saved_parameters,
    is_same_list,
)
from dossiers.filters.archive import ARCHIVE
from dossiers.models import SavedView

LONG_KEY = 19  # digits of a number that is too large for an id in the database


@dataclass(frozen=True)
class Tab:
    """A saved view above the list."""

    view: SavedView
    url: str
    current: bool


class FilteredList:
    """A list that is empty if the query string has an unknown filter, so that it never shows more than was asked."""

    model: Any
    request: HttpRequest
    filters: Any

    @property
    def kind(self) -> str:
        """Return the name of the list in LISTS."""
        return str(self.model._meta.model_name)

    @cached_property
    def unknown_filters(self) -> list[str]:
        """Return the filters in the query string that do not exist any more or have a choice that does not."""
        form = self.filters.form if self.filters else None
        faulty = [field for field in self._faulty_fields if not isinstance(field, RangeField)]
        return [*(str(field.label) for field in faulty), *find_unknown_parameters(self.request.GET, form)]

    @cached_property
    def filter_errors(self) -> list[str]:
        """Return what is wrong with the dates and numbers that were typed in the filters, with the name of each."""
        return [
            f"{field.label}: {' '.join(errors)}"
            for field, errors in self._faulty_fields.items()
            if isinstance(field, RangeField)
        ]

    @cached_property
    def _faulty_fields(self) -> dict[forms.Field, list[str]]:
        if not self.filters:
            return {}
        form = self.filters.form
        return {form.fields[name]: list(texts) for name, texts in form.errors.items() if name in form.fields}

    @cached_property
    def selected_keys(self) -> list[int] | None:
        """Return the ids of the selected rows in the query string, or None for all rows."""
        keys = self.request.GET.getlist(TICKED)
        return (
            None if not keys or EVERY in keys else [int(key) for key in keys if key.isdecimal() and len(key) < LONG_KEY]
        )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        if self.unknown_filters or self.filter_errors:
            return queryset.none()
        matching: QuerySet = super().filter_queryset(queryset)  # type: ignore[misc]
        if self.filters and ARCHIVE in self.filters.filters and not self.filters.form.cleaned_data.get(ARCHIVE):
            matching = matching.filter(archived_at=None)
        return matching if self.selected_keys is None else matching.filter(pk__in=self.selected_keys)


class SavedViewsMixin(FilteredList):
    """A list with saved views above it; without a query string it redirects to the user's default view."""

    results_only: bool

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.GET and not self.results_only:
            default = SavedView.objects.get_default_view(request.user, self.kind)
            if default:
                return redirect(get_filtered_list_url(self.model, default.query))
        response: HttpResponseBase = super().get(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def tabs(self) -> list[Tab]:
        views = SavedView.objects.visible_to(self.request.user).filter(kind=self.kind)
        return [
            Tab(
                view,
                get_filtered_list_url(self.model, view.query),
                is_same_list(QueryDict(view.query), self.request.GET),
            )
            for view in views
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tabs, query, keeps = self.tabs(), self.request.GET.urlencode(), get_saved_parameters(self.request.GET)
        current = next((tab.view for tab in tabs if tab.current), None)
        can_be_kept = bool(keeps) and current is None and not (self.unknown_filters or self.filter_errors)
        return super().get_context_data(**kwargs) | {  # type: ignore[misc]
            "tabs": tabs,
            "current_view": current,
            "plain": is_same_list(QueryDict(), self.request.GET),
            "plain_url": get_filtered_list_url(self.model, f"{VIEW}={PLAIN}"),
            "columns_url": f"{reverse('dossiers_list_columns', args=[self.kind])}?{query}",
            "save_url": f"{reverse('dossiers_view_add', args=[self.kind])}?{query}" if can_be_kept else "",
            "gone": self.unknown_filters,
            "filter_errors": self.filter_errors,
            "kept_by_filters": [(name, self.request.GET[name]) for name in (COLUMNS, "ordering") if keeps.get(name)],
        }
