"""The list of imports, and the page of an import from its preview to its result."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from access_log.models import AccessLogEntry
from admin_pages.pagination import ROWS_PER_PAGE
from admin_pages.users import get_person_name
from dossiers.backoffice.access_log import log_import_access
from dossiers.backoffice.activity.subjects import get_list_url
from dossiers.backoffice.imports.absent import get_absent_context, get_choice_for_all
from dossiers.backoffice.imports.closed_records import get_closed_context
from dossiers.backoffice.imports.previews import build_shown_rows, get_row_label
from dossiers.backoffice.imports.results import ImportResult
from dossiers.backoffice.imports.roles import ImportRoleMixin, StateChanged
from dossiers.backoffice.imports.row_corrections import ROWS_FRAGMENT, PreviewedMixin, list_line_numbers
from dossiers.backoffice.imports.run_names import annotate_typed_person, get_run_name, list_waiting_lists
from dossiers.backoffice.imports.run_page import RunView, get_first_tab
from dossiers.backoffice.imports.same_list import get_same_list
from dossiers.backoffice.imports.undo import get_undone_context
from dossiers.backoffice.labels import NOTHING
from dossiers.backoffice.list_exports import ExportableListMixin
from dossiers.backoffice.progress import serialize_progress
from dossiers.filters import ImportFilterSet
from dossiers.filters.imported import IMPORT
from dossiers.models import Action, ImportRun, RecordKind
from dossiers.models.change_set import NotApplied
from dossiers.progress import Progress
from dossiers.spreadsheets.imports import absent, apply
from dossiers.spreadsheets.imports.continuation import continue_run, find_imported_lines
from dossiers.spreadsheets.imports.decisions import count_blocking_words, find_blocking_dates
from dossiers.spreadsheets.imports.differing_values import count_differing_values
from dossiers.spreadsheets.imports.disclosures import find_disclosure, is_own_export
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook, error_workbook_name
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.newer_values.overwritten import NewerValues
from dossiers.spreadsheets.imports.open_questions import is_single_question
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.reader import Refused
from dossiers.tasks import apply_import, read_import

UNREVIEWED_ACTIONS = (
    Action.ERROR,
    Action.SIMILAR,
    Action.CHANGED,
)  # a row that a correction turned into one of these must be looked at first


class ImportListView(ImportRoleMixin, ExportableListMixin, BaseListingView):
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
            TitleColumn(
                "file_name",
                label=_("File"),
                accessor=lambda run: get_run_name(run, shows_person=False),
                get_url=lambda run: reverse("dossiers_import", args=[run.pk]),
            ),
            Column("get_record_display", label=_("List of")),
            Column("organisation", label=_("Sent by")),
            Column("get_state_display", label=_("State")),
            Column("user", label=_("By"), accessor=lambda run: get_person_name(run.user, NOTHING)),
            DateColumn("created_at", label=_("Uploaded"), sort_key="created_at"),
        ]

    def get_base_queryset(self) -> QuerySet:
        return annotate_typed_person(self.get_runs().select_related("organisation", "user"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting_lists = list_waiting_lists(cast(User, self.request.user))
        return super().get_context_data(**kwargs) | {"records": RecordKind.choices, "waiting_lists": waiting_lists}


class ImportView(RunView):
    """The page of an import for coordinators, from its preview to its result."""

    page_title = _("Import of a list")

    @property
    def shows_people(self) -> bool:
        return self.shows_preview or self.object.state == ImportRun.State.UNDONE

    def get_other_template_name(self) -> str:
        if self.object.with_partner:
            return "dossiers/partners/sent_list.html"
        if self.object.state == ImportRun.State.UNDONE:
            return "dossiers/imports/undone.html"
        return "dossiers/imports/refused.html"

    def get_page_subtitle(self) -> str:
        parts = (str(self.object.organisation or ""), self.object.file_name)
        return " · ".join(part for part in parts if part)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.object.state == ImportRun.State.UNDONE:
            context |= get_undone_context(self.request, self.object)
        if self.object.state == ImportRun.State.READING:
            listed = self.object.rows.exclude(action=Action.ABSENT)
            rows = list(listed[:ROWS_PER_PAGE])
            labels = [get_row_label(self.object, row) for row in rows]
            context["first_rows"] = list(zip(labels, build_shown_rows(self.object, rows), strict=True))
            context["opens_again"] = not rows
        # An applied import links to the records that it wrote, any other to all records.
        query = {IMPORT: self.object.pk} if self.object.state == ImportRun.State.APPLIED else {}
        return context | {"list_url": get_list_url(resource_for(self.object)._meta.model, **query)}

    def get_preview_context(self) -> dict[str, Any]:
        run, context = self.object, super().get_preview_context()
        rows, counts = list(context["page"].object_list), context["counts"]
        imported_before = run.rows.filter(action=Action.SKIPPED, line__in_batch=list(find_imported_lines(run))).count()
        supply_changes = run.count_supply_changes()
        good = counts[Action.NEW] + counts[Action.CHANGED] + supply_changes.of_unchanged
        own_export = context["can_edit"] and is_own_export(run)
        skipped_as_known = run.rows.filter(action=Action.SKIPPED, left_out=False).exists()
        return (
            context
            | get_absent_context(run, rows, context["rows"])
            | get_closed_context(run)
            | {
                "outdated_lines": find_outdated_lines(run),
                "version": run.get_preview_version(),
                "can_undo": not run.find_undo_refusal(),
                "wrote_something": run.wrote_something,
                "can_continue": run.can_continue,
                "good": good,
                "is_own_export": own_export,
                "disclosure": find_disclosure(run) if own_export or (context["can_edit"] and not good) else None,
                "supply_changes": supply_changes,
                "known": bool(counts[Action.UNCHANGED] or imported_before or skipped_as_known),
                "listed": sum(counts.values()) - counts[Action.ABSENT],
                "left_out_by_hand": run.rows.filter(action=Action.SKIPPED, left_out=True).count(),
                "waiting": counts[Action.ERROR] + counts[Action.SIMILAR],
                "differing": count_differing_values(run),
                "newer_values_stay": NewerValues(run).stay,
                "same_list": get_same_list(run) if context["can_edit"] else None,
            }
            | (self.get_result_context() if run.state == ImportRun.State.APPLIED else {})
        )

    def get_result_context(self) -> dict[str, Any]:
        run, result = self.object, ImportResult(self.object, self.request.user)
        return {
            "result": result,
            "moved": len(result.decisions.later_lines),
            "later_decisions": result.decisions.describe(),
            "waiting": result.waiting,
            "absent_done": run.rows.filter(action=Action.ABSENT).exclude(changes={}).count(),
        }


def find_outdated_lines(run: ImportRun) -> list[dict[str, Any]]:
    """Return the lines that came out otherwise when the import was to be applied, each with where it is shown now."""
    lines = run.asked.get(apply.OUTDATED, [])
    if not lines or run.state != ImportRun.State.PREVIEWED:
        return []
    links = []
    for row in run.rows.exclude(action=Action.ABSENT).filter(line__in=lines):
        before = run.rows.filter(action=row.action, line__lt=row.line).count()
        query = urlencode({"action": row.action, "p": before // ROWS_PER_PAGE + 1})
        links.append({"line": row.line_name, "action": get_row_label(run, row), "url": f"?{query}#line-{row.line}"})
    return links


class ApplyView(PreviewedMixin, View):
    """Save the input on the page and enqueue applying the import, unless rows must be reviewed first."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.get_runs(), pk=pk)
        if run.with_partner:
            raise StateChanged(run)
        if run.state == ImportRun.State.PREVIEWED and (shown := self._get_tab_to_review(request, run)):
            return redirect(f"{reverse('dossiers_import', args=[pk])}?action={shown}#{ROWS_FRAGMENT}")
        good_rows_only = request.POST.get("good_rows_only") == "yes"
        if run.state == ImportRun.State.PREVIEWED and count_blocking_words(run, good_rows_only):
            messages.warning(
                request, gettext("Nothing was imported yet. Say first what these words mean, and import then.")
            )
            return redirect("dossiers_import_questions", pk)
        if run.state == ImportRun.State.PREVIEWED and (dates := find_blocking_dates(run)):
            messages.warning(request, apply.describe_blocking_dates(run, dates))
            return redirect("dossiers_import_questions", pk)
        try:
            with transaction.atomic():
                apply.claim(run, good_rows_only)
                apply_import.enqueue(run.pk, request.user.pk)
        except NotApplied as reason:
            messages.error(request, str(reason))
            parts = parts_of(run)
            if any(part.answer is None for part in parts) and not is_single_question(run, parts):
                return redirect("dossiers_import_questions", pk)
        return redirect("dossiers_import", pk)

    def _get_tab_to_review(self, request: HttpRequest, run: ImportRun) -> str:
        """Save the input; return the tab that must be reviewed before the import is applied, or ""."""
        choice = get_choice_for_all(request)
        is_outdated = request.POST.get("version", "") not in ("", run.get_preview_version())
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
            return get_first_tab(self.role.tabs, run.counts())
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
                    "Nothing was imported yet. “%(choice)s” is chosen now for all people who are no longer in the list"
                    " and with whom it can be done: look at them, and import then."
                )
                % names,
            )
            return Action.ABSENT.value
        if is_outdated:
            messages.warning(
                request,
                gettext(
                    "Nothing was imported yet. This list was changed since this page was shown, maybe by you in another"
                    " tab. This is how it is now: look at it, and import then."
                ),
            )
            return get_first_tab(self.role.tabs, run.counts())
        return ""


