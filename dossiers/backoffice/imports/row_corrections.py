"""Views that correct rows of a preview, and save what was typed and chosen on its page."""

import re
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from admin_pages.pagination import ROWS_PER_PAGE
from dossiers import privacy
from dossiers.backoffice.imports.cells import get_cell_text, get_label
from dossiers.backoffice.imports.grid import (
    MAX_ROWS_REPLACED,
    CellFilter,
    filter_rows,
    find_columns,
    find_replacements,
)
from dossiers.backoffice.imports.previews import find_answers, find_correctable_fields
from dossiers.backoffice.imports.question_fields import BLANK
from dossiers.backoffice.imports.roles import ImportRoleMixin, describe_lost_texts
from dossiers.models import Action, Dossier, ImportRow, ImportRun
from dossiers.models.validators import NOT_A_BSN
from dossiers.spreadsheets.imports import absent, apply, row_corrections
from dossiers.spreadsheets.imports.file_parts.older_values import forget_decision_on_newer_values
from dossiers.spreadsheets.imports.row_corrections import Correction
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.resources import SheetField
from dossiers.tasks import read_import

ROWS_FRAGMENT = "lines"  # the id of the section with the rows, in the template of the preview
MAX_NOTE_LENGTH = 2_000
REMOVABLE_ACTIONS = (Action.NEW, Action.CHANGED, Action.SIMILAR, Action.ERROR)  # their rows can be left out together
UNDO = "undo"
MAX_ROWS_PER_CLICK = 5_000  # rows that are left out or taken in at once
CELL_NAME = re.compile(r"cell-(\d{1,18})-(\w{1,80})", re.ASCII)  # the id of the row and the name of the field
CHOICE_NAME = re.compile(r"choice-(\d{1,18})", re.ASCII)  # the id of the Supply


