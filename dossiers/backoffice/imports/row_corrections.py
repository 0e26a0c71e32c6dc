"""Lines of a preview put right: what is typed and chosen on its page, and the buttons beside each line."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from dossiers import privacy
from dossiers.backoffice.imports.previews import cell_text
from dossiers.backoffice.imports.runs import CoordinatorsRuns
from dossiers.models import Action, Dossier, ImportRow, ImportRun
from dossiers.models.validators import NOT_A_BSN
from dossiers.spreadsheets.imports import absent, row_corrections
from dossiers.spreadsheets.imports.row_corrections import Correction
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.resources import SheetField

LINES = "lines"  # the id of where they begin in both templates
WORD_LENGTH = 2_000
AT_ONCE = 5_000  # lines that one click leaves out
CELL = re.compile(r"cell-(\d{1,18})-(\w{1,80})", re.ASCII)  # the row's key and the field
CHOICE = re.compile(r"choice-(\d{1,18})", re.ASCII)  # the key of the Supply


class PreviewedMixin(CoordinatorsRuns, PermissionRequiredMixin):
    """Only a preview can be mended, by who may import."""

    permission_required = "dossiers.add_importrun"
    knows_dossiers = True
    overtaken = False
    """Whether somebody else changed meanwhile what was typed or chosen on the page, so that theirs stays."""

    def previewed(self, pk: int) -> ImportRun:
        return get_object_or_404(self.runs(), pk=pk, state=ImportRun.State.PREVIEWED)

    def back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To the same lines of the preview, or to the page whose link was clicked while something was typed."""
        page = request.POST.get("back", "")
        response = redirect(self.run_url_name, pk)
        if page.startswith("?"):
            response["Location"] += f"{page}#{LINES}"
        elif page and url_has_allowed_host_and_scheme(page, allowed_hosts=None):
            return redirect(page)
        return response

    def keep_input(self, request: HttpRequest, run: ImportRun, for_all_absent: str = "") -> list[ImportRow]:
        """Keep the cells that were typed and the choices that were made on the page, whichever of its buttons was
        pressed; return the lines in which something was typed, checked again.

        A choice for all absent people goes before those that were made beside some of them. What somebody else changed
        since the page was shown stays as they left it, and is named.
        """
        corrected, overtaken = _corrections(request, run)
        choices: dict[int, str] = {}
        if self.knows_dossiers:
            choices, chosen_meanwhile = _choices(request, run, for_all=bool(for_all_absent))
            if chosen_meanwhile:
                for_all_absent = ""
                overtaken += chosen_meanwhile
            self.keep_word(request, run)
        for message in overtaken:
            messages.warning(request, message)
        self.overtaken = bool(overtaken)
        if corrected:
            row_corrections.mend_cells(run, corrected)
        if for_all_absent:
            absent.choose_all(run, for_all_absent)
        if choices:
            absent.choose(run, choices)
        return list(run.rows.filter(pk__in=[correction.row.pk for correction in corrected]))

    @staticmethod
    def keep_word(request: HttpRequest, run: ImportRun) -> None:
        """Keep a word to the partner until the list is returned, without what may not be stored."""
        word, was = (request.POST.get(name, "").replace("\r\n", "\n").strip() for name in ("word", "was-word"))
        if run.by_partner and word != was:
            word = privacy.masked(word[:WORD_LENGTH])
            run.decided["word"] = word
            run.save(update_fields=["decided"])


def _corrections(request: HttpRequest, run: ImportRun) -> tuple[list[Correction], list[str]]:
    """Cells in error that say something else than what stood there, and what was typed where somebody else changed the
    cell meanwhile."""
    typed: dict[int, dict[str, str]] = {}
    for name in request.POST:
        if cell := CELL.fullmatch(name):
            typed.setdefault(int(cell[1]), {})[cell[2]] = request.POST[name].replace("\r\n", "\n")
    fields = resource_for(run).sheet_fields() if typed else {}
    corrections, overtaken = [], []
    for row in run.rows.filter(pk__in=list(typed)):
        correction, lost = _correction(request, row, fields, typed[row.pk])
        if correction.texts:
            corrections.append(correction)
        message = _("Line %(line)d was changed meanwhile. What you typed there is not kept: “%(text)s”.")
        overtaken += [message % {"line": row.line, "text": privacy.masked(text)} for text in lost]
    return corrections, overtaken


def _correction(
    request: HttpRequest, row: ImportRow, fields: dict[str, SheetField], typed: dict[str, str]
) -> tuple[Correction, list[str]]:
    """What is to stand in this line's cells, and what was typed over a cell that is another than the page showed."""
    no_bsns = set(request.POST.getlist(NOT_A_BSN))
    texts, confirmed, lost = {}, set(), []
    for name in typed.keys() & fields.keys():
        text = typed[name]
        now = cell_text(row, fields, name).strip() if row.action == Action.ERROR and name in row.errors else ""
        was = request.POST.get(f"was-cell-{row.pk}-{name}", now).replace("\r\n", "\n").strip()
        is_confirmed = _are_no_bsns(text, no_bsns)
        if text.strip() == was and not is_confirmed:
            continue
        if was == now and name in row.errors:
            texts[name] = text
            confirmed |= {name} if is_confirmed else set()
        elif text.strip() != now:
            lost.append(text.strip())
    return Correction(row, texts, frozenset(confirmed)), lost


