"""The access log: functions that write to it, and pages that show it.

Coordinators see the entries of one dossier, administrators see all entries.
"""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import BaseListingView

from access_log.models import AccessLogEntry
from admin_pages.pages import BreadcrumbsMixin, Link
from dates.filters import DateRangeFilter
from dates.format import format_datetime
from dossiers.backoffice.activity.subjects import get_list_link, get_record_url
from dossiers.filters import RecordFilterSet
from dossiers.filters.descriptions import describe_filters as describe_filter_set
from dossiers.filters.descriptions import describe_import
from dossiers.forgetting.retention_map import holds_people
from dossiers.models import Dossier, ImportRun
from dossiers.models.search_terms import search_terms

MAX_ENTRIES_SHOWN = 20


class LogsListAccess:
    """Write to the access log that the user saw people in this list.

    One entry for the whole list holds the number of people, the filters, the columns and the page number.
    """

    model: Any
    columns: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().get(request, *args, **kwargs)  # type: ignore[misc]
        page = (getattr(response, "context_data", None) or {}).get("page_obj")
        if page is not None and holds_people(self.model):
            labels = [str(column.label) for column in self.columns if getattr(column, "label", "")]
            parts = [*describe_filters(self), gettext("columns: %(names)s") % {"names": ", ".join(labels)}]
            if page.paginator.num_pages > 1:
                place = {"number": page.number, "total": page.paginator.num_pages}
                parts.append(gettext("page %(number)d of %(total)d") % place)
            shown = page.end_index() - page.start_index() + 1 if page.paginator.count else 0
            log_list_access(request, self.model._meta.verbose_name_plural, shown, parts)
        return response


def log_list_access(request: HttpRequest, about: Any, count: int, filters: Iterable[str] = ()) -> None:
    """Write to the access log that the user saw `count` people in the list `about`; write nothing if `count` is 0."""
    if count:
        AccessLogEntry.objects.note_list(request.user, str(about), count, " · ".join(filters))


def log_choice_access(request: HttpRequest, about: Any, count: int, *, searched: bool) -> None:
    """Write to the access log that the user was offered `count` people to choose from."""
    log_list_access(
        request, about, count, [gettext("to choose from"), *([gettext("searched by a word")] if searched else [])]
    )


def log_import_access(request: HttpRequest, run: ImportRun, kind: str = AccessLogEntry.What.LINES) -> None:
    """Write to the access log that the user saw or exported the people in an import."""
    AccessLogEntry.objects.note(request.user, kind, describe_import(run.pk))


def log_export(request: HttpRequest, model: type[Model], list_view: Any, format: str, count: int) -> None:
    """Write to the access log that the user exported a list, with the number of rows, the format and the filters."""
    records = str(model._meta.verbose_name_plural)
    detail = " · ".join([format, *describe_filters(list_view), *get_ticked_references(list_view)])
    AccessLogEntry.objects.note(request.user, AccessLogEntry.What.EXPORTED, records, count, detail)


def describe_filters(list_view: Any) -> Iterable[str]:
    """Return the active filters as texts, such as "Status: available".

    The search terms are left out, because people are searched by name.
    """
    if list_view.filters and list_view.filters.is_valid():
        yield from describe_filter_set(list_view.filters)
    if list_view.is_searching:
        yield gettext("searched by a word")
    if getattr(list_view, "selected_keys", None) is not None:
        yield gettext("ticked lines")


def get_ticked_references(list_view: Any) -> Iterable[str]:
    """Return the references of the ticked dossiers as one text, by which the log of each dossier finds the export."""
    keys = getattr(list_view, "selected_keys", None)
    if keys and list_view.model is Dossier:
        references = Dossier.objects.visible_to(list_view.request.user).filter(pk__in=keys).order_by("reference")
        yield ", ".join(references.values_list("reference", flat=True))


class WhenColumn(Column):
    """A datetime as 12-11-2026 09:30."""

    def get_value(self, instance: AccessLogEntry) -> str:
        return format_datetime(instance.at)


