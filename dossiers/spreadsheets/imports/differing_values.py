"""Finds the values of a list that differ from those of the records, and that are not taken over.

Either only gaps are filled, or the value is a status that would open a closed record.
They are compared with the records of this moment, so that they are not stored.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from dossiers.models import Action, ImportRow, ImportRun
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.comparison import changes, opens_record, select_better_spellings
from dossiers.spreadsheets.imports.staging import matcher_for, resource_for

BATCH = 5_000
COMPARED_ACTIONS = (Action.UNCHANGED, Action.CHANGED)


class DifferingCounts(NamedTuple):
    values: int
    rows: int


def find_differing_values(run: ImportRun, rows: Iterable[ImportRow]) -> dict[int, dict[str, list[Any]]]:
    """Return [current value, value in the list] of the fields that are not taken over, by row and field."""
    if run.policy == ImportRun.Policy.NEW or run.state not in (ImportRun.State.READING, ImportRun.State.PREVIEWED):
        return {}
    compared = [row for row in rows if row.target_id and row.action in COMPARED_ACTIONS]
    resource = resource_for(run)
    fills = run.policy == ImportRun.Policy.FILL
    names = [name for name in run.fields if name not in resource.identity and (fills or name == "status")]
    keys = {row.target_id for row in compared if row.target_id}
    current = matcher_for(run, resource).current(keys, names) if keys and names else {}
    differing: dict[int, dict[str, list[Any]]] = {}
    for row in compared:
        different = changes(current.get(row.target_id or 0, {}), row.given, ImportRun.Policy.UPDATE)
        if not fills and not opens_record(resource, different):
            continue
        differing[row.pk] = {
            name: values for name, values in select_better_spellings(different).items() if name not in row.changes
        }
    return {pk: values for pk, values in differing.items() if values}


def count_differing_values(run: ImportRun) -> DifferingCounts:
    """Return how many values of the whole list differ and are not taken over, and in how many rows."""
    if run.policy != ImportRun.Policy.FILL:
        return DifferingCounts(0, 0)
    rows = (
        run.rows.filter(action__in=COMPARED_ACTIONS)
        .only("run", "target_id", "action", "given", "changes")
        .order_by("pk")
    )
    batches = [find_differing_values(run, batch) for batch in batched(rows.iterator(BATCH), BATCH)]
    return DifferingCounts(
        sum(len(values) for batch in batches for values in batch.values()), sum(len(batch) for batch in batches)
    )