class PreviewedMixin(ImportRoleMixin):
    """Base of the views that correct rows of a previewed import."""

    has_conflicts = False
    """Whether another user changed the same cells or choices, so that their version was preserved."""

    def get_previewed_run(self, pk: int) -> ImportRun:
        return self.get_run_to_change(pk, ImportRun.State.PREVIEWED)

    def redirect_to_preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Redirect to the same rows of the preview, or to the link that was clicked while input was unsaved."""
        page = request.POST.get("back", "")
        response = redirect(self.role.url_names["run"], pk)
        if page.startswith("?"):
            response["Location"] += f"{page}#{ROWS_FRAGMENT}"
        elif page and url_has_allowed_host_and_scheme(page, allowed_hosts=None):
            return redirect(page)
        return response

    def save_input(self, request: HttpRequest, run: ImportRun, for_all_absent: str = "") -> list[ImportRow]:
        """Save the cells and the choices on the page and return the corrected rows after validation.

        Every button of the page posts them. A choice for all absent people overrides single choices. A cell or choice
        that another user changed since the page was shown is not overwritten; a message names it.
        """
        corrected, conflicts = _find_corrections(request, run)
        choices: dict[int, str] = {}
        if self.role.knows_dossiers:
            choices, chosen_meanwhile = _find_absent_choices(request, run, for_all=bool(for_all_absent))
            if chosen_meanwhile:
                for_all_absent = ""
                conflicts += chosen_meanwhile
            self.save_note(request, run)
        for message in conflicts:
            messages.warning(request, message)
        self.has_conflicts = bool(conflicts)
        if corrected:
            _warn_of_removed_numbers(request, run, corrected)
            row_corrections.correct_cells(run, corrected)
        if for_all_absent:
            absent.choose_all(run, for_all_absent)
        if choices:
            absent.choose(run, choices)
        return list(run.rows.filter(pk__in=[correction.row.pk for correction in corrected]))

    @staticmethod
    def save_note(request: HttpRequest, run: ImportRun) -> None:
        """Save the note to the partner; numbers that may not be stored become `***`, and a message says so."""
        word, was = (request.POST.get(name, "").replace("\r\n", "\n").strip() for name in ("word", "was-word"))
        if run.by_partner and word != was:
            run.decided["word"] = privacy.masked(word[:MAX_NOTE_LENGTH])
            if run.decided["word"] != word[:MAX_NOTE_LENGTH]:
                messages.warning(
                    request,
                    _("Your word held a number that is not kept here, such as a BSN: *** took its place."),
                )
            run.save(update_fields=["decided"])


def reread(request: HttpRequest, run: ImportRun) -> None:
    """Read the list again with the decisions so far, which replaces its rows."""
    with transaction.atomic():
        if run.keep_decisions():
            read_import.enqueue(run.pk)
        else:
            messages.error(request, _("This list is not open for decisions any more. Read it again."))


def check_current(request: HttpRequest, run: ImportRun) -> bool:
    """Check the lines of a preview again whose records changed; say that the user must do so if these are many."""
    is_current = row_corrections.recheck_outdated_rows(run)
    if not is_current:
        messages.warning(request, _("Something was changed meanwhile. Check all lines again, and answer then."))
    return is_current


def warn_of_other_values(request: HttpRequest) -> None:
    """Say that an answer is not taken over, as it is about other values than those of now."""
    text = _(
        "Your answer was not taken over: the records were changed after the page with the question was shown. Look at "
        "how they are now, and answer again."
    )
    messages.warning(request, text)


def _find_corrections(request: HttpRequest, run: ImportRun) -> tuple[list[Correction], list[str]]:
    """Return the corrected cells, and messages about input that conflicts with a change by another user."""
    typed: dict[int, dict[str, str]] = {}
    for name in request.POST:
        if cell := CELL_NAME.fullmatch(name):
            typed.setdefault(int(cell[1]), {})[cell[2]] = request.POST[name].replace("\r\n", "\n")
    fields = resource_for(run).sheet_fields() if typed else {}
    corrections, conflicts = [], []
    rows = list(run.rows.filter(pk__in=list(typed)))
    # The rows are other ones after the list was read again, so that nobody knows what was typed about which.
    gone = typed.keys() - {row.pk for row in rows}
    lost_texts = [
        text
        for pk in gone
        for name, text in typed[pk].items()
        if text.split() != request.POST.get(f"was-cell-{pk}-{name}", "").split()
    ]
    if lost_texts:
        conflicts.append(f"{_('This list was read again meanwhile.')} {describe_lost_texts(lost_texts)}")
    for row in rows:
        correctable = find_correctable_fields(run, row, fields)
        correction, lost = _build_correction(request, row, fields, typed[row.pk], correctable)
        if correction.texts:
            corrections.append(correction)
        message = _("Line %(line)s was changed meanwhile. “%(text)s” was not filled in there.")
        conflicts += [message % {"line": row.line_name, "text": privacy.masked(text)} for text in lost]
    return corrections, conflicts


def _build_correction(
    request: HttpRequest, row: ImportRow, fields: dict[str, SheetField], typed: dict[str, str], correctable: set[str]
) -> tuple[Correction, list[str]]:
    """Return the correction of a row, and the texts that conflict with a change by another user."""
    no_bsns = set(request.POST.getlist(NOT_A_BSN))
    texts, confirmed, lost = {}, set(), []
    for name in typed.keys() & fields.keys():
        text = typed[name]
        now = get_cell_text(row, fields, name).strip() if name in correctable else ""
        was = request.POST.get(f"was-cell-{row.pk}-{name}", now).replace("\r\n", "\n").strip()
        possible_bsns = set(privacy.doubtful_numbers(fields[name].mark_doubtful_phone(text)))
        is_confirmed = bool(possible_bsns) and possible_bsns <= no_bsns
        if text.strip() == was and not is_confirmed:
            continue
        if was == now and name in correctable:
            texts[name] = text
            confirmed |= {name} if is_confirmed else set()
        elif text.strip() != now:
            lost.append(text.strip())
    return Correction(row, texts, frozenset(confirmed)), lost


def _warn_of_removed_numbers(request: HttpRequest, run: ImportRun, corrections: list[Correction]) -> None:
    """Name the lines in which somebody typed a number that is not stored, whatever button was pressed."""
    fields = resource_for(run).sheet_fields()
    lines = [
        correction.row
        for correction in corrections
        if any(fields[name].find_private(text.strip()) for name, text in correction.texts.items())
    ]
    if lines:
        message = _(
            "What you typed in line %(lines)s held a number that may not be stored, such as a BSN. That number was "
            "taken out."
        )
        messages.warning(request, message % {"lines": list_line_numbers(lines)})


def _find_absent_choices(request: HttpRequest, run: ImportRun, *, for_all: bool) -> tuple[dict[int, str], list[str]]:
    """Return the changed choices by Supply id, and messages about choices that can't be made.

    They conflict with another user's choice, or with the state of the dossier now. If one choice is made for all, each
    person on the page is checked for conflicts.
    """
    chosen = {int(match[1]): request.POST[name] for name in request.POST if (match := CHOICE_NAME.fullmatch(name))}
    if not chosen:
        return {}, []
    if not all(map(absent.CHOICE.fullmatch, chosen.values())):
        raise Http404
    changed: dict[int, str] = {}
    conflicts: list[int] = []
    refusals: dict[int, str] = {}
    rows = list(run.rows.filter(action=Action.ABSENT, supply_id__in=list(chosen)))
    dossiers = absent.AbsentDossiers(run, rows)
    for row in rows:
        key, now = row.supply_id or 0, absent.get_choice(run, row)
        was = request.POST.get(f"was-choice-{key}", now)
        if was != now and (for_all or chosen[key] not in (was, now)):
            conflicts.append(row.target_id or 0)
        elif chosen[key] in (was, now):
            continue
        elif refusal := dossiers.find_refusal(row, chosen[key]):
            refusals[row.target_id or 0] = refusal
        else:
            changed[key] = chosen[key]
    names = {dossier.pk: dossier.full_name for dossier in Dossier.objects.filter(pk__in=[*conflicts, *refusals])}
    texts = [f"{names.get(pk, _('Not chosen'))}: {refusal}" for pk, refusal in refusals.items()]
    if conflicts:
        people = ", ".join(names[pk] for pk in conflicts if pk in names)
        message = _("Another choice was made meanwhile for %(people)s. It stands; choose again if it is not right.")
        texts.append(message % {"people": people})
    return changed, texts


def _find_rows_in_doubt(run: ImportRun) -> set[int]:
    """Return the ids of the rows that are in doubt because of other rows, so that a correction elsewhere mends them."""
    return set(run.rows.filter(double=True).values_list("pk", flat=True)[:ROWS_PER_PAGE])


class SaveInputView(PreviewedMixin, View):
    """Save the cells and choices on the page; read the list again if records that it matches changed meanwhile."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_previewed_run(pk)
        rows_in_doubt = _find_rows_in_doubt(run)
        corrected = self.save_input(request, run)
        right = [row for row in corrected if row.action != Action.ERROR]
        if apply.find_outdated_rows(run).exists():
            messages.info(request, _("Something was changed meanwhile. That is why all lines are checked again."))
            reread(request, run)
        elif columns := request.POST.get("columns"):
            typed = [int(cell[1]) for name in request.POST if (cell := CELL_NAME.fullmatch(name))]
            rows = typed + sorted(rows_in_doubt | _find_rows_in_doubt(run))
            return self.redirect_to_rows(run, columns, rows)
        elif len(right) == 1:
            names = {"line": right[0].line_name, "action": Action(right[0].action).label}
            messages.success(request, _("Line %(line)s is right now: %(action)s.") % names)
        elif right:
            messages.success(request, _("Right now: lines %(lines)s.") % {"lines": list_line_numbers(right)})
        return self.redirect_to_preview(request, pk)

    def redirect_to_rows(self, run: ImportRun, columns: str, rows: list[int]) -> HttpResponse:
        """Redirect the script of the page to rows of the grid that may have changed."""
        sought = parse_qs(self.request.POST.get("back", "").removeprefix("?")).keys() & {"text", "about"}
        query = {
            "columns": columns,
            "counts": "" if sought else "all",  # those of a search take longer: the script asks for them afterwards
            "action": self.request.POST.get("action", ""),
            "rows": ",".join(map(str, dict.fromkeys(rows))),
        }
        return redirect(f"{reverse(self.role.url_names['run'], args=[run.pk])}?{urlencode(query)}")


