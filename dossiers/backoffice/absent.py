"""Dossiers that a list no longer holds: what a coordinator chooses to do with them when it is imported."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import View

from dossiers.backoffice.mending import PreviewedMixin
from dossiers.backoffice.previews import ShownRow
from dossiers.models import Action, ImportRow, ImportRun
from dossiers.spreadsheets import absent


@dataclass(frozen=True)
class AbsentRow:
    row: ShownRow
    choice: str
    refused: list[str]  # why what was chosen was not done


def absent_context(run: ImportRun, rows: list[ImportRow], shown: list[ShownRow]) -> dict[str, Any]:
    """What a preview shows of its absent rows; `rows` are those of the page, absent ones or others."""
    told = [
        AbsentRow(one, absent.choice_for(run, row), [text for texts in row.errors.values() for text in texts])
        for row, one in zip(rows, shown, strict=True)
        if row.action == Action.ABSENT
    ]
    return {
        "absent_rows": told,
        "absent_options": absent.options() if told else [],
        "absent_chosen": absent.chosen(run),
    }


class AbsentView(PreviewedMixin, View):
    """Keeps choices of a preview: for the rows of a page, or the same for all."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.previewed(pk)
        allowed = {code for code, _label in absent.options()}
        if "all" in request.POST:
            absent.choose_all(run, _one_of(allowed, request.POST.get("choice-all")))
        else:
            absent.choose(run, self._choices(request, run, allowed))
        return self.back(request, pk)

    @staticmethod
    def _choices(request: HttpRequest, run: ImportRun, allowed: set[str]) -> dict[int, str]:
        rows = run.rows.filter(action=Action.ABSENT, supply_id__isnull=False)
        given = {
            int(name.removeprefix("choice-")): _one_of(allowed, request.POST[name])
            for name in request.POST
            if name.startswith("choice-") and name.removeprefix("choice-").isdecimal()
        }
        keys = rows.filter(pk__in=list(given)).values_list("pk", "supply_id")
        return {supply: given[pk] for pk, supply in keys if supply}


def _one_of(allowed: set[str], choice: str | None) -> str:
    if choice is None or choice not in allowed:
        raise Http404
    return choice
