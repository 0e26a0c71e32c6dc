"""Imports in the backoffice: the list of them, and one from its preview to its result."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, View
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView, WagtailAdminTemplateMixin

from access_log.models import AccessLogEntry
from dossiers.backoffice.access_log import note_lines
from dossiers.backoffice.activity.subjects import list_of
from dossiers.backoffice.imports.absent import absent_context, choice_for_all
from dossiers.backoffice.imports.previews import ShownRow, shown_rows
from dossiers.backoffice.imports.row_corrections import LINES, PreviewedMixin, name_lines_of
from dossiers.backoffice.imports.undo import undone_context
from dossiers.backoffice.labels import NOTHING, person_name
from dossiers.backoffice.list_exports import GoesOut
from dossiers.filters import ImportFilterSet
from dossiers.filters.imported import IMPORT
from dossiers.models import Action, ImportRun, RecordKind
from dossiers.spreadsheets.imports import absent, apply
from dossiers.spreadsheets.imports.error_workbook import returned_name, returned_workbook
from dossiers.spreadsheets.imports.file_parts import parts_of
from dossiers.spreadsheets.imports.staging import resource_for, warnings_of
from dossiers.spreadsheets.progress import Progress
from dossiers.spreadsheets.reader import Refused
from dossiers.spreadsheets.undo import undo
from dossiers.tasks import apply_import

ROWS_A_PAGE = 50
UNSEEN = (Action.ERROR, Action.SIMILAR, Action.CHANGED)  # what a correction led to, and nobody has looked at
MOVABLE = (Action.NEW, Action.CHANGED, Action.SIMILAR, Action.ERROR)  # groups that can be left out at once


class ImportListView(PermissionRequiredMixin, GoesOut, BaseListingView):
    permission_required = "dossiers.view_importrun"
    model = ImportRun
    template_name = "dossiers/imports/list.html"
    page_title = _("Imports")
    header_icon = "upload"
    index_url_name = "dossiers_imports"
    index_results_url_name = "dossiers_imports_results"
    export_url_name = "dossiers_imports_export"
    filterset_class = ImportFilterSet
    paginate_by = 50
    default_ordering = "-created_at"

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("file_name", label=_("File"), get_url=lambda run: reverse("dossiers_import", args=[run.pk])),
            Column("get_record_display", label=_("List of")),
            Column("organisation", label=_("Sent by")),
            Column("get_state_display", label=_("State")),
            Column("user", label=_("By"), accessor=lambda run: person_name(run.user) if run.user else NOTHING),
            DateColumn("created_at", label=_("Uploaded"), sort_key="created_at"),
        ]

    def get_base_queryset(self) -> QuerySet:
        return ImportRun.objects.visible_to(self.request.user).select_related("organisation", "user")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = ImportRun.objects.visible_to(self.request.user).waiting()
        return super().get_context_data(**kwargs) | {"records": RecordKind.choices, "waiting_lists": waiting}


@dataclass(frozen=True)
class Tab:
    action: str
    label: str
    count: int
    current: bool


class ImportView(PermissionRequiredMixin, WagtailAdminTemplateMixin, DetailView):
    """One import, in whatever state it is."""

    permission_required = "dossiers.view_importrun"
    context_object_name = "run"
    header_icon = "upload"
    page_title = _("Import of a list")
    object: ImportRun

    def get_queryset(self) -> QuerySet:
        return ImportRun.objects.visible_to(self.request.user).select_related("organisation", "user")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if self.object.state == ImportRun.State.ASKING and request.user.has_perm("dossiers.add_importrun"):
            return redirect("dossiers_import_columns", self.object.pk)
        if self.object.state in (ImportRun.State.PREVIEWED, ImportRun.State.APPLIED, ImportRun.State.UNDONE):
            note_lines(request, self.object)
        return super().get(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        if self.object.with_partner:
            return ["dossiers/partners/with_partner.html"]
        if self.object.state in ImportRun.BUSY:
            return ["dossiers/imports/busy.html"]
        if self.object.state in (ImportRun.State.PREVIEWED, ImportRun.State.APPLIED):
            return ["dossiers/imports/preview.html"]
        if self.object.state == ImportRun.State.UNDONE:
            return ["dossiers/imports/undone.html"]
        return ["dossiers/imports/refused.html"]

    def get_page_subtitle(self) -> str:
        parts = (str(self.object.organisation or ""), self.object.file_name)
        return " · ".join(part for part in parts if part)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = {"url": "", "label": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, {"url": reverse("dossiers_imports"), "label": _("Imports")}, here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.object.state in (ImportRun.State.PREVIEWED, ImportRun.State.APPLIED):
            context |= self._preview()
        if self.object.state == ImportRun.State.UNDONE:
            context |= undone_context(self.request, self.object)
        if self.object.state == ImportRun.State.READING:
            context |= {"first_rows": self._first_rows()}
        return context | {"list_url": _list_url(self.object), "progress": Progress(self.object.pk).read()}

    def _first_rows(self) -> list[tuple[str, ShownRow]]:
        """The first page of a list that is still being read: what happens to each line, and the line."""
        rows = list(self.object.rows.all()[:ROWS_A_PAGE])
        return [
            (row.get_action_display(), in_words)
            for row, in_words in zip(rows, shown_rows(self.object, rows), strict=True)
        ]

    def _preview(self) -> dict[str, Any]:
        run, counts = self.object, self.object.counts()
        shown_action = self.request.GET.get("action")
        shown = shown_action if shown_action in Action.values else _first_to_look_at(counts)
        page = Paginator(run.rows.filter(action=shown), ROWS_A_PAGE).get_page(self.request.GET.get("p"))
        rows = _rows(page)
        rows_in_words = shown_rows(run, rows)
        listed = sum(counts.values()) - counts[Action.ABSENT]
        good = counts[Action.NEW] + counts[Action.CHANGED]
        names = {name: field.column_name for name, field in resource_for(run).sheet_fields().items()}
        return absent_context(run, rows, rows_in_words) | {
            "can_undo": not undo.refusal(run),
            "tabs": [Tab(a.value, str(a.label), counts[a], a == shown) for a in Action],
            "shown": shown,
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "rows": rows_in_words,
            "counts": counts,
            "good": good,
            "listed": listed,
            "absent_done": run.rows.filter(action=Action.ABSENT).exclude(changes={}).count(),
            "waiting": counts[Action.ERROR] + counts[Action.SIMILAR],
            "taken": [(c["header"] or gettext("all lines"), names[c["field"]]) for c in run.columns if c["field"]],
            "warnings": warnings_of(run, with_parts=run.state != ImportRun.State.PREVIEWED),
            "parts": parts_of(run),
            "questions": len(run.asked.get("dates", [])) + sum(map(len, run.asked.get("words", {}).values())),
            "can_move": shown in MOVABLE or (shown == Action.SKIPPED and run.rows.filter(left_out=True).exists()),
            "private": [c["header"] for c in run.columns if c["dropped"] == "privacy"],
            "unknown": [c["header"] for c in run.columns if c["dropped"] == "unknown" and c["header"]],
        }


def _rows(page: Page) -> list[Any]:
    return list(page.object_list)


def _first_to_look_at(counts: dict[str, int]) -> str:
    """Errors first: they are what one has to do something about."""
    order = (Action.ERROR, Action.SIMILAR, Action.NEW, Action.CHANGED, Action.UNCHANGED, Action.SKIPPED)
    return next((action.value for action in order if counts[action]), Action.NEW.value)


def _list_url(run: ImportRun) -> str:
    """Of what it wrote; of all there are, once that was undone."""
    query = {IMPORT: run.pk} if run.state == ImportRun.State.APPLIED else {}
    return list_of(resource_for(run)._meta.model, **query)


class ApplyView(PreviewedMixin, View):
    """Hands a previewed import to the worker, with what was typed and chosen on its page. What nobody has seen yet is
    shown first."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.runs(), pk=pk)
        if run.state == ImportRun.State.PREVIEWED and (shown := self._not_seen_yet(request, run)):
            return redirect(f"{reverse('dossiers_import', args=[pk])}?action={shown}#{LINES}")
        try:
            with transaction.atomic():
                apply.begin(run, good_rows_only=request.POST.get("good_rows_only") == "yes")
                apply_import.enqueue(run.pk, request.user.pk)
        except apply.NotApplied as reason:
            messages.error(request, str(reason))
        return redirect("dossiers_import", pk)

    def _not_seen_yet(self, request: HttpRequest, run: ImportRun) -> str:
        """Keep what was typed and chosen; the tab that shows what has to be looked at before it is written, or ""."""
        choice = choice_for_all(request)
        unseen = [row for row in self.keep_input(request, run, for_all_absent=choice) if row.action in UNSEEN]
        if run.decided.get("word"):
            messages.warning(
                request,
                gettext(
                    "Nothing was imported yet. You typed a word to the partner: return the list with it, or empty that"
                    " field and import."
                ),
            )
            return _first_to_look_at(run.counts())
        if unseen:
            names = {"lines": name_lines_of(unseen)}
            messages.warning(
                request, gettext("Nothing was imported yet. Look first at what you typed in line %(lines)s.") % names
            )
            return str(unseen[0].action)
        if self.overtaken:
            return (
                Action.ABSENT.value if request.POST.get("back", "").startswith("?action=absent") else Action.ERROR.value
            )
        if choice:
            names = {"choice": dict(absent.options())[choice]}
            messages.warning(
                request,
                gettext(
                    "Nothing was imported yet. “%(choice)s” is chosen now for all people who are no longer in the list:"
                    " look at them, and import then."
                )
                % names,
            )
            return Action.ABSENT.value
        return ""


