"""The list of imports, and the page of an import from its preview to its result."""

from collections.abc import Collection
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.models import User
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
from wagtail.admin.views.generic.base import BaseListingView

from access_log.models import AccessLogEntry
from admin_pages.pages import AdminPageMixin, Link
from admin_pages.pagination import ROWS_PER_PAGE, paginate
from admin_pages.tabs import build_tabs
from dossiers.backoffice.access_log import log_import_access
from dossiers.backoffice.activity.subjects import get_list_url
from dossiers.backoffice.imports.absent import get_absent_context, get_choice_for_all
from dossiers.backoffice.imports.previews import build_shown_rows
from dossiers.backoffice.imports.row_corrections import ROWS_FRAGMENT, PreviewedMixin, list_line_numbers
from dossiers.backoffice.imports.undo import get_undone_context
from dossiers.backoffice.labels import NOTHING, get_person_name
from dossiers.backoffice.list_exports import ExportableListMixin
from dossiers.filters import ImportFilterSet
from dossiers.filters.imported import IMPORT
from dossiers.models import FULL_NAME, NAME_FIELDS, Action, ImportRun, RecordKind
from dossiers.models.change_set import NotApplied
from dossiers.progress import Progress
from dossiers.spreadsheets.imports import absent, apply
from dossiers.spreadsheets.imports.columns import find_municipal_headers
from dossiers.spreadsheets.imports.continuation import (
    can_continue,
    continue_run,
    find_continuation,
    find_imported_lines,
)
from dossiers.spreadsheets.imports.decisions import count_unanswered_words
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook, error_workbook_name
from dossiers.spreadsheets.imports.file_parts import parts_of
from dossiers.spreadsheets.imports.staging import collect_warnings, resource_for
from dossiers.spreadsheets.reader import Refused
from dossiers.tasks import apply_import, read_import

UNREVIEWED_ACTIONS = (
    Action.ERROR,
    Action.SIMILAR,
    Action.CHANGED,
)  # a row that a correction turned into one of these must be looked at first
REMOVABLE_ACTIONS = (
    Action.NEW,
    Action.CHANGED,
    Action.SIMILAR,
    Action.ERROR,
)  # rows with these actions can be left out together


class ImportListView(PermissionRequiredMixin, ExportableListMixin, BaseListingView):
    """The list of imports."""

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
            Column("user", label=_("By"), accessor=lambda run: get_person_name(run.user) if run.user else NOTHING),
            DateColumn("created_at", label=_("Uploaded"), sort_key="created_at"),
        ]

    def get_base_queryset(self) -> QuerySet:
        return ImportRun.objects.visible_to(self.request.user).select_related("organisation", "user")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = ImportRun.objects.visible_to(self.request.user).waiting()
        return super().get_context_data(**kwargs) | {"records": RecordKind.choices, "waiting_lists": waiting}


