"""Pages with the best matches of a record, their section on the record's own page, and their export."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.views.generic import TemplateView, View
from wagtail.admin.widgets.button import Button

from access_log.models import AccessLogEntry
from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_list_link, get_list_url, get_record_url
from dossiers.backoffice.matching.suggestions import (
    WAYS,
    CandidatesForInterest,
    OffersForDossier,
    Suggestion,
    Suggestions,
)
from dossiers.backoffice.merges.list_views import RedirectsMergedDossier
from dossiers.backoffice.record_access import LogsAccess
from dossiers.matching import MOST_POINTS, WEIGHTS, Aspect
from dossiers.matching.weights import Weight
from dossiers.models import Dossier, EmployerInterest
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.spreadsheets.exports.downloads import download
from dossiers.spreadsheets.exports.export import Shown
from dossiers.spreadsheets.writer import FORMATS

MAX_ON_LIST, MAX_ON_RECORD_PAGE = 20, 5
SIDES: dict[type[Model], type[Suggestions]] = {Dossier: OffersForDossier, EmployerInterest: CandidatesForInterest}


def find_suggestions(record: Model, user: Any, limit: int = MAX_ON_RECORD_PAGE) -> Suggestions | None:
    """Return the suggestions for the record's own page, or None if the user may not see both sides."""
    side = SIDES[type(record)]
    return side(record, user, limit) if side.is_allowed(user) else None


def log_suggestions(request: HttpRequest, suggestions: Suggestions | None) -> None:
    """Write to the access log which suggestions the user saw."""
    if suggestions:
        log_list_access(request, suggestions.title, len(suggestions.entries), [suggestions.record.reference])


def get_suggestions_buttons(record: Model, user: Any) -> list[Button]:
    """Return the menu button of the record's form."""
    side = SIDES[type(record)]
    if not side.is_allowed(user):
        return []
    return [Button(side.title, url=reverse(side.page, args=[record.pk]), icon_name="tasks", priority=6)]


class SuggestionsMixin:
    """Base of the pages with the suggestions of a record that the user may see."""

    side: type[Suggestions]
    model: type[Model]
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.side.is_allowed(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def suggestions(self) -> Suggestions:
        visible = self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]
        return self.side(get_object_or_404(visible, pk=self.kwargs["pk"]), self.request.user, MAX_ON_LIST)

    @property
    def formats(self) -> list[str]:
        """Return the formats that the user may export the suggested records in."""
        name = self.side.listed._meta.model_name
        return [format for format in EXPORT_FORMATS if self.request.user.has_perm(f"dossiers.export_{format}_{name}")]


class SuggestionsView(LogsAccess, SuggestionsMixin, AdminPageMixin, TemplateView):
    """The best matches, with reasons for and against."""

    template_name = "dossiers/matching/page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        log_suggestions(request, self.suggestions)
        return super().get(request, *args, **kwargs)

    def get_accessed_records(self) -> list[Any]:
        return [self.suggestions.record]

    def get_page_title(self) -> str:
        return str(self.side.title)

    def get_page_subtitle(self) -> str:
        return str(self.suggestions.record.heading)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [
            Button(
                gettext("Export this list as %(format)s") % {"format": FORMATS[format].label},
                url=reverse(f"{self.side.page}_export", args=[self.kwargs["pk"], format]),
                icon_name="download",
                priority=200 + place,
            )
            for place, format in enumerate(self.formats)
            if self.suggestions.entries
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        suggestions = self.suggestions
        return super().get_context_data(**kwargs) | {
            "suggestions": suggestions,
            "best": MAX_ON_LIST,
            "more": suggestions.found.fitting > len(suggestions.entries),
            "scale": get_scale(),
            "most_points": MOST_POINTS,
            "stopping_url": get_list_url(Dossier, missing="withdrawal"),
            "placements_url": f"{get_record_url(suggestions.record)}#placement",
        }

    def get_parent_pages(self) -> list[Link]:
        record = self.suggestions.record
        return [get_list_link(self.model), (get_record_url(record), record.heading)]

    def get_breadcrumb(self) -> dict[str, Any]:
        return {"label": self.side.title, "sublabel": self.suggestions.record.heading}


def get_scale() -> list[tuple[str, list[Weight]]]:
    """Return (label of the aspect, its weights) of each aspect."""
    weights_by_aspect: dict[Aspect, list[Weight]] = defaultdict(list)
    for weight in WEIGHTS:
        weights_by_aspect[weight.aspect].append(weight)
    return [(str(aspect.label), weights) for aspect, weights in weights_by_aspect.items()]


class DownloadView(SuggestionsMixin, View):
    """Download the suggestions."""

    def get(self, request: HttpRequest, pk: int, format: str) -> HttpResponseBase:
        if format not in self.formats:
            raise PermissionDenied
        suggestions = self.suggestions
        about = f"{self.side.title}: {suggestions.record}"
        AccessLogEntry.objects.note(request.user, AccessLogEntry.What.EXPORTED, about, len(suggestions.entries), format)
        return download(SuggestionsTable(suggestions), format)


class SuggestionsTable:
    """The suggestions as a table, with the interface of Export."""

    def __init__(self, suggestions: Suggestions) -> None:
        self.suggestions = suggestions
        self.columns = [
            Shown("reference", gettext("Reference"), lambda entry: entry.match.record.reference),
            Shown("name", gettext("Name"), lambda entry: entry.name),
            Shown("facts", gettext("About"), lambda entry: entry.facts),
            Shown("points", gettext("Points"), lambda entry: entry.points),
            *(Shown(way.value, str(word), partial(Suggestion.reasons, way=way)) for way, word in WAYS.items()),
            Shown("earlier", gettext("Earlier placement"), lambda entry: entry.earlier),
        ]

    @property
    def title(self) -> str:
        return f"{self.suggestions.title} {self.suggestions.record.reference}"

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def header(self) -> list[str]:
        return [column.header for column in self.columns]

    def values(self) -> Iterator[list[Any]]:
        for entry in self.suggestions.entries:
            yield [column.value(entry) for column in self.columns]

    def rows(self) -> Iterator[list[Any]]:
        for values in self.values():
            yield ["; ".join(value) if isinstance(value, list) else value for value in values]


class FittingEmployersView(RedirectsMergedDossier, SuggestionsView):
    side, model = OffersForDossier, Dossier


class FittingEmployersDownloadView(DownloadView):
    side, model = OffersForDossier, Dossier


class FittingCandidatesView(SuggestionsView):
    side, model = CandidatesForInterest, EmployerInterest


class FittingCandidatesDownloadView(DownloadView):
    side, model = CandidatesForInterest, EmployerInterest


def urls() -> list[URLPattern]:
    employers, candidates = "dossiers/<int:pk>/fitting-employers/", "interests/<int:pk>/fitting-candidates/"
    export = "export/<slug:format>/"
    return [
        path(employers, FittingEmployersView.as_view(), name=OffersForDossier.page),
        path(employers + export, FittingEmployersDownloadView.as_view(), name=f"{OffersForDossier.page}_export"),
        path(candidates, FittingCandidatesView.as_view(), name=CandidatesForInterest.page),
        path(candidates + export, FittingCandidatesDownloadView.as_view(), name=f"{CandidatesForInterest.page}_export"),
    ]
