"""The list of words that visitors searched for without a result."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from dates.format import format_date
from pilot_pages.editing.review_items import get_editable_pages
from pilot_pages.models import UnfoundWord
from pilot_pages.models.unfound_word import READ_FROM


class UnfoundWordsView(ReportView):
    page_title = _("Searches without a result")
    header_icon = "search"
    model = UnfoundWord
    permission_policy = policy_registry.get_by_type(Page)
    any_permission_required = ("change", "publish")
    index_url_name = "pilot_pages_unfound_words"
    index_results_url_name = "pilot_pages_unfound_words_results"
    results_template_name = "pilot_pages/editing/unfound_words_results.html"
    columns: ClassVar[list[Column]] = [
        Column("word", label=_("Searched word")),
        Column("language", label=_("Language")),
        Column("count", label=_("Number of searches")),
        Column("last_on", label=_("Last searched"), accessor=lambda word: format_date(word.last_on)),
    ]
    list_export = ("word", "language", "count", "last_on")
    export_headings = {
        "word": _("Searched word"),
        "language": _("Language"),
        "count": _("Number of searches"),
        "last_on": _("Last searched"),
    }

    def get_base_queryset(self) -> Any:
        return UnfoundWord.objects.exclude(word="")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hidden_count = UnfoundWord.objects.filter(word="").count()
        return super().get_context_data(hidden_count=hidden_count, read_from=READ_FROM, **kwargs)

    def get_filename(self) -> str:
        return gettext("searches-without-a-result")


class UnfoundWordsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return get_editable_pages(request.user).exists()


def build_unfound_words_menu_item() -> MenuItem:
    return UnfoundWordsMenuItem(
        _("Searches without a result"),
        reverse_lazy("pilot_pages_unfound_words"),
        name="unfound-words",
        icon_name="search",
    )