class ReplaceView(PreviewedMixin, View):
    """Replace a text by another one in a column of all rows, and show these rows."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run, posted = self.get_previewed_run(pk), request.POST
        field, text, replacement = (posted.get(name, "") for name in ("column", "text", "replacement"))
        fields = resource_for(run).sheet_fields()
        if field not in fields or not text:  # a search without a column offers no replacement
            return self.redirect_to_preview(request, pk)
        whole_cells = posted.get("cells") == "whole"
        corrections = find_replacements(run, field, text, replacement, whole_cells=whole_cells)
        rows = [correction.row for correction in corrections]
        before = {row.line: {field: get_cell_text(row, fields, field)} for row in rows}
        _warn_of_removed_numbers(request, run, corrections)
        row_corrections.correct_cells(run, corrections)
        row_corrections.remember_group_change(run, before)
        count = len(corrections)
        done = ngettext("Replaced in %(count)d line.", "Replaced in %(count)d lines.", count) % {"count": count}
        messages.success(request, done)
        if count == MAX_ROWS_REPLACED:
            messages.info(request, _("More lines may hold this text: replace once more."))
        response = self.redirect_to_preview(request, pk)
        shown = privacy.masked(replacement or text)  # what stands in an address is logged
        response["Location"] += "?" + urlencode({"text": shown, "column": field}) + f"#{ROWS_FRAGMENT}"
        return response


ABOUT_NEWER_VALUES = ("keep_newer", "use_older", "ask_about_newer_again")
ABOUT_DOSSIERS = ("same", "another", "ask_again", *ABOUT_NEWER_VALUES)
"""The answers about a row of those who may see dossiers."""


class CorrectRowView(PreviewedMixin, View):
    """Correct one row: decide on a cell, take the row in or out, or answer a question about it alone."""

    def post(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        run = self.get_previewed_run(pk)
        choice = request.POST.get("what")
        if choice not in (
            "accept",
            "answer",
            "leave_out",
            "take_in",
            *(ABOUT_DOSSIERS if self.role.knows_dossiers else ()),
        ):
            raise Http404
        self.save_input(request, run)
        saved = run.rows.exclude(action=Action.ABSENT).filter(pk=row).first()
        if saved is None:  # its rows are other ones after the list was read again
            again = _("This list was read again meanwhile, so nothing was done with that line. Choose it again here.")
            messages.warning(request, again)
        elif choice in ("accept", "answer"):
            field = request.GET.get("field", "")
            text = saved.bad.get(field, "")
            # The cell on the page must have the text that is stored now, so that the user saw what is decided about.
            is_shown = request.POST.get(f"cell-{row}-{field}", text).split() == text.split()
            if field in saved.bad and is_shown and choice == "answer":
                self.answer(run, saved, field)
            elif field in saved.bad and is_shown and row_corrections.cell_reader(run).accepts(field, text):
                row_corrections.accept_cell(run, saved, field)
        elif choice in ("leave_out", "take_in"):
            move = row_corrections.leave_out if choice == "leave_out" else row_corrections.take_in
            move(run, [saved])
        elif choice == "same":
            model: Any = resource_for(run)._meta.model
            records = model._default_manager.visible_to(request.user)
            record = get_object_or_404(records, reference=request.GET.get("reference"))
            row_corrections.same_record(run, saved, record)
        elif choice in ABOUT_NEWER_VALUES:
            self.answer_about_newer_values(run, saved, choice)
        elif choice == "ask_again":
            row_corrections.ask_again(run, saved)
        else:
            row_corrections.another_record(run, saved)
        return self.redirect_to_preview(request, pk)

    def answer_about_newer_values(self, run: ImportRun, row: ImportRow, choice: str) -> None:
        """Decide for this row alone whether its values replace newer ones, or take that back."""
        if choice == "ask_about_newer_again":
            forget_decision_on_newer_values(run, row)
            reread(self.request, run)  # the row does not have the values any more that were not taken over
        elif check_current(self.request, run):
            row.refresh_from_db()
            shown_key, use_older = self.request.GET.get("shown", ""), choice == "use_older"
            if not row_corrections.answer_about_newer_values(run, row, use_older=use_older, shown_key=shown_key):
                warn_of_other_values(self.request)

    def answer(self, run: ImportRun, row: ImportRow, field: str) -> None:
        """Record what the text of a cell means, which holds for all rows with it, and read the list again."""
        sheet_field, answer = resource_for(run).sheet_fields()[field], self.request.GET.get("answer", "")
        answers = find_answers(run, row, field, sheet_field)
        if answer not in answers:
            raise Http404
        text = row.bad[field]
        run.decided.setdefault("words", {}).setdefault(field, {})[text] = None if answer == BLANK else answer
        words = {"word": text, "field": get_label({field: sheet_field}, field), "answer": answers[answer]}
        messages.success(self.request, _("“%(word)s” in %(field)s: %(answer)s.") % words)
        reread(self.request, run)


class CorrectGroupView(PreviewedMixin, View):
    """Leave out the rows of a tab that match its search, or take them in again; or undo the last change of a group."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_previewed_run(pk)
        action = request.POST.get("action", "")
        if action not in (UNDO, Action.SKIPPED, *REMOVABLE_ACTIONS):
            raise Http404
        self.save_input(request, run)
        if action == UNDO:
            count = row_corrections.undo_group_change(run)
            done = ngettext("Undone in %(count)d line.", "Undone in %(count)d lines.", count)
        else:
            columns = find_columns(run, resource_for(run).sheet_fields())
            rows = list(find_movable_rows(run, CellFilter.parse(request.GET, columns), action)[:MAX_ROWS_PER_CLICK])
            row_corrections.move_lines(run, rows, out=action != Action.SKIPPED)
            count = len(rows)
            if action == Action.SKIPPED:
                done = ngettext("%(count)d line taken in again.", "%(count)d lines taken in again.", count)
            else:
                done = ngettext("%(count)d line left out.", "%(count)d lines left out.", count)
        messages.success(request, done % {"count": count})
        return self.redirect_to_preview(request, pk)


def find_movable_rows(run: ImportRun, sought: CellFilter, action: str) -> QuerySet[ImportRow]:
    """Return the rows of a tab that match its search and can be left out, or taken in again."""
    if action not in (Action.SKIPPED, *REMOVABLE_ACTIONS):
        return run.rows.none()
    fields = resource_for(run).sheet_fields()
    rows = filter_rows(run, fields, find_columns(run, fields), sought).filter(action=action)
    return rows.filter(left_out=True) if action == Action.SKIPPED else rows


def describe_group_change(run: ImportRun) -> str:
    """Return a sentence about the change of many lines that can be undone; empty if there is none."""
    change = row_corrections.find_group_change(run)
    if change is None:
        return ""
    count = len(change.before)
    if change.is_replacement:
        words = ngettext("A text was replaced in %(count)d line.", "A text was replaced in %(count)d lines.", count)
    elif change.left_out:
        words = ngettext("%(count)d line was left out.", "%(count)d lines were left out together.", count)
    else:
        words = ngettext("%(count)d line was taken in again.", "%(count)d lines were taken in again together.", count)
    return words % {"count": count}


def list_line_numbers(rows: list[ImportRow]) -> str:
    return ", ".join(row.line_name for row in rows)