class ImportView(PermissionRequiredMixin, AdminPageMixin, DetailView):
    """The page of an import; its template depends on the state."""

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
            log_import_access(request, self.object)
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

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_imports"), _("Imports"))]

    def get_breadcrumb(self) -> dict[str, Any]:
        return {"label": self.get_page_subtitle()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.object.state in (ImportRun.State.PREVIEWED, ImportRun.State.APPLIED):
            context |= self._get_preview_context()
        if self.object.state == ImportRun.State.UNDONE:
            context |= get_undone_context(self.request, self.object)
        if self.object.state == ImportRun.State.READING:
            rows = list(self.object.rows.all()[:ROWS_PER_PAGE])
            labels = [row.get_action_display() for row in rows]
            context["first_rows"] = list(zip(labels, build_shown_rows(self.object, rows), strict=True))
        # An applied import links to the records that it wrote, any other to all records.
        query = {IMPORT: self.object.pk} if self.object.state == ImportRun.State.APPLIED else {}
        list_url = get_list_url(resource_for(self.object)._meta.model, **query)
        return context | {"list_url": list_url, "progress": Progress.of(self.object).read()}

    def _get_preview_context(self) -> dict[str, Any]:
        run, counts = self.object, self.object.counts()
        shown_action = self.request.GET.get("action")
        shown = shown_action if shown_action in Action.values else _get_first_tab(counts)
        pagination = paginate(self.request, run.rows.filter(action=shown))
        rows = list(pagination["page"].object_list)
        rows_in_words = build_shown_rows(run, rows)
        listed = sum(counts.values()) - counts[Action.ABSENT]
        imported_before = run.rows.filter(action=Action.SKIPPED, line__in_batch=list(find_imported_lines(run))).count()
        good = counts[Action.NEW] + counts[Action.CHANGED]
        skipped_as_known = run.rows.filter(action=Action.SKIPPED, left_out=False).exists()
        return (
            get_absent_context(run, rows, rows_in_words)
            | get_list_context(run, shown, REMOVABLE_ACTIONS)
            | pagination
            | {
                "can_undo": not run.find_undo_refusal(),
                "can_continue": can_continue(run),
                "tabs": build_tabs("action", Action.choices, counts, shown),
                "rows": rows_in_words,
                "counts": counts,
                "good": good,
                "known": bool(counts[Action.UNCHANGED] or imported_before or skipped_as_known),
                "listed": listed,
                "imported_before": imported_before,
                "left_out": counts[Action.SKIPPED] - imported_before,
                "absent_done": run.rows.filter(action=Action.ABSENT).exclude(changes={}).count(),
                "waiting": counts[Action.ERROR] + counts[Action.SIMILAR],
            }
        )


def get_list_context(run: ImportRun, shown: str, removable: Collection[Action]) -> dict[str, Any]:
    """Return what the preview says of the whole list.

    `shown` is the action of the current tab; rows with a `removable` action can be left out together.
    """
    fields = resource_for(run).sheet_fields()
    names: dict[str, Any] = {name: field.column_name for name, field in fields.items()}
    names[FULL_NAME] = ", ".join(str(names[name]) for name in NAME_FIELDS if name in names)
    unknown = [c["header"] for c in run.columns if c["dropped"] == "unknown" and c["header"]]
    municipal = find_municipal_headers(unknown) if run.by_partner else []
    return {
        "taken": [(c["header"] or gettext("all lines"), names[c["field"]]) for c in run.columns if c["field"]],
        "warnings": collect_warnings(run, with_parts=run.state != ImportRun.State.PREVIEWED),
        "parts": parts_of(run),
        "questions": len(run.asked.get("dates", [])) + count_unanswered_words(run),
        "answered": any(run.asked.get(name) for name in ("words", "answered_words", "answered_dates")),
        "can_move": shown in removable or (shown == Action.SKIPPED and run.rows.filter(left_out=True).exists()),
        "private": [c["header"] for c in run.columns if c["dropped"] == "privacy"],
        "municipal": municipal,
        "unknown": [header for header in unknown if header not in municipal],
        "shown": shown,
    }


def _get_first_tab(counts: dict[str, int]) -> str:
    """Return the first action that has rows, errors first because they need work."""
    order = (Action.ERROR, Action.SIMILAR, Action.NEW, Action.CHANGED, Action.UNCHANGED, Action.SKIPPED)
    return next((action.value for action in order if counts[action]), Action.NEW.value)


class ApplyView(PreviewedMixin, View):
    """Save the input on the page and enqueue applying the import, unless rows must be reviewed first."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.get_runs(), pk=pk)
        if run.state == ImportRun.State.PREVIEWED and (shown := self._get_tab_to_review(request, run)):
            return redirect(f"{reverse('dossiers_import', args=[pk])}?action={shown}#{ROWS_FRAGMENT}")
        if run.state == ImportRun.State.PREVIEWED and count_unanswered_words(run):
            messages.warning(
                request, gettext("Nothing was imported yet. Say first what these words mean, and import then.")
            )
            return redirect("dossiers_import_words", pk)
        try:
            with transaction.atomic():
                apply.claim(run, good_rows_only=request.POST.get("good_rows_only") == "yes")
                apply_import.enqueue(run.pk, request.user.pk)
        except NotApplied as reason:
            messages.error(request, str(reason))
        return redirect("dossiers_import", pk)

    def _get_tab_to_review(self, request: HttpRequest, run: ImportRun) -> str:
        """Save the input; return the tab that must be reviewed before the import is applied, or ""."""
        choice = get_choice_for_all(request)
        unseen = [
            row for row in self.save_input(request, run, for_all_absent=choice) if row.action in UNREVIEWED_ACTIONS
        ]
        if run.decided.get("word"):
            messages.warning(
                request,
                gettext(
                    "Nothing was imported yet. You typed a word to the partner: return the list with it, or empty that"
                    " field and import."
                ),
            )
            return _get_first_tab(run.counts())
        if unseen:
            names = {"lines": list_line_numbers(unseen)}
            messages.warning(
                request, gettext("Nothing was imported yet. Look first at what you typed in line %(lines)s.") % names
            )
            return str(unseen[0].action)
        if self.has_conflicts:
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


class ContinueView(PermissionRequiredMixin, View):
    """Read the list of an applied import again, to decide on the lines that were left open."""

    permission_required = "dossiers.add_importrun"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
        with transaction.atomic():
            continuation = continue_run(run, cast(User, request.user))
            if continuation:
                read_import.enqueue(continuation.pk)
        continuation = continuation or find_continuation(run)  # after a double click
        if continuation is None:
            messages.error(request, gettext("This list is not kept any more. Upload it again."))
        return redirect("dossiers_import", continuation.pk if continuation else pk)


class ReturnView(PermissionRequiredMixin, View):
    """Download the list as a workbook for its sender, with the errors marked."""

    permission_required = "dossiers.add_importrun"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        run = get_object_or_404(ImportRun.objects.visible_to(request.user).exclude(clean_copy=""), pk=pk)
        return workbook_response(request, run, "dossiers_import")


def workbook_response(request: HttpRequest, run: ImportRun, url_name: str) -> HttpResponseBase:
    """Return the workbook of an import, or redirect to the import if its rows were deleted."""
    try:
        workbook = build_error_workbook(run)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(url_name, run.pk)
    log_import_access(request, run, AccessLogEntry.What.EXPORTED)
    response = FileResponse(workbook, as_attachment=True, filename=error_workbook_name(run))
    response["Cache-Control"] = "no-store"
    return response


class StopView(PermissionRequiredMixin, View):
    """Ask the worker to stop applying an import; nothing is written then."""

    permission_required = "dossiers.add_importrun"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk, state=ImportRun.State.APPLYING)
        Progress.of(run).ask_to_stop()
        messages.info(request, gettext("Stopping. Nothing will be written."))
        return redirect("dossiers_import", pk)


class ProgressView(PermissionRequiredMixin, View):
    """Return the progress as JSON: {"busy", "done", "total"} in rows; total is null if it is unknown."""

    permission_required = "dossiers.view_importrun"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
        progress = Progress.of(run).read()
        return JsonResponse(
            {
                "busy": run.state in ImportRun.BUSY,
                "done": progress.done if progress else 0,
                "total": progress.total if progress else None,
            }
        )
