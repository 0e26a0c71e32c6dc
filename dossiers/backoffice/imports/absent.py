"""The choice of a coordinator about people who were in an earlier list of a sender and are not in this one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.generic import View

from dates.format import format_date
from dossiers.backoffice.imports.previews import ShownRow
from dossiers.backoffice.imports.row_corrections import PreviewedMixin
from dossiers.models import Action, ImportRow, ImportRun
from dossiers.spreadsheets.imports import absent, absent_people
from dossiers.spreadsheets.imports.file_parts.older_values import MAX_LISTS_NAMED


@dataclass(frozen=True)
class AbsentRow:
    """An absent person with the choice that was made."""

    row: ShownRow
    supply: int | None  # the id of the Supply, under which the choice is stored
    choice: str
    options: list[tuple[str, str]]  # the choices that can be made
    refused: list[str]  # reasons why another choice can't be made, or was not applied
    listed_on: str  # the day of the previous list, if the person stood in that; else ""
    listed_in: str  # the name of its file


def get_absent_context(run: ImportRun, rows: list[ImportRow], shown: list[ShownRow]) -> dict[str, Any]:
    """Return the template context of the absent rows among the rows of one page."""
    rows_on_page = [pair for pair in zip(rows, shown, strict=True) if pair[0].action == Action.ABSENT]
    options = absent.options() if rows_on_page else []
    dossiers = absent.AbsentDossiers(run, [row for row, _values in rows_on_page])
    previous_list = absent_people.find_previous_list(run) if rows_on_page else None
    listed = absent_people.find_supplied_people(previous_list, [row.target_id or 0 for row, _values in rows_on_page])
    day = format_date(timezone.localtime(previous_list.supplied_at).date()) if previous_list else ""
    absent_rows = []
    for row, values in rows_on_page:
        listed_on = day if row.target_id in listed else ""
        listed_in = previous_list.file_name if previous_list else ""
        if run.state == ImportRun.State.PREVIEWED:
            refusals = {code: dossiers.find_refusal(row, code) for code, _label in options}
            possible = [(code, label) for code, label in options if not refusals[code]]
            text = gettext("Closing can't be chosen: %(reason)s") if not refusals.get(absent.CONTACT) else "%(reason)s"
            reasons = dict.fromkeys(filter(None, refusals.values()))
            refused = [capfirst(text % {"reason": reason}) for reason in reasons]
            absent_rows.append(
                AbsentRow(values, row.supply_id, absent.get_choice(run, row), possible, refused, listed_on, listed_in)
            )
        else:
            errors = [text for texts in row.errors.values() for text in texts]
            absent_rows.append(AbsentRow(values, row.supply_id, absent.NOTHING, [], errors, listed_on, listed_in))
    total, in_both = absent_people.count_people_in_both(run, previous_list) if previous_list else (0, 0)
    others = absent_people.find_lists_of_other_kinds(run) if rows_on_page else []
    return {
        "previous_list": previous_list if total and run.state == ImportRun.State.PREVIEWED else None,
        "previous_day": day,
        "people_in_previous_list": total,
        "people_in_both": in_both,
        "other_kinds": list(dict.fromkeys(other.file_name for other in others))[:MAX_LISTS_NAMED],
        "absent_rows": absent_rows,
        "absent_options": options,
        "absent_possible": absent.count_possible_choices(run) if rows_on_page else 0,
        "absent_chosen": absent.count_choices(run),
        "absent_closings": absent.count_closings(run),
    }


class AbsentView(PreviewedMixin, View):
    """Make the same choice for all absent people."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_previewed_run(pk)
        choice = get_choice_for_all(request)
        self.save_input(request, run, for_all_absent=choice)
        count, total = absent.count_choices(run), run.rows.filter(action=Action.ABSENT).count()
        if choice not in ("", absent.NOTHING) and count < total and not self.has_conflicts:
            text = gettext("Chosen for %(count)d of %(total)d people. With the others stands why it is not possible.")
            messages.warning(request, text % {"count": count, "total": total})
        return self.redirect_to_preview(request, pk)


def get_choice_for_all(request: HttpRequest) -> str:
    """Return the choice for all absent people, or "" if none was posted; raise Http404 if it does not exist."""
    choice = request.POST.get("choice-all", "")
    if choice and choice not in {code for code, _label in absent.options()}:
        raise Http404
    return choice
