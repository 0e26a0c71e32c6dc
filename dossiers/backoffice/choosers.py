"""Choosing a record in a form: Wagtail's chooser shows every record to anyone who may enter the admin."""

from typing import Any

from django.db.models import Model, QuerySet
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)


class WordsForm(SearchFilterMixin, BaseFilterForm):
    """Search by the records' own words, as their list does."""

    def filter(self, objects: QuerySet) -> QuerySet:
        self.search_query = self.cleaned_data["q"].strip()
        self.is_searching = bool(self.search_query)
        return objects.search(self.search_query) if self.search_query else objects  # type: ignore[attr-defined]


class Visible:
    """Only what the user may see."""

    model_class: Any
    request: Any

    def visible(self) -> QuerySet:
        found: QuerySet = self.model_class._default_manager.visible_to(self.request.user)
        return found


class VisibleChooseView(Visible, ChooseView):
    filter_form_class = WordsForm

    def get_object_list(self) -> QuerySet:
        return self.visible()


class VisibleChooseResultsView(Visible, ChooseResultsView):
    filter_form_class = WordsForm

    def get_object_list(self) -> QuerySet:
        return self.visible()


class VisibleChosenView(Visible, SnippetChosenView):
    def get_object(self, pk: Any) -> Model:
        found: Model = self.visible().get(pk=pk)
        return found


class VisibleChosenMultipleView(Visible, SnippetChosenMultipleView):
    def get_objects(self, pks: list[Any]) -> QuerySet:
        return self.visible().filter(pk__in=pks)


class VisibleChooserViewSet(SnippetChooserViewSet):
    choose_view_class = VisibleChooseView
    choose_results_view_class = VisibleChooseResultsView
    chosen_view_class = VisibleChosenView
    chosen_multiple_view_class = VisibleChosenMultipleView
