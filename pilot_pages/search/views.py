"""The page of search results. No query is stored or logged; the words of those without a result are counted."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.generic import TemplateView
from wagtail.models import Locale

from pilot_pages.models.unfound_word import count_unfound_words
from pilot_pages.search.search import Search
from pilot_pages.site_settings import PilotSettings

MAX_QUERY_LENGTH = 100  # characters; the rest is ignored
PAGE_SIZE = 10


class SearchView(TemplateView):
    template_name = "pilot_pages/search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = " ".join(self.request.GET.get("q", "").replace("\0", "")[:MAX_QUERY_LENGTH].split())
        contact = PilotSettings.for_request(self.request)
        search = Search(query, Locale.get_active(), contact.search_synonyms)
        results = Paginator(search.results if query else [], PAGE_SIZE).get_page(self.request.GET.get("p"))
        if query and not search.results:
            count_unfound_words(query, search.terms, get_language() or "")
            if page := search.questions_page:  # editors say in its next step whom to ask
                kwargs |= {"page": page, "next_step": page.find_next_step(self.request)}
        return super().get_context_data(query=query, search=search, results=results, contact=contact, **kwargs)
