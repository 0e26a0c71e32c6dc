"""Dossiers that a list no longer holds: what a coordinator chooses to do with them when it is imported."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import View

from dossiers.backoffice.imports.previews import ShownRow
from dossiers.backoffice.imports.row_corrections import PreviewedMixin
from dossiers.models import Action, ImportRow, ImportRun
from dossiers.spreadsheets.imports import absent


@dataclass(frozen=True)
class AbsentRow:
    row: ShownRow
    supply: int | None  # its key, by which the choice is kept
    choice: str
    refused: list[str]  # why what was chosen was not done


def absent_context(run: ImportRun, rows: list[ImportRow], shown: list[ShownRow]) -> dict[str, Any]:
    """What a preview shows of its absent rows; `rows` are those of the page, absent ones or others."""
    absent_rows = [
        AbsentRow(
            values,
            row.supply_id,
            absent.choice_for(run, row),
            [text for texts in row.errors.values() for text in texts],
        )
        for row, values in zip(rows, shown, strict=True)
        if row.action == Action.ABSENT
    ]
    return {
        "absent_rows": absent_rows,
        "absent_options": absent.options() if absent_rows else [],
        "absent_chosen": absent.chosen(run),
    }


class AbsentView(PreviewedMixin, View):
    """Makes the same choice for all absent people."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.previewed(pk)
        self.keep_input(request, run, for_all_absent=choice_for_all(request))
        return self.back(request, pk)


def choice_for_all(request: HttpRequest) -> str:
    """What was chosen for all at once on the page; empty for nothing, Http404 for what is not offered."""
    choice = request.POST.get("choice-all", "")
    if choice and choice not in {code for code, _label in absent.options()}:
        raise Http404
    return choice
