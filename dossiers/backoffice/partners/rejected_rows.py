"""Builds the rows of a partner's applied list that were not taken over, without what the partner may not know."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.format import format_date
from dossiers.backoffice.imports.cells import EMPTY, format_cell
from dossiers.models import NAME_FIELDS, Action, ImportRow, ImportRun
from dossiers.models.dossiers.supply import get_supplied_name
from dossiers.models.imports.import_row import NOT_TAKEN_OVER
from dossiers.models.imports.import_run import SAME_LINES
from dossiers.spreadsheets.imports.continuation import LineDecisions
from dossiers.spreadsheets.imports.decisions import LEFT_OUT
from dossiers.spreadsheets.imports.parsed_rows import (
    POSSIBLE_BSN,
    POSSIBLE_BSN_IN_PHONE,
    PRIVATE_MESSAGE,
    PRIVATE_REST,
)
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.matching.supplies import name_key
from dossiers.spreadsheets.reader import Refused
from dossiers.spreadsheets.values.base import as_text

BATCH = 2_000
PRIVATE_MESSAGES = (PRIVATE_MESSAGE, PRIVATE_REST, POSSIBLE_BSN, POSSIBLE_BSN_IN_PHONE)

LEFT_OUT_BY = {
    None: gettext_lazy("This line was left out, by you or by a coordinator."),
    True: gettext_lazy("This line was left out on your side."),
    False: gettext_lazy("A coordinator left this line out."),
}
"""Messages by whether the partner left a line out; None if that was not stored."""


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken over, or not with all values: its line, its name, and the reasons by column."""

    line: str
    name: str
    errors: list[tuple[str, str]]


def find_rejected_rows(run: ImportRun, decisions: LineDecisions) -> QuerySet[ImportRow]:
    """Return the rows that were not taken over, and those with a value that was not."""
    rejected = Q(action__in=NOT_TAKEN_OVER, line__in_batch=[*decisions.left_out, *decisions.undecided])
    if run.state != ImportRun.State.UNDONE:
        rejected |= Q(pk__in=find_withheld_rows(run).values("pk"))
    return run.rows.filter(rejected).order_by("line")


def find_withheld_rows(run: ImportRun) -> QuerySet[ImportRow]:
    """Return the rows with a value that was not taken over, of people whom the organisation had supplied before.

    Of others the partner may not learn that the municipality knew them already.
    """
    supplied = run.rows.filter(action__in=(Action.CHANGED, Action.UNCHANGED), supply_before__isnull=False)
    return supplied.exclude(withheld={})


def build_rejected_rows(run: ImportRun, rows: list[ImportRow], decisions: LineDecisions) -> list[RejectedRow]:
    """Return these rows for a page of the partner.

    Only errors of a cell itself and of cells that are missing are shown, since all others may depend on a dossier.
    """
    resource = resource_for(run)
    fields, required = resource.sheet_fields(), resource.required_fields()
    names = _read_typed_names(run, rows)
    duplicates = _find_duplicate_lines(run, rows)
    undecided = set(decisions.undecided if decisions.is_undecided else ())
    rejected = []
    for row in rows:
        own = set(row.bad)
        if row.target_id is None:
            own |= {name for name in required if name not in row.given}
        errors = [
            (
                fields[name].column_name,
                _describe_errors(texts) if name in row.bad else _("This was missing in the list."),
            )
            for name, texts in row.errors.items()
            if row.action == Action.ERROR and name in own and name in fields
        ]
        if row.left_out:
            by_partner = _get_decision(run, row.line).get("by_partner", {}).get("action")
            errors.append((_("Left out"), str(LEFT_OUT_BY[by_partner])))
        lines = duplicates.get(row.pk, []) if row.double or row.left_out else []
        if lines:
            same = _("The same person stands on line %(lines)s of your list too.") % {"lines": run.name_lines(lines)}
            errors.append((_("Twice in the list"), same))
        if similar_lines := [line for line in row.similar_lines if line not in lines]:
            similar = _("This line looks like line %(lines)s of your list.") % {"lines": run.name_lines(similar_lines)}
            errors.append((_("Twice in the list"), similar))
        withheld = _("You sent “%(value)s”. The municipality did not take that over: what was there stays.")
        errors += [
            (fields[name].column_name, withheld % {"value": format_cell(fields, name, value)})
            for name, value in run.get_supplied_values(row.line, row.withheld).items()
            if name in row.withheld and row.action not in NOT_TAKEN_OVER and name in fields and value not in EMPTY
        ]
        if not errors and row.action == Action.ERROR and "external_id" in row.errors:
            apart = _("The number and the person on this line do not belong together. Compare them with your own list.")
            errors.append((fields["external_id"].column_name, apart))
        if row.action in NOT_TAKEN_OVER and row.line in undecided:
            errors.append(_describe_open_line(decisions.open_run, row.line))
        elif run.state == ImportRun.State.UNDONE and row.line in decisions.undecided:
            undone = _(
                "Nobody had decided on this line when the list was taken back. Send this person again if needed."
            )
            errors.append((_("Not decided"), undone))
        elif not errors:
            reason = _("A coordinator did not take this line over. Ask the coordinator why.")
            errors.append((_("Not taken over"), reason))
        supplied = (row.supply_before or {}).get("values", {})
        rejected.append(RejectedRow(row.line_name, names.get(row.line) or get_supplied_name(supplied), errors))
    return rejected


