"""The base of the page of an import, which coordinators and partners share."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.views.generic import DetailView

from access_log.models import AccessLogEntry
from admin_pages.pages import AdminPageMixin, Link
from admin_pages.pagination import ROWS_PER_PAGE, paginate
from admin_pages.tabs import Tab, build_tabs
from admin_pages.users import get_person_name
from dossiers import privacy
from dossiers.backoffice.access_log import log_import_access
from dossiers.backoffice.imports.grid import (
    CellFilter,
    build_columns,
    build_grid,
    count_replacements,
    filter_rows,
    find_columns,
)
from dossiers.backoffice.imports.previews import ShownRow, build_shown_rows, get_action_label
from dossiers.backoffice.imports.remembered_answers import describe_remembered_answers
from dossiers.backoffice.imports.roles import ImportRoleMixin
from dossiers.backoffice.imports.row_corrections import (
    MAX_ROWS_PER_CLICK,
    describe_group_change,
    find_movable_rows,
)
from dossiers.backoffice.progress import get_progress_context
from dossiers.models import Action, ImportRow, ImportRun, RecordKind
from dossiers.models.imports.import_profile import SPLIT_FIELDS
from dossiers.models.imports.import_row import ImportRowQuerySet
from dossiers.spreadsheets.imports import absent_people
from dossiers.spreadsheets.imports.apply import find_outdated_rows
from dossiers.spreadsheets.imports.columns.columns import (
    ONLY_COLUMN_LABELS,
    PRIVACY,
    REMAINDER,
    UNKNOWN,
    Column,
    column_targets,
    columns_of,
    find_municipal_headers,
)
from dossiers.spreadsheets.imports.columns.needed_fields import find_unnamed_columns
from dossiers.spreadsheets.imports.columns.samples import find_left_out_values
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.file_parts.part import count_waiting_rows
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.list_dates import get_list_date
from dossiers.spreadsheets.imports.open_questions import count_open_questions, is_single_question
from dossiers.spreadsheets.imports.profiles import add_earlier_answers
from dossiers.spreadsheets.imports.row_corrections import recheck_outdated_rows
from dossiers.spreadsheets.imports.staged_rows import count_fields_of_interest
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.resources import SheetField

State = ImportRun.State
ROW_KEY = re.compile(r"\d{1,18}", re.ASCII)  # more digits are no number of the database
SEARCH_PARAMETERS = ("action", "about", "text", "column")
TABS_BY_URGENCY = (Action.ERROR, Action.SIMILAR, *Action)  # errors first because they need work


class RunView(ImportRoleMixin, AdminPageMixin, DetailView):
    """The page of an import: its columns if it asks about them, its progress, its preview, or another template."""

    permission_required = "dossiers.view_importrun"
    context_object_name = "run"
    header_icon = "upload"
    object: ImportRun

    def get_queryset(self) -> QuerySet[ImportRun]:
        return self.role.get_visible_runs(self.request.user).select_related("organisation", "user")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        text = request.GET.get("text", "")
        if privacy.masked(text) != text:  # it must not stay in the address and the history of the browser
            return self.redirect_to_search(request.GET)
        if self.object.state == State.ASKING and self.can_decide:
            return redirect(self.role.url_names["columns"], self.object.pk)
        if self.shows_people:
            log_import_access(request, self.object)
        context = self.get_context_data(object=self.object)
        for reference in {record.reference for row in context.get("rows", []) for record in row.similar}:
            if reference and self.object.record == RecordKind.DOSSIERS:
                AccessLogEntry.objects.note(request.user, AccessLogEntry.What.COMPARED, reference)
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Show what a search finds; it is posted, so that a private number in it never stands in an address."""
        self.object = self.get_object()
        return self.redirect_to_search(request.POST)

    def redirect_to_search(self, sought: QueryDict) -> HttpResponse:
        texts = {name: privacy.masked(str(sought.get(name, ""))) for name in SEARCH_PARAMETERS}
        return redirect(f"{self.request.path}?{urlencode({name: text for name, text in texts.items() if text})}")

    @property
    def can_decide(self) -> bool:
        """Whether the user may answer the questions about this import and correct its rows, if its state allows it."""
        may_import = self.role.has_permission(self.request.user, "dossiers.add_importrun")
        return may_import and self.role.holds(self.object)

    @property
    def shows_preview(self) -> bool:
        return self.role.holds(self.object) and self.object.state in self.role.preview_states

    @property
    def shows_rows_only(self) -> bool:
        """Whether the script of the page asks for more rows of its grid, or for some anew, in the columns it shows."""
        return self.shows_preview and "columns" in self.request.GET

    @property
    def shows_people(self) -> bool:
        """Whether the page shows rows, so that the access log must hold who saw them."""
        return self.shows_preview

    def get_template_names(self) -> list[str]:
        if self.shows_preview:
            return ["dossiers/imports/_grid_rows.html" if self.shows_rows_only else "dossiers/imports/preview.html"]
        if self.role.holds(self.object) and self.object.state in ImportRun.BUSY:
            return ["dossiers/imports/busy.html"]
        return [self.get_other_template_name()]

    def get_other_template_name(self) -> str:
        """Return the template for the states in which the import is neither being worked on nor previewed."""
        raise NotImplementedError

    def get_page_subtitle(self) -> str:
        return self.object.file_name

    def get_parent_pages(self) -> list[Link]:
        return [(reverse(self.role.url_names["list"]), self.role.list_label)]

    def get_breadcrumb(self) -> dict[str, Any]:
        return {"label": self.get_page_subtitle()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | get_progress_context(self.object)
        if self.shows_rows_only:
            return context | self.get_rows_context()
        context["continuations"] = self.describe_continuations()
        return context | (self.get_preview_context() if self.shows_preview else {})

    def describe_continuations(self) -> list[tuple[ImportRun, str, str]]:
        """Return the lists that continue this one, each with the name of who began it, and with its state."""
        later = self.get_queryset().filter(continues=self.object).order_by("pk")
        return [(run, get_person_name(run.user), self.role.get_state_label(run)) for run in later]

    @cached_property
    def sheet_fields(self) -> dict[str, SheetField]:
        return resource_for(self.object).sheet_fields()

    def get_rows_context(self) -> dict[str, Any]:
        """Return one page of the rows of one tab: those that match a search, or those for which the script asks."""
        run, parameters = self.object, self.request.GET
        can_edit = run.state == State.PREVIEWED and self.can_decide
        if can_edit:
            is_outdated = not recheck_outdated_rows(run)
        else:
            is_outdated = run.state == State.SENT and find_outdated_rows(run).exists()
        searched_rows = None
        requested = parameters.get("action", "")
        if self.shows_rows_only and "rows" in parameters:
            keys = [int(key) for key in parameters["rows"].split(",") if ROW_KEY.fullmatch(key)]
            all_columns, sought, shown = [], CellFilter(), requested
            rows = run.rows.filter(pk__in=keys[:ROWS_PER_PAGE])
            counts = run.rows.count_actions() if parameters.get("counts") else {}
        else:
            all_columns = find_columns(run, self.sheet_fields)
            sought = CellFilter.parse(parameters, all_columns)
            matching_rows = filter_rows(run, self.sheet_fields, all_columns, sought)
            if sought.text:
                searched_rows = filter_rows(run, self.sheet_fields, all_columns, sought._replace(about=""))
            counts = matching_rows.count_actions()
            # A search that finds no line does not open the tab of the people who are in none.
            listed = counts | {Action.ABSENT: 0} if sought else counts
            shown = requested if requested in self.role.tabs else get_first_tab(self.role.tabs, listed)
            rows = matching_rows.filter(action=shown)
        pagination = paginate(self.request, rows)
        page_rows = list(pagination["page"].object_list)
        shown_rows = self.build_rows(page_rows)
        return (
            pagination
            | {
                "can_edit": can_edit,
                "can_edit_rows": can_edit and not run.by_hand,
                "changed_meanwhile": is_outdated,
                "shown": shown,
                "rows": shown_rows,
                "sought": sought,
                "all_columns": all_columns,
                "matching_counts": counts,
                "tabs": self.build_tabs(counts, shown, sought) if counts else [],
            }
            | (self.get_grid_context(shown, page_rows, shown_rows, searched_rows) if shown != Action.ABSENT else {})
        )

    def get_grid_context(
        self, shown: str, page_rows: list[ImportRow], rows: list[ShownRow], searched_rows: ImportRowQuerySet | None
    ) -> dict[str, Any]:
        """Return the columns and the rows of the grid, and the columns in which something is wrong or changes.

        These are counted in all rows in which the searched text stands; None if no text was searched.
        """
        run, fields, edited = self.object, self.sheet_fields, self.request.GET.get("edit", "")
        counts = {} if self.shows_rows_only else count_fields_of_interest(run, shown, searched_rows)
        if self.shows_rows_only:
            columns = build_columns(run, fields, self.request.GET["columns"].split(","))
        else:  # the columns with errors or changes come first, so that these are in sight
            columns = find_columns(run, fields, shown, counts, edited)
        return {
            "columns": columns,
            "column_fields": [column.field for column in columns],
            "grid": build_grid(run, fields, columns, page_rows, rows, edited),
            "columns_of_interest": [(column, counts[column.field]) for column in columns if column.field in counts],
        }

    def get_preview_context(self) -> dict[str, Any]:
        """Return what the preview says of the whole list, and one page of its rows."""
        run, context = self.object, self.get_rows_context()
        shown, sought = context["shown"], context["sought"]
        parts = parts_of(run) if not context["changed_meanwhile"] else []  # else the values in them may be old
        # A single question is answered with one click here, and any others on a page of their own.
        shown_parts = add_earlier_answers(run, parts) if is_single_question(run, parts) else []
        titled_parts = [part for part in shown_parts if part.has_title_only] if len(shown_parts) > 1 else []
        is_asked_here = any(part.answer is None for part in shown_parts)
        questions = count_open_questions(run, [] if shown_parts else parts)
        return (
            describe_columns(run, with_values=True)
            | context
            | {
                "movable": min(find_movable_rows(run, sought, shown).count(), MAX_ROWS_PER_CLICK),
                "group_change": describe_group_change(run),
                "replacements": count_replacements(run, sought) if context["can_edit_rows"] else {},
                "list_date": get_list_date(run),
                "warnings": collect_warnings(run, with_parts=run.state != State.PREVIEWED or not shown_parts),
                "parts": [] if titled_parts else shown_parts,
                "titled_parts": titled_parts,
                "titled_parts_open": bool(titled_parts) and is_asked_here,
                "remembered_answers": describe_remembered_answers(run, self.sheet_fields)
                if run.state == State.PREVIEWED
                else [],
                "has_earlier_answers": any(part.earlier_answer for part in titled_parts),
                "questions": questions,
                "asks_about_closed": any(part.is_about_closed and part.answer is None for part in parts),
                "rows_in_question": count_waiting_rows(parts),
                "waits_for_answers": is_asked_here or bool(questions.blocking),
                "has_answers": not run.by_hand and has_answers(run, parts if not shown_parts else []),
                "counts": run.counts() if sought else context["matching_counts"],
                "has_new_people_only": shown == Action.ABSENT
                and run.state in ImportRun.STAGED
                and absent_people.has_new_people_only(run),
            }
        )

    def build_tabs(self, counts: dict[str, int], shown: str, sought: CellFilter) -> list[Tab]:
        labels = [(tab.value, get_action_label(self.object, tab)) for tab in self.role.tabs]
        return build_tabs("action", labels, counts, shown, sought.query)

    def build_rows(self, rows: list[ImportRow]) -> list[ShownRow]:
        return build_shown_rows(self.object, rows)


def has_answers(run: ImportRun, parts: list[Any]) -> bool:
    """Whether a question about the list was answered, or one of these parts of its file was asked about."""
    is_asked = any(run.asked.get(name) for name in ("words", "answered_words", "answered_dates"))
    return bool(parts) or is_asked or bool(find_unnamed_columns(run))


def describe_columns(run: ImportRun, *, with_values: bool = False) -> dict[str, Any]:
    """Return the columns of the list by what was done with them; on request the unknown ones with their values."""
    resource = resource_for(run)
    fields = resource.sheet_fields()
    names: dict[str, Any] = {name: field.column_name for name, field in fields.items()} | column_targets(resource)
    names |= {
        split: ", ".join(str(names[name]) for name in split_fields if name in names)
        for split, split_fields in SPLIT_FIELDS.items()
    }
    unknown = {c["index"]: c["header"] for c in run.columns if c["dropped"] == UNKNOWN and c["header"]}
    municipal = set(find_municipal_headers(unknown.values())) if run.is_from_partner else set()
    values = find_left_out_values(run) if with_values else {}
    labels = {
        index: f"{header} ({', '.join(f'“{text}”' for text in values[index])})" if index in values else header
        for index, header in unknown.items()
    }
    fixed, columns = Decisions.about(run).fixed, [column for column in columns_of(run) if column.target]
    counts = Counter(column.field for column in columns if column.index >= 0)
    for column in columns:
        if counts[column.field] == 1 and (label := ONLY_COLUMN_LABELS.get(column.mode)):
            names[column.target or ""] = label % {"field": names[column.field or ""]}
    return {
        "taken": [_describe_column(column, names, fixed) for column in columns],
        "columns_read": sum(column.index >= 0 for column in columns),
        "private": [c["header"] for c in run.columns if c["dropped"] == PRIVACY],
        "municipal": [labels[index] for index, header in unknown.items() if header in municipal],
        "unknown": [labels[index] for index, header in unknown.items() if header not in municipal],
    }


def _describe_column(column: Column, names: Mapping[str, Any], fixed: Mapping[str, str]) -> tuple[str, str]:
    """Return where the values come from, and the name of their field with the value for all lines or blank cells."""
    name = str(names.get(column.target or "") or names[column.field or ""])
    value = fixed.get(column.field or "")
    if column.mode == REMAINDER:
        return column.header or gettext("what fits in no other field"), name
    if not value:
        return column.header or gettext("all lines"), name
    words = {"field": name, "value": value}
    if column.header:
        return column.header, gettext("%(field)s (blank cells: %(value)s)") % words
    return gettext("all lines"), gettext("%(field)s: %(value)s") % words


def get_first_tab(tabs: Iterable[Action], counts: dict[str, int]) -> str:
    """Return the most urgent of these actions that has rows."""
    return next((tab.value for tab in TABS_BY_URGENCY if tab in tabs and counts[tab]), Action.NEW.value)