class ReturnView(PermissionRequiredMixin, View):
    """The list as a workbook for its sender, with what is wrong marked in it."""

    permission_required = "dossiers.add_importrun"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        run = get_object_or_404(ImportRun.objects.visible_to(request.user).exclude(clean_copy=""), pk=pk)
        return workbook_response(request, run, "dossiers_import")


def workbook_response(request: HttpRequest, run: ImportRun, url_name: str) -> HttpResponseBase:
    """That workbook; back to the list, by the name of its address, when its lines are gone."""
    try:
        workbook = returned_workbook(run)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(url_name, run.pk)
    note_lines(request, run, AccessLogEntry.What.EXPORTED)
    response = FileResponse(workbook, as_attachment=True, filename=returned_name(run))
    response["Cache-Control"] = "no-store"
    return response


class StopView(PermissionRequiredMixin, View):
    """Asks a running import to stop: nothing of it is written then."""

    permission_required = "dossiers.add_importrun"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk, state=ImportRun.State.APPLYING)
        Progress(run.pk).ask_to_stop()
        messages.info(request, gettext("Stopping. Nothing will be written."))
        return redirect("dossiers_import", pk)


class ProgressView(PermissionRequiredMixin, View):
    """How far a running import is: {"busy", "done", "total"}; rows, total null while it isn't known."""

    permission_required = "dossiers.view_importrun"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
        far = Progress(run.pk).read()
        return JsonResponse(
            {"busy": run.state in ImportRun.BUSY, "done": far.done if far else 0, "total": far.total if far else None}
        )
