"""Choosers of records in forms, limited to what the user may see.

Wagtail's own chooser shows every record to anyone who may enter the admin.
"""

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

from dossiers.backoffice.access_log import log_choice_access
from dossiers.forgetting.retention_map import holds_people
from dossiers.models.archive import ArchivableRecord
from dossiers.models.rights import EDIT
from dossiers.models.search_terms import search_terms


class WordsForm(SearchFilterMixin, BaseFilterForm):
    """A search form that uses the same search as the list of the records."""

    def filter(self, objects: QuerySet) -> QuerySet:
        self.search_query = " ".join(search_terms(self.cleaned_data["q"]))
        self.is_searching = bool(self.search_query)
        return objects.search(self.search_query) if self.search_query else objects  # type: ignore[attr-defined]


class RequiresAnyPermission:
    """Refuse users who have no permission at all on these records."""

    model_class: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        meta = self.model_class._meta
        if not any(request.user.has_perm(f"{meta.app_label}.{action}_{meta.model_name}") for action in EDIT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class VisibleChooserMixin(RequiresAnyPermission):
    """Limit a chooser to the records that the user may see."""

    request: Any

    def get_visible_records(self) -> QuerySet:
        records: QuerySet = self.model_class._default_manager.visible_to(self.request.user)
        return records

    def get_choosable_records(self) -> QuerySet:
        """Return the visible records except archived and anonymised ones."""
        records = self.get_visible_records()
        if issubclass(self.model_class, ArchivableRecord):
            records = records.filter(archived_at=None)
        return records.not_anonymised() if hasattr(records, "not_anonymised") else records


class SearchableChooserMixin:
    """Offer the search form if the records can be searched."""

    def get_filter_form_class(self) -> type[BaseFilterForm]:
        return WordsForm if hasattr(self.get_choosable_records(), "search") else BaseFilterForm  # type: ignore[attr-defined]


class LogsChooserAccess(SearchableChooserMixin, VisibleChooserMixin):
    """List the records that can be chosen, and write to the access log who saw people in it."""

    def get_object_list(self) -> QuerySet:
        return self.get_choosable_records()

    def get_results_page(self, request: HttpRequest) -> Any:
        page: Any = super().get_results_page(request)  # type: ignore[misc]
        if holds_people(self.model_class):
            name = self.model_class._meta.verbose_name_plural
            log_choice_access(request, name, len(page), searched=bool(request.GET.get("q")))
        return page


class VisibleChooseView(LogsChooserAccess, ChooseView):
    pass


class VisibleChooseResultsView(LogsChooserAccess, ChooseResultsView):
    pass


class VisibleChosenView(VisibleChooserMixin, SnippetChosenView):
    def get_object(self, pk: Any) -> Model:
        record: Model = self.get_visible_records().get(pk=pk)
        return record


class VisibleChosenMultipleView(VisibleChooserMixin, SnippetChosenMultipleView):
    def get_objects(self, pks: list[Any]) -> QuerySet:
        return self.get_visible_records().filter(pk__in=pks)


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
    """Chooser of rows of the editable lists; every row is visible to users with any permission on the list."""

    choose_view_class = ListChooseView
    choose_results_view_class = ListChooseResultsView
    chosen_view_class = ListChosenView
    chosen_multiple_view_class = ListChosenMultipleView