class ContinueView(ImportRoleMixin, View):
    """Read the list of an applied import again, to decide on the lines that were left open."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.get_runs(), pk=pk)
        with transaction.atomic():
            continuation = continue_run(run, cast(User, request.user))
            if continuation:
                read_import.enqueue(continuation.pk)
        continuation = continuation or run.find_continuation()  # after a double click
        if continuation is None:
            messages.error(request, gettext("This list is not kept any more. Upload it again."))
        elif continuation.is_hidden_from_coordinators:
            text = gettext(
                "%(organisation)s is still working on %(list)s, which has these lines. Decide on them once that list "
                "is sent."
            )
            words = {"organisation": continuation.organisation, "list": continuation.file_name}
            messages.warning(request, text % words)
            return redirect("dossiers_import", pk)
        return redirect("dossiers_import", continuation.pk if continuation else pk)


class WorkbookView(ImportRoleMixin, View):
    """Download the list as a workbook for its sender, with the errors marked."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        downloadable = self.get_runs().filter(state__in=self.role.workbook_states).exclude(clean_copy="")
        run = get_object_or_404(downloadable, pk=pk)
        try:
            workbook = build_error_workbook(run)
        except Refused as refusal:  # its rows were deleted
            messages.error(request, str(refusal))
            return redirect(self.role.url_names["run"], run.pk)
        log_import_access(request, run, AccessLogEntry.What.EXPORTED)
        response = FileResponse(workbook, as_attachment=True, filename=error_workbook_name(run))
        response["Cache-Control"] = "no-store"
        return response


class StopView(ImportRoleMixin, View):
    """Ask the worker to stop applying an import; nothing is written then."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_run_to_change(pk, ImportRun.State.APPLYING)
        Progress.of(run).ask_to_stop()
        messages.info(request, gettext("Stopping. Nothing will be written."))
        return redirect("dossiers_import", pk)


class ProgressView(ImportRoleMixin, View):
    """Return the progress as JSON."""

    permission_required = "dossiers.view_importrun"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return JsonResponse(serialize_progress(get_object_or_404(self.get_runs(), pk=pk)))
