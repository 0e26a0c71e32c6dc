"""Who looked: noting it, and showing it to coordinators (of one dossier) and administrators (of all)."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import BaseListingView

from access_log.models import AccessLogEntry
from dossiers.filters import RecordFilterSet
from dossiers.filters.descriptions import import_words, in_words
from dossiers.forgetting.retention_map import holds_people
from dossiers.models import Dossier, ImportRun

SHOWN_AT_ONCE = 20


class LogsAccess:
    """Notes that somebody opened this page of a record."""

    look: AccessLogEntry.What
    object: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().get(request, *args, **kwargs)  # type: ignore[misc]
        AccessLogEntry.objects.note(request.user, self.look, self.looked_at)
        return response

    @property
    def looked_at(self) -> str:
        """The reference of whom the page is about."""
        return str(self.object.reference)


class LogsListAccess:
    """Notes that somebody saw people in this list of Wagtail's: how many, by which filters, in which columns, on which
    page. A line for the list, none for each of the people."""

    model: Any
    columns: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().get(request, *args, **kwargs)  # type: ignore[misc]
        page = (getattr(response, "context_data", None) or {}).get("page_obj")
        if page is not None and holds_people(self.model):
            labels = [str(column.label) for column in self.columns if getattr(column, "label", "")]
            parts = [*filters_in_words(self), gettext("columns: %(names)s") % {"names": ", ".join(labels)}]
            if page.paginator.num_pages > 1:
                place = {"number": page.number, "total": page.paginator.num_pages}
                parts.append(gettext("page %(number)d of %(total)d") % place)
            shown = page.end_index() - page.start_index() + 1 if page.paginator.count else 0
            note_list(request, self.model._meta.verbose_name_plural, shown, parts)
        return response


def note_list(request: HttpRequest, about: Any, count: int, filters_in_words: Iterable[str] = ()) -> None:
    """Notes that somebody saw so many people in that list; nothing when it was empty."""
    if count:
        AccessLogEntry.objects.note_list(request.user, str(about), count, " · ".join(filters_in_words))


def note_choice(request: HttpRequest, about: Any, count: int, *, searched: bool) -> None:
    """Notes that somebody saw so many people to choose from."""
    note_list(
        request, about, count, [gettext("to choose from"), *([gettext("searched by a word")] if searched else [])]
    )


def note_lines(request: HttpRequest, run: ImportRun, what: str = AccessLogEntry.What.LINES) -> None:
    """Notes that somebody saw the people in a list that came in, or took it out again."""
    AccessLogEntry.objects.note(request.user, what, import_words(run.pk))


def note_export(request: HttpRequest, model: type[Model], list_view: Any, format: str, count: int) -> None:
    """Notes that a list of these records went out: how many, in which format, by which filters."""
    what = str(model._meta.verbose_name_plural)
    detail = " · ".join([format, *filters_in_words(list_view)])
    AccessLogEntry.objects.note(request.user, AccessLogEntry.What.EXPORTED, what, count, detail)


def filters_in_words(list_view: Any) -> Iterable[str]:
    """ "Status: available"; of a search only that there was one, for people search by name."""
    if list_view.filters and list_view.filters.is_valid():
        yield from in_words(list_view.filters)
    if list_view.is_searching:
        yield gettext("searched by a word")
    if getattr(list_view, "ticked", None) is not None:
        yield gettext("ticked lines")


class WhenColumn(Column):
    """A moment as 12-11-2026 09:30."""

    def get_value(self, instance: AccessLogEntry) -> str:
        return f"{timezone.localtime(instance.at):%d-%m-%Y %H:%M}"


class WhatColumn(Column):
    """What was opened or taken out, with how many and which."""

    def get_value(self, instance: AccessLogEntry) -> str:
        count = f"{instance.count}" if instance.count is not None else ""
        return " · ".join(filter(None, [capfirst(instance.get_what_display()), count, instance.detail]))


class RecordAccessLogView(BaseListingView):
    """All who looked at one dossier."""

    model = AccessLogEntry
    page_title = _("Who looked")
    header_icon = "view"
    paginate_by = 50
    default_ordering = "-at"
    template_name = "dossiers/looks/list.html"

    @cached_property
    def dossier(self) -> Dossier:
        if not self.request.user.has_perm("dossiers.view_dossier"):
            raise PermissionDenied
        return get_object_or_404(Dossier.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def columns(self) -> list[Column]:
        return [
            WhenColumn("at", label=_("When"), sort_key="at"),
            Column("user_name", label=_("Who"), sort_key="user_name"),
            WhatColumn("what", label=_("What")),
        ]

    def get_page_subtitle(self) -> str:
        return str(self.dossier.heading)

    def get_base_queryset(self) -> QuerySet:
        return AccessLogEntry.objects.at(self.dossier.reference)

    def get_index_url(self) -> str:
        return self.request.path

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        viewset = Dossier.snippet_viewset  # type: ignore[attr-defined]
        return [
            *self.breadcrumbs_items,
            {"url": reverse(viewset.get_url_name("list")), "label": _("Dossiers")},
            {"url": reverse(viewset.get_url_name("inspect"), args=[self.dossier.pk]), "label": self.dossier.heading},
            {"url": "", "label": self.page_title},
        ]


class AccessLogFilterSet(RecordFilterSet):
    user_name = django_filters.CharFilter(label=_("who"), lookup_expr="iexact")
    about = django_filters.CharFilter(label=_("about"), lookup_expr="iexact")
    at = django_filters.DateFromToRangeFilter(label=_("period"), widget=DateRangePickerWidget)

    class Meta:
        model = AccessLogEntry
        fields: list[str] = []


class AccessLogView(RecordAccessLogView):
    """All who looked at anything, for administrators."""

    filterset_class = AccessLogFilterSet
    index_url_name = "dossiers_looks"
    index_results_url_name = "dossiers_looks_results"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_see_all(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def columns(self) -> list[Column]:
        when, who, what = super().columns
        return [when, who, Column("about", label=_("About")), what]

    def get_page_subtitle(self) -> str:
        return ""

    def get_base_queryset(self) -> QuerySet:
        return AccessLogEntry.objects.all()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


def may_see_all(request: HttpRequest) -> bool:
    return request.user.has_perm("access_log.view_accesslogentry")


class AccessLogMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_all(request)


def looks_menu_item() -> MenuItem:
    """In Wagtail's menu of reports."""
    return AccessLogMenuItem(_("Who looked"), reverse_lazy("dossiers_looks"), icon_name="view", order=50)
