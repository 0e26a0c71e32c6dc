"""The search through the whole backoffice: the box on each page, and the page and the fragment with what it finds."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from admin_pages.pages import AdminPageMixin
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.search.results import Group, search
from dossiers.models.search_terms import search_terms


class SearchView(AdminPageMixin, TemplateView):
    """Shows the results of a search, or opens the record with the searched reference or the single exact match."""

    template_name = "dossiers/search/page.html"
    page_title = _("Search")
    header_icon = "search"

    @cached_property
    def text(self) -> str:
        """Return the words that are searched, without those that are cut off."""
        return " ".join(search_terms(self.request.GET.get("q", "")))

    @cached_property
    def groups(self) -> list[Group]:
        return search(self.request, self.text)

    def get_page_subtitle(self) -> str:
        return self.text

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        results = [result for group in self.groups for result in group.results if not group.is_similar]
        referred = [result for result in results if result.reference.casefold() == self.text.casefold()]
        return redirect((referred or results)[0].url) if len(results) == 1 or referred else self.show(request)

    def show(self, request: HttpRequest) -> HttpResponse:
        """Return the results, and write to the access log how many people are among them."""
        people = sum(len(group.results) for group in self.groups if group.holds_people)
        log_list_access(request, _("Search"), people, [gettext("searched by a word")])
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"text": self.text, "groups": self.groups}


class SearchResultsView(SearchView):
    """Shows the results below the box while the user types."""

    template_name = "dossiers/search/_groups.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"text": self.text, "groups": self.groups}


def search_box() -> str:
    """Return the box, for our own hook `search_box` that site/templates/wagtailadmin/base.html calls."""
    return render_to_string("dossiers/search/box.html")


def search_script() -> str:
    """Return the script of the box, for Wagtail's hook `insert_global_admin_js`."""
    return format_html('<script src="{}" defer></script>', static("dossiers/search-box.js"))


def urls() -> list[URLPattern]:
    return [
        path("search/", SearchView.as_view(), name="dossiers_search"),
        path("search/results/", SearchResultsView.as_view(), name="dossiers_search_results"),
    ]
