"""The rows of a partner's applied list that were not taken over, without anything that the partner may not know."""

from dataclasses import dataclass

from django.db.models import QuerySet

from dossiers.models import NAME_FIELDS, Action, ImportRow, ImportRun
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.reader import Refused
from dossiers.spreadsheets.values.base import as_text

BATCH = 2_000


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken over: its line, the name that the partner typed, and its errors by column."""

    line: int
    name: str
    errors: list[tuple[str, str]]


def find_rejected_rows(run: ImportRun) -> QuerySet[ImportRow]:
    return run.rows.filter(action__in=(Action.SKIPPED, Action.ERROR, Action.SIMILAR)).order_by("line")


def build_rejected_rows(run: ImportRun, rows: list[ImportRow]) -> list[RejectedRow]:
    """Return these rows for a page of the partner.

    Only errors of a cell itself and of cells that are missing are shown, since all others may depend on a dossier.
    """
    resource = resource_for(run)
    fields, required = resource.sheet_fields(), resource.required_fields()
    names = _read_typed_names(run, {row.line for row in rows})
    rejected = []
    for row in rows:
        own = set(row.bad)
        if row.target_id is None:
            own |= {name for name in required if name not in row.given}
        errors = [
            (fields[name].column_name, " ".join(texts))
            for name, texts in row.errors.items()
            if row.action == Action.ERROR and name in own and name in fields
        ]
        rejected.append(RejectedRow(row.line, names.get(row.line, ""), errors))
    return rejected


def _read_typed_names(run: ImportRun, lines: set[int]) -> dict[int, str]:
    """Return the names in the sanitized copy by line; a coordinator may have corrected those of the staged rows."""
    places = run.column_indexes
    # A column with full names is the one for each part.
    indexes = dict.fromkeys(places[name] for name in NAME_FIELDS if places.get(name, -1) >= 0)
    names: dict[int, str] = {}
    try:
        with SanitizedCopy(run) as copy:
            for rows in copy.batches(BATCH):
                for line, cells in rows:
                    if line in lines:
                        typed = [cells[index] for index in indexes]
                        texts = [cell.text if isinstance(cell, Private) else as_text(cell or "") for cell in typed]
                        names[line] = " ".join(filter(None, texts))
    except Refused:  # the copy was destroyed
        return {}
    return names