def get_full_names() -> dict[str, str]:
    """Return the full names of users, which may be empty, by login name."""
    return {user.get_username(): user.get_full_name() for user in get_user_model()._default_manager.all()}


def add_user_names(entries: Iterable[AccessLogEntry]) -> list[tuple[AccessLogEntry, str]]:
    """Return each entry with the full name of its user, or with the login name of one who has none or is gone."""
    full_names = get_full_names()
    return [(entry, full_names.get(entry.user_name) or entry.user_name) for entry in entries]


class UserNameColumn(Column):
    """The full name of a user with the login name, or only the login name of a user who is gone."""

    @cached_property
    def full_names(self) -> dict[str, str]:
        return get_full_names()

    def get_value(self, instance: AccessLogEntry) -> str:
        full_name = self.full_names.get(instance.user_name)
        return f"{full_name} ({instance.user_name})" if full_name else instance.user_name


class WhatColumn(Column):
    """The column of the page or file that was opened, with the number of records and the filters."""

    def get_value(self, instance: AccessLogEntry) -> str:
        count = f"{instance.count}" if instance.count is not None else ""
        return " · ".join(filter(None, [capfirst(instance.get_what_display()), count, instance.detail]))


class RecordAccessLogView(BreadcrumbsMixin, BaseListingView):
    """The access log of one dossier."""

    model = AccessLogEntry
    page_title = _("Who looked")
    header_icon = "view"
    paginate_by = 50
    default_ordering = "-at"
    template_name = "dossiers/access_log/list.html"

    @cached_property
    def dossier(self) -> Dossier:
        if not self.request.user.has_perm("dossiers.view_dossier"):
            raise PermissionDenied
        return get_object_or_404(Dossier.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def columns(self) -> list[Column]:
        return [
            WhenColumn("at", label=_("When"), sort_key="at"),
            UserNameColumn("user_name", label=_("Who"), sort_key="user_name"),
            WhatColumn("what", label=_("What")),
        ]

    def get_page_subtitle(self) -> str:
        return str(self.dossier.heading)

    def get_base_queryset(self) -> QuerySet:
        return AccessLogEntry.objects.at(self.dossier.reference)

    def get_index_url(self) -> str:
        return self.request.path

    def get_parent_pages(self) -> list[Link]:
        return [get_list_link(Dossier), (get_record_url(self.dossier), self.dossier.heading)]


class AccessLogFilterSet(RecordFilterSet):
    user_name = django_filters.CharFilter(label=_("who"), method="filter_user_name")
    about = django_filters.CharFilter(label=_("about"), lookup_expr="iexact")
    at = DateRangeFilter(label=_("period"))

    class Meta:
        model = AccessLogEntry
        fields: list[str] = []

    def filter_user_name(self, entries: QuerySet, _name: str, text: str) -> QuerySet:
        """Return the entries of this login name, and those of users of whom each word is part of the full name."""
        named = get_user_model()._default_manager.all()
        for word in search_terms(text):
            named = named.filter(Q(first_name__folded__contains=word) | Q(last_name__folded__contains=word))
        user_names = [user.get_username() for user in named]
        return entries.filter(Q(user_name__iexact=text) | Q(user_name__in=user_names))


class AccessLogView(RecordAccessLogView):
    """The access log of all records, for administrators."""

    filterset_class = AccessLogFilterSet
    index_url_name = "dossiers_access_log"
    index_results_url_name = "dossiers_access_log_results"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_see_all(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def columns(self) -> list[Column]:
        moment, user, kind = super().columns
        return [moment, user, Column("about", label=_("About")), kind]

    def get_page_subtitle(self) -> str:
        return ""

    def get_base_queryset(self) -> QuerySet:
        return AccessLogEntry.objects.all()

    def get_parent_pages(self) -> list[Link]:
        return []


def may_see_all(request: HttpRequest) -> bool:
    return request.user.has_perm("access_log.view_accesslogentry")


class AccessLogMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_all(request)


def access_log_menu_item() -> MenuItem:
    """Return the item of the access log for Wagtail's menu of reports."""
    return AccessLogMenuItem(_("Who looked"), reverse_lazy("dossiers_access_log"), name="access-log", icon_name="view")