def _describe_open_line(open_run: ImportRun | None, line: int) -> tuple[str, str]:
    """Return the label and the message of an undecided line: with whom it is, and in which continuation."""
    if open_run is None or not open_run.with_partner or not open_run.decided.get(SAME_LINES):
        return _("Not decided yet"), _("A coordinator can still decide on this line.")
    replacement = open_run.continued_by.exclude(sent_at=None).order_by("-sent_at").first()
    current = replacement or open_run
    link = {
        "list": format_html(
            '<a href="{}">{}</a>', reverse("dossiers_partner_list", args=[current.pk]), current.file_name
        ),
        "day": format_date(current.sent_at),
    }
    is_left_out = _get_decision(open_run, line).get("action") == LEFT_OUT
    if replacement:
        label, message = _("Replaced"), _("On %(day)s you sent %(list)s in its place: look there.")
    elif open_run.state == ImportRun.State.SENT and is_left_out:
        label, message = _("Left out"), _("This line is left out in %(list)s, which you sent on %(day)s.")
    elif open_run.state == ImportRun.State.SENT:
        label, message = _("Not decided yet"), _("You sent this line again on %(day)s, in %(list)s.")
    elif is_left_out:
        label = _("With you")
        message = _("This line is left out in %(list)s: send that list, or take the line in again.")
    else:
        label, message = _("With you"), _("Correct this line in %(list)s, and send that list again.")
    return label, mark_safe(message % link)  # noqa: S308


def _get_decision(run: ImportRun, line: int) -> dict[str, Any]:
    decision: dict[str, Any] = run.decided.get("lines", {}).get(str(line), {})
    return decision


def _describe_errors(texts: list[str]) -> str:
    """Return the messages of a cell; that of a private number without the advice, which belongs to a preview."""
    private = set(map(str, PRIVATE_MESSAGES))
    held = _("This cell held a number that may not be stored, such as a BSN. It was taken out.")
    return " ".join(dict.fromkeys(held if text in private else text for text in texts))


def _find_duplicate_lines(run: ImportRun, rows: list[ImportRow]) -> dict[int, list[int]]:
    """Return the other lines with the same number, or the same name and date of birth, by the key of each row.

    Lines that were left out are not among them.
    Only the partner's own list is compared, since two lines may also be the same person by what a dossier says.
    """
    numbers, days = ({row.given.get(name) for row in rows} - {None} for name in ("external_id", "date_of_birth"))
    same = Q(given__external_id__in=numbers) | Q(given__date_of_birth__in=days)
    lines_by_key: dict[Any, set[int]] = defaultdict(set)
    for line, values in (
        run.rows.filter(same, left_out=False).exclude(action=Action.ABSENT).values_list("line", "given")
    ):
        for key in _identify(values):
            lines_by_key[key].add(line)
    lines = {row.pk: set().union(*(lines_by_key[key] for key in _identify(row.given))) - {row.line} for row in rows}
    return {pk: sorted(others) for pk, others in lines.items() if others}


def _identify(values: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the keys by which two lines are about one person."""
    number = values.get("external_id")
    person = (*name_key(values), str(values.get("date_of_birth", "")))
    return [*([(str(number),)] if number else []), *([person] if all(person) else [])]


def _read_typed_names(run: ImportRun, rejected: list[ImportRow]) -> dict[int, str]:
    """Return the names as the partner typed them, by line: in the list, or in a cell that was corrected afterwards.

    A coordinator may have corrected those of the staged rows.
    """
    places = run.column_indexes
    # A column with full names is the one for each part.
    parts_by_index = {places[name]: name for name in reversed(NAME_FIELDS) if places.get(name, -1) >= 0}
    rows_by_line = {row.line: row for row in rejected}
    names: dict[int, str] = {}
    with suppress(Refused), SanitizedCopy(run) as copy:  # which may have been destroyed
        for line, cells in chain.from_iterable(copy.batches(BATCH)):
            if line not in rows_by_line:
                continue
            typed = {name: cells[index] for index, name in parts_by_index.items()}
            parts = {
                name: cell.text if isinstance(cell, Private) else as_text(cell or "") for name, cell in typed.items()
            }
            decision = _get_decision(run, line)
            by_partner = decision.get("by_partner", {})
            corrected = {name: decision.get("cells", {}).get(name, "") for name in NAME_FIELDS if by_partner.get(name)}
            if corrected and run.splits_names:
                values = rows_by_line[line].given
                parts = {name: values.get(name, "") for name in NAME_FIELDS if by_partner.get(name) is not False}
            names[line] = get_supplied_name(parts | corrected)
    return names
