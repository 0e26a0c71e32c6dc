"""Counts the rows of an applied list as its sender sees them, who may not learn what the dossiers say."""

from collections import Counter

from dossiers.models import Action, ImportRun
from dossiers.models.imports.import_row import WRITTEN_ACTIONS
from dossiers.spreadsheets.comparison import changes, select_better_spellings
from dossiers.spreadsheets.imports.continuation import find_rows_not_taken_over
from dossiers.spreadsheets.imports.staging import resource_for

BATCH = 2_000


def get_counts_for_sender(run: ImportRun) -> dict[str, int]:
    """Return the counts of an applied list without the lines of people who were forgotten since."""
    return count_for_sender(run) if run.forgotten_rows and run.rows.exists() else run.counts_for_sender


def count_for_sender(run: ImportRun) -> dict[str, int]:
    """Return the number of rows by action: new, changed or unchanged, or skipped for all that were not taken over.

    They are compared with what the organisation supplied before, as in the preview that its partner saw, but a row of
    which every change was withheld is unchanged. Lines on which the import that this one continues decided are left
    out.
    """
    rows = run.rows.filter(action__in=(*WRITTEN_ACTIONS, Action.UNCHANGED))
    resource = resource_for(run)
    fields = resource.sheet_fields()
    empty = {name: fields[name].widget.empty for name in run.fields if name not in resource.identity}
    counts: Counter[str] = Counter()
    for line, taken, before in rows.values_list("line", "given", "supply_before").iterator(BATCH):
        if before is None:
            counts[Action.NEW] += 1
            continue
        changed = changes(empty | before["values"], run.get_supplied_values(line, taken), run.policy)
        if not run.by_hand:
            changed = select_better_spellings(changed)
        counts[Action.CHANGED if changed else Action.UNCHANGED] += 1
    counts[Action.SKIPPED] = find_rows_not_taken_over(run).count()
    return {action.value: counts[action] for action in Action}
