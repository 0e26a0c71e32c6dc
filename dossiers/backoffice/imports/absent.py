"""The choice of a coordinator about people who were in an earlier list of a sender and are not in this one."""

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
    """An absent person with the choice that was made."""

    row: ShownRow
    supply: int | None  # the id of the Supply, under which the choice is stored
    choice: str
    refused: list[str]  # reasons why the choice was not applied


def get_absent_context(run: ImportRun, rows: list[ImportRow], shown: list[ShownRow]) -> dict[str, Any]:
    """Return the template context of the absent rows among the rows of one page."""
    absent_rows = [
        AbsentRow(
            values,
            row.supply_id,
            absent.get_choice(run, row),
            [text for texts in row.errors.values() for text in texts],
        )
        for row, values in zip(rows, shown, strict=True)
        if row.action == Action.ABSENT
    ]
    return {
        "absent_rows": absent_rows,
        "absent_options": absent.options() if absent_rows else [],
        "absent_chosen": absent.count_choices(run),
    }


class AbsentView(PreviewedMixin, View):
    """Make the same choice for all absent people."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_previewed_run(pk)
        self.save_input(request, run, for_all_absent=get_choice_for_all(request))
        return self.redirect_to_preview(request, pk)


def get_choice_for_all(request: HttpRequest) -> str:
    """Return the choice for all absent people, or "" if none was posted; raise Http404 if it does not exist."""
    choice = request.POST.get("choice-all", "")
    if choice and choice not in {code for code, _label in absent.options()}:
        raise Http404
    return choice
