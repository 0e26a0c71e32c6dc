"""The pages with the best that fit a record, their part on the record's own page, and the way out as a spreadsheet."""

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
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from access_log.models import AccessLogEntry
from dossiers.backoffice.access_log import note_list
from dossiers.backoffice.activity.subjects import page_of
from dossiers.backoffice.matching.suggestions import (
    WAYS,
    CandidatesForInterest,
    OffersForDossier,
    Suggestion,
    Suggestions,
)
from dossiers.backoffice.merges.list_views import RedirectsMergedDossier
from dossiers.matching import MOST_POINTS, WEIGHTS, Aspect
from dossiers.matching.weights import Weight
from dossiers.models import Dossier, EmployerInterest
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.spreadsheets.exports.downloads import download
from dossiers.spreadsheets.exports.export import Shown
from dossiers.spreadsheets.writer import FORMATS

BEST, FIRST = 20, 5
SIDES: dict[type[Model], type[Suggestions]] = {Dossier: OffersForDossier, EmployerInterest: CandidatesForInterest}


def suggestions_for(record: Model, user: Any, limit: int = FIRST) -> Suggestions | None:
    """What stands on the record's own page; None for who may not see both sides."""
    side = SIDES[type(record)]
    return side(record, user, limit) if side.allowed(user) else None


def note_suggestions(request: HttpRequest, suggestions: Suggestions | None) -> None:
    """Notes who saw candidates that fit, or offers of employers."""
    if suggestions:
        note_list(request, suggestions.title, len(suggestions.entries), [suggestions.record.reference])


def suggestions_buttons(record: Model, user: Any) -> list[Button]:
    """What stands in the menu of the record's form."""
    side = SIDES[type(record)]
    if not side.allowed(user):
        return []
    return [Button(side.title, url=reverse(side.page, args=[record.pk]), icon_name="tasks", priority=6)]


class Beside:
    """Base of what stands beside one record that the user may see; else there is nothing there."""

    side: type[Suggestions]
    model: type[Model]
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.side.allowed(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def suggestions(self) -> Suggestions:
        visible = self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]
        return self.side(get_object_or_404(visible, pk=self.kwargs["pk"]), self.request.user, BEST)

    @property
    def formats(self) -> list[str]:
        """Those in which the user may export what is listed here."""
        name = self.side.listed._meta.model_name
        return [format for format in EXPORT_FORMATS if self.request.user.has_perm(f"dossiers.export_{format}_{name}")]


class SuggestionsView(Beside, WagtailAdminTemplateMixin, TemplateView):
    """The best that fit, with reasons for and against. Nothing is decided here: a person proposes."""

    template_name = "dossiers/matching/page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note_suggestions(request, self.suggestions)
        return super().get(request, *args, **kwargs)

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
            "best": BEST,
            "more": suggestions.found.fitting > len(suggestions.entries),
            "scale": scale(),
            "most_points": MOST_POINTS,
            "placements_url": f"{page_of(suggestions.record)}#placement",
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        record, listing = self.suggestions.record, self.model.snippet_viewset  # type: ignore[attr-defined]
        return [
            *self.breadcrumbs_items,
            {"url": reverse(listing.get_url_name("list")), "label": listing.menu_label},
            {"url": page_of(record), "label": record.heading},
            {"url": "", "label": self.side.title, "sublabel": record.heading},
        ]


def scale() -> list[tuple[str, list[Weight]]]:
    """The points of each aspect, as they are given."""
    weights_by_aspect: dict[Aspect, list[Weight]] = defaultdict(list)
    for weight in WEIGHTS:
        weights_by_aspect[weight.aspect].append(weight)
    return [(str(aspect.label), weights) for aspect, weights in weights_by_aspect.items()]


class DownloadView(Beside, View):
    """The same list as a file."""

    def get(self, request: HttpRequest, pk: int, format: str) -> HttpResponseBase:
        if format not in self.formats:
            raise PermissionDenied
        suggestions = self.suggestions
        about = f"{self.side.title}: {suggestions.record}"
        AccessLogEntry.objects.note(request.user, AccessLogEntry.What.EXPORTED, about, len(suggestions.entries), format)
        return download(SuggestionsTable(suggestions), format)


class SuggestionsTable:
    """The list as a table: a Table of the spreadsheets' writer."""

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
