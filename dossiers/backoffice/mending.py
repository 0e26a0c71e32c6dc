"""Lines of a preview put right one at a time."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from dossiers import privacy
from dossiers.backoffice.runs import CoordinatorsRuns
from dossiers.models import Action, Dossier, ImportRow, ImportRun
from dossiers.models.gated import NOT_A_BSN
from dossiers.spreadsheets import mending
from dossiers.spreadsheets.staging import resource_for

LINES = "lines"  # the id of where they begin in both templates
AT_ONCE = 5_000  # lines that one click leaves out


class PreviewedMixin(CoordinatorsRuns, PermissionRequiredMixin):
    """Only a preview can be mended, by who may import."""

    permission_required = "dossiers.add_importrun"

    def previewed(self, pk: int) -> ImportRun:
        return get_object_or_404(self.runs(), pk=pk, state=ImportRun.State.PREVIEWED)

    def back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To the same lines of the preview: who mends many need not look for them each time."""
        query = request.POST.get("back", "")
        response = redirect(self.run_url_name, pk)
        if query.startswith("?"):
            response["Location"] += f"{query}#{LINES}"
        return response


class MendRowView(PreviewedMixin, View):
    """One line: a cell typed anew, left out or taken in, the same person or another."""

    knows_dossiers = True

    def post(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        run = self.previewed(pk)
        found = get_object_or_404(run.rows.exclude(action=Action.ABSENT), pk=row)
        what = request.POST.get("what")
        handlers = {"cells": self._cells, "leave_out": self._leave_out, "take_in": self._take_in}
        if self.knows_dossiers:
            handlers |= {"same": self._same, "another": self._another}
        if what not in handlers:
            raise Http404
        handlers[what](request, run, found)
        return self.back(request, pk)

    @staticmethod
    def _cells(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        fields = resource_for(run).sheet_fields()
        no_bsns = set(request.POST.getlist(NOT_A_BSN))
        for name in list(row.errors):
            text = request.POST.get(f"cell-{name}")
            if name not in fields or text is None:
                continue
            numbers = set(privacy.doubtful_numbers(text))
            confirmed = bool(numbers) and numbers <= no_bsns
            if confirmed or text != row.bad.get(name, ""):
                mending.mend_cell(run, row, name, text, confirmed)
        row.refresh_from_db()
        if row.action != Action.ERROR:
            said = {"line": row.line, "action": Action(row.action).label}
            messages.success(request, _("Line %(line)d is right now: %(action)s.") % said)

    @staticmethod
    def _leave_out(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        mending.leave_out(run, [row])

    @staticmethod
    def _take_in(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        mending.take_in(run, [row])

    @staticmethod
    def _same(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        dossier = get_object_or_404(Dossier.objects.visible_to(request.user), reference=request.GET.get("reference"))
        mending.same_person(run, row, dossier)

    @staticmethod
    def _another(request: HttpRequest, run: ImportRun, row: ImportRow) -> None:
        mending.another_person(run, row)


class MendGroupView(PreviewedMixin, View):
    """Leaves a whole group of lines out, or takes back that they were."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.previewed(pk)
        action = request.POST.get("action", "")
        rows: Any = run.rows.filter(action=action)
        if action == Action.SKIPPED:
            rows = list(rows.filter(left_out=True)[:AT_ONCE])
            mending.take_in(run, rows)
        elif action in (Action.NEW, Action.CHANGED, Action.SIMILAR, Action.ERROR):
            rows = list(rows[:AT_ONCE])
            mending.leave_out(run, rows)
        else:
            raise Http404
        done = ngettext("%(count)d line moved.", "%(count)d lines moved.", len(rows)) % {"count": len(rows)}
        messages.success(request, done)
        return self.back(request, pk)
