"""Finds what a list would change in closed interests, about which a coordinator is asked."""

from collections.abc import Mapping

from dossiers.models import EmployerInterest, ImportRun, RecordKind
from dossiers.spreadsheets.comparison import opens_record
from dossiers.spreadsheets.imports.decisions import NO_DECISION, Decisions
from dossiers.spreadsheets.imports.newer_values.sources import ChangedRow, NewerValue, Reason
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, RESOURCES


def find_values_of_closed_interests(run: ImportRun, rows: Mapping[int, ChangedRow]) -> dict[int, dict[str, NewerValue]]:
    """Return the values of closed interests that these rows change, by interest and field.

    A row that opens its interest is about one that goes on. A user who types in a cell means to change it, and so does
    one who says that the line is about this interest, beside which the preview shows what differs.
    """
    if run.record != RecordKind.EMPLOYER_INTEREST:
        return {}
    resource = RESOURCES[run.record](out_of_use=True)
    closed = EmployerInterest.objects.filter(pk__in_batch=list(rows), status__in=EmployerInterest.closed_statuses)
    lines = Decisions.about(run).lines
    values_by_interest = {}
    for key, changed_at in closed.values_list("pk", "changed_at"):
        row = rows[key]
        value = NewerValue(supplied_at=changed_at, saved_at=changed_at, reason=Reason.CLOSED)
        names = row.changes.keys() - EMPLOYER_COLUMNS - run.find_typed_cells(row.line)
        if not (lines.get(row.line, NO_DECISION).person or opens_record(resource, row.changes)):
            values_by_interest[key] = dict.fromkeys(names, value)
    return values_by_interest
