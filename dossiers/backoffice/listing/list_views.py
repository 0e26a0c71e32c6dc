"""A list as its address asks for it: what fits its filters, what of that is ticked, under which saved view."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from dossiers.backoffice.listing.query_strings import (
    COLUMNS,
    EVERY,
    PLAIN,
    TICKED,
    VIEW,
    address_of,
    kept,
    same_list,
    unknown_names,
)
from dossiers.models import SavedView

LONG_KEY = 19  # digits: no database has such a number


@dataclass(frozen=True)
class Tab:
    """One saved view above the list."""

    view: SavedView
    url: str
    current: bool


class FilteredList:
    """A list never shows more than its address asks for: where a filter is gone it shows nothing, and says so."""

    model: Any
    request: HttpRequest
    filters: Any

    @property
    def kind(self) -> str:
        """Its name in LISTS."""
        return str(self.model._meta.model_name)

    @cached_property
    def gone(self) -> list[str]:
        """Filters in the address that are there no more, or of which a value is."""
        form = self.filters.form if self.filters else None
        faulty = [str(form.fields[name].label) for name in form.errors if name in form.fields] if form else []
        return [*faulty, *unknown_names(self.request.GET, form)]

    @cached_property
    def ticked(self) -> list[int] | None:
        """Keys of the rows that the address names; None for all that fit."""
        keys = self.request.GET.getlist(TICKED)
        return (
            None if not keys or EVERY in keys else [int(key) for key in keys if key.isdecimal() and len(key) < LONG_KEY]
        )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        if self.gone:
            return queryset.none()
        matching: QuerySet = super().filter_queryset(queryset)  # type: ignore[misc]
        return matching if self.ticked is None else matching.filter(pk__in=self.ticked)


class SavedViewsMixin(FilteredList):
    """A list with its saved views above it; without a question it opens with the user's default."""

    results_only: bool

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.GET and not self.results_only:
            default = SavedView.objects.default_of(request.user, self.kind)
            if default:
                return redirect(address_of(self.model, default.query))
        response: HttpResponseBase = super().get(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def tabs(self) -> list[Tab]:
        views = SavedView.objects.visible_to(self.request.user).filter(kind=self.kind)
        return [
            Tab(view, address_of(self.model, view.query), same_list(QueryDict(view.query), self.request.GET))
            for view in views
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tabs, query, keeps = self.tabs(), self.request.GET.urlencode(), kept(self.request.GET)
        current = next((tab.view for tab in tabs if tab.current), None)
        can_be_kept = bool(keeps) and current is None and not self.gone
        return super().get_context_data(**kwargs) | {  # type: ignore[misc]
            "tabs": tabs,
            "current_view": current,
            "plain": same_list(QueryDict(), self.request.GET),
            "plain_url": address_of(self.model, f"{VIEW}={PLAIN}"),
            "columns_url": f"{reverse('dossiers_list_columns', args=[self.kind])}?{query}",
            "save_url": f"{reverse('dossiers_view_add', args=[self.kind])}?{query}" if can_be_kept else "",
            "gone": self.gone,
            "kept_by_filters": [(name, self.request.GET[name]) for name in (COLUMNS, "ordering") if keeps.get(name)],
        }