def _are_no_bsns(text: str, no_bsns: set[str]) -> bool:
    """Whether somebody said of each number in it that may be a BSN that it is none."""
    numbers = set(privacy.doubtful_numbers(text))
    return bool(numbers) and numbers <= no_bsns


def _choices(request: HttpRequest, run: ImportRun, *, for_all: bool) -> tuple[dict[int, str], list[str]]:
    """Choices beside absent people that are others than the page showed, and for whom somebody else chose meanwhile;
    where one choice is made for all, each of the page's people counts."""
    chosen = {int(match[1]): request.POST[name] for name in request.POST if (match := CHOICE.fullmatch(name))}
    if not chosen:
        return {}, []
    changed: dict[int, str] = {}
    overtaken: list[int] = []
    for row in run.rows.filter(action=Action.ABSENT, supply_id__in=list(chosen)):
        key, now = row.supply_id or 0, absent.choice_for(run, row)
        was = request.POST.get(f"was-choice-{key}", now)
        if was != now and (for_all or chosen[key] not in (was, now)):
            overtaken.append(row.target_id or 0)
        elif chosen[key] not in (was, now):
            changed[key] = chosen[key]
    if changed.keys() and not {code for code, _label in absent.options()}.issuperset(changed.values()):
        raise Http404
    if not overtaken:
        return changed, []
    people = ", ".join(dossier.full_name for dossier in Dossier.objects.filter(pk__in=overtaken))
    message = _("Another choice was made meanwhile for %(people)s. It stands; choose again if it is not right.")
    return changed, [message % {"people": people}]


class KeepView(PreviewedMixin, View):
    """Keeps what was typed and chosen on the page: its lines are checked again."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.previewed(pk)
        right = [row for row in self.keep_input(request, run) if row.action != Action.ERROR]
        if len(right) == 1:
            names = {"line": right[0].line, "action": Action(right[0].action).label}
            messages.success(request, _("Line %(line)d is right now: %(action)s.") % names)
        elif right:
            messages.success(request, _("Right now: lines %(lines)s.") % {"lines": name_lines_of(right)})
        return self.back(request, pk)


class MendRowView(PreviewedMixin, View):
    """One line: a cell accepted without what may not be stored, the line left out or taken in, the same person or
    another."""

    def post(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        run = self.previewed(pk)
        get_object_or_404(run.rows.exclude(action=Action.ABSENT), pk=row)
        what = request.POST.get("what")
        handlers = {"accept": self._accept, "leave_out": self._leave_out, "take_in": self._take_in}
        if self.knows_dossiers:
            handlers |= {"same": self._same, "another": self._another}
        if what not in handlers:
            raise Http404
        self.keep_input(request, run)
        handlers[what](request, run, run.rows.get(pk=row))
        return self.back(request, pk)

    @staticmethod
    def _accept(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        field = request.GET.get("field", "")
        if field in row.bad and row_corrections.cell_reader(run).accepts(field, row.bad[field]):
            row_corrections.accept_cell(run, row, field)

    @staticmethod
    def _leave_out(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        row_corrections.leave_out(run, [row])

    @staticmethod
    def _take_in(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        row_corrections.take_in(run, [row])

    @staticmethod
    def _same(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        dossier = get_object_or_404(Dossier.objects.visible_to(request.user), reference=request.GET.get("reference"))
        row_corrections.same_person(run, row, dossier)

    @staticmethod
    def _another(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        row_corrections.another_person(run, row)


class MendGroupView(PreviewedMixin, View):
    """Leaves a whole group of lines out, or takes back that they were."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.previewed(pk)
        action = request.POST.get("action", "")
        if action not in (Action.SKIPPED, Action.NEW, Action.CHANGED, Action.SIMILAR, Action.ERROR):
            raise Http404
        self.keep_input(request, run)
        rows: Any = run.rows.filter(action=action)
        if action == Action.SKIPPED:
            rows = list(rows.filter(left_out=True)[:AT_ONCE])
            row_corrections.take_in(run, rows)
        else:
            rows = list(rows[:AT_ONCE])
            row_corrections.leave_out(run, rows)
        done = ngettext("%(count)d line moved.", "%(count)d lines moved.", len(rows)) % {"count": len(rows)}
        messages.success(request, done)
        return self.back(request, pk)


def name_lines_of(rows: list[ImportRow]) -> str:
    return ", ".join(str(row.line) for row in rows)
