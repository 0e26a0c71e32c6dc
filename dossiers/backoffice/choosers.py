"""Choosing a record in a form: Wagtail's chooser shows every record to anyone who may enter the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)

from dossiers.backoffice.access_log import note_choice
from dossiers.forgetting.retention_map import holds_people
from dossiers.models.rights import EDIT
from dossiers.models.search_terms import search_terms


class WordsForm(SearchFilterMixin, BaseFilterForm):
    """Search by the records' own words, as their list does."""

    def filter(self, objects: QuerySet) -> QuerySet:
        self.search_query = " ".join(search_terms(self.cleaned_data["q"]))
        self.is_searching = bool(self.search_query)
        return objects.search(self.search_query) if self.search_query else objects  # type: ignore[attr-defined]


class RequiresAnyPermission:
    """Not for everyone who may enter the backoffice: for those with some right on these records."""

    model_class: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        meta = self.model_class._meta
        if not any(request.user.has_perm(f"{meta.app_label}.{action}_{meta.model_name}") for action in EDIT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class Visible(RequiresAnyPermission):
    """Only what the user may see."""

    request: Any

    def visible(self) -> QuerySet:
        records: QuerySet = self.model_class._default_manager.visible_to(self.request.user)
        return records

    def choosable(self) -> QuerySet:
        """Not somebody who was anonymised: there is nothing more to tell of them."""
        records = self.visible()
        return records.not_anonymised() if hasattr(records, "not_anonymised") else records


class Searched:
    """By words, where these records are searched at all."""

    def get_filter_form_class(self) -> type[BaseFilterForm]:
        return WordsForm if hasattr(self.choosable(), "search") else BaseFilterForm  # type: ignore[attr-defined]


class LogsChooserAccess(Searched, Visible):
    """What can be chosen; who saw it is noted."""

    def get_object_list(self) -> QuerySet:
        return self.choosable()

    def get_results_page(self, request: HttpRequest) -> Any:
        page: Any = super().get_results_page(request)  # type: ignore[misc]
        if holds_people(self.model_class):
            name = self.model_class._meta.verbose_name_plural
            note_choice(request, name, len(page), searched=bool(request.GET.get("q")))
        return page


class VisibleChooseView(LogsChooserAccess, ChooseView):
    pass


class VisibleChooseResultsView(LogsChooserAccess, ChooseResultsView):
    pass


class VisibleChosenView(Visible, SnippetChosenView):
    def get_object(self, pk: Any) -> Model:
        record: Model = self.visible().get(pk=pk)
        return record


class VisibleChosenMultipleView(Visible, SnippetChosenMultipleView):
    def get_objects(self, pks: list[Any]) -> QuerySet:
        return self.visible().filter(pk__in=pks)


class VisibleChooserViewSet(SnippetChooserViewSet):
    choose_view_class = VisibleChooseView
    choose_results_view_class = VisibleChooseResultsView
    chosen_view_class = VisibleChosenView
    chosen_multiple_view_class = VisibleChosenMultipleView


class ListChooseView(RequiresAnyPermission, ChooseView):
    pass


class ListChooseResultsView(RequiresAnyPermission, ChooseResultsView):
    pass


class ListChosenView(RequiresAnyPermission, SnippetChosenView):
    pass


class ListChosenMultipleView(RequiresAnyPermission, SnippetChosenMultipleView):
    pass


class ListChooserViewSet(SnippetChooserViewSet):
    """For the lists that coordinators edit, of which each row is seen by whoever has a right on the list."""

    choose_view_class = ListChooseView
    choose_results_view_class = ListChooseResultsView
    chosen_view_class = ListChosenView
    chosen_multiple_view_class = ListChosenMultipleView
