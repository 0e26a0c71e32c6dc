"""A partner's lists with their states, and the page of one list."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from admin_pages.pages import AdminPageMixin, Link
from admin_pages.pagination import paginate
from admin_pages.tabs import build_tabs
from dossiers.backoffice.access_log import log_import_access
from dossiers.backoffice.imports.previews import ShownRow, build_shown_rows
from dossiers.backoffice.imports.views import get_list_context
from dossiers.backoffice.labels import get_person_name
from dossiers.backoffice.partners.people import get_supplied_name
from dossiers.backoffice.partners.permissions import PartnerRunsMixin
from dossiers.backoffice.partners.rejected_rows import build_rejected_rows, find_rejected_rows
from dossiers.backoffice.partners.states import get_state_label, needs_action
from dossiers.models import Action, ImportRow, ImportRun, Supply
from dossiers.progress import Progress

TABS = (Action.ERROR, Action.NEW, Action.CHANGED, Action.UNCHANGED, Action.SKIPPED, Action.ABSENT)
REMOVABLE_ACTIONS = (Action.NEW, Action.CHANGED, Action.ERROR)  # rows with these actions can be left out together


class OwnListsView(PartnerRunsMixin, BaseListingView):
    """The partner's lists."""

    template_name = "dossiers/partners/lists.html"
    page_title = _("Our lists")
    header_icon = "upload"
    index_url_name = "dossiers_partner_lists"
    paginate_by = 50
    default_ordering = "-created_at"

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "file_name", label=_("File"), get_url=lambda run: reverse("dossiers_partner_list", args=[run.pk])
            ),
            StatusTagColumn("state", label=_("State"), accessor=get_state_label, primary=needs_action),
            Column("organisation", label=_("Organisation")),
            Column("user", label=_("By"), accessor=lambda run: get_person_name(run.user) if run.user else "–"),
            DateColumn("created_at", label=_("Uploaded"), sort_key="created_at"),
        ]

    def get_base_queryset(self) -> QuerySet[ImportRun]:
        return self.get_all_runs()


class OwnListView(PartnerRunsMixin, AdminPageMixin, DetailView):
    """The page of a list; its rows are shown only until a coordinator opens it."""

    context_object_name = "run"
    header_icon = "upload"
    page_title = _("Our list")
    object: ImportRun

    def get_queryset(self) -> QuerySet[ImportRun]:
        return self.get_all_runs()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if self.object.with_partner and self.object.state == ImportRun.State.ASKING:
            return redirect(self.columns_url_name, self.object.pk)
        if self.shows_rows or self.shows_rejected_rows:
            log_import_access(request, self.object)
        return super().get(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        if self.object.with_partner and self.object.state == ImportRun.State.READING:
            return ["dossiers/partners/busy.html"]
        return ["dossiers/partners/preview.html" if self.shows_rows else "dossiers/partners/list.html"]

    @property
    def shows_rows(self) -> bool:
        return self.object.with_partner and self.object.state in (ImportRun.State.PREVIEWED, ImportRun.State.SENT)

    @cached_property
    def shows_rejected_rows(self) -> bool:
        return self.object.state == ImportRun.State.APPLIED and find_rejected_rows(self.object).exists()

    def get_page_subtitle(self) -> str:
        return self.object.file_name

    def get_parent_pages(self) -> list[Link]:
        return [(reverse(self.list_url_name), self.list_label)]

    def get_breadcrumb(self) -> dict[str, Any]:
        return {"label": self.object.file_name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context |= {"state": get_state_label(run), "word": self.note, "progress": Progress.of(run).read()}
        if run.state == ImportRun.State.APPLIED:
            context["counts"] = run.counts()
            pagination = paginate(self.request, find_rejected_rows(run))
            page = pagination["page"]
            context |= pagination | {
                "not_taken": page.paginator.count,
                "rejected_rows": build_rejected_rows(run, list(page.object_list)),
            }
        elif run.state == ImportRun.State.UNDONE and run.undone_by:
            context["undone_by"] = get_person_name(run.undone_by)
        return context | (self._get_preview_context() if self.shows_rows else {})

    @property
    def note(self) -> str:
        """Return the coordinator's note about this list, or about the returned list that it replaces."""
        before = self.object.continues
        note_before = before.returned_word if before and before.by_partner else ""
        return self.object.returned_word or note_before

    def _get_preview_context(self) -> dict[str, Any]:
        run, counts = self.object, self.object.counts()
        shown_action = self.request.GET.get("action")
        shown = (
            shown_action if shown_action in TABS else next((tab.value for tab in TABS if counts[tab]), Action.NEW.value)
        )
        pagination = paginate(self.request, run.rows.filter(action=shown))
        return (
            get_list_context(run, shown, REMOVABLE_ACTIONS)
            | pagination
            | {
                "tabs": build_tabs("action", [(tab.value, tab.label) for tab in TABS], counts, shown),
                "rows": build_partner_rows(run, list(pagination["page"].object_list)),
                "counts": counts,
                "sendable": run.worth_sending,
            }
        )


def build_partner_rows(run: ImportRun, rows: list[ImportRow]) -> list[ShownRow]:
    """Return the rows for a page of the partner; absent people have the name that the partner supplied."""
    supplies = Supply.objects.filter(organisation=run.organisation_id, pk__in=[row.supply_id for row in rows])
    names = {supply.pk: get_supplied_name(supply.values) for supply in supplies}
    shown = build_shown_rows(run, rows)
    for row, line in zip(rows, shown, strict=True):
        if row.action == Action.ABSENT:
            line.who = " ".join(filter(None, [names.get(row.supply_id or 0), row.given.get("external_id")]))
    return shown
