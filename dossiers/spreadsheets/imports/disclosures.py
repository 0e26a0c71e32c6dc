"""Finds what the organisation of a list sees of known people after the import, and did not supply before."""

from typing import NamedTuple

from django.db.models import Q

from dossiers.models import Action, ImportRun, RecordKind, Supply
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.comparison import changes, select_better_spellings
from dossiers.spreadsheets.imports.newer_values.overwritten import fills_from_older_list
from dossiers.spreadsheets.resources import SuppliedResource

BATCH = 2_000
COLUMNS = ("line", "supply_id", "given", "changes")


class Disclosure(NamedTuple):
    people: int
    columns: list[str]  # the names of the fields


def is_own_export(run: ImportRun) -> bool:
    """Whether most lines of known people have our references, which only an export of ours gives."""
    if run.is_from_partner or run.record != RecordKind.DOSSIERS:
        return False
    known = run.rows.filter(action__in=(Action.CHANGED, Action.UNCHANGED))
    return known.filter(given__has_key="reference").count() * 2 > known.count()


def find_disclosure(run: ImportRun) -> Disclosure:
    """Compare the rows of known people with the values that the organisation supplied, as the import replaces these."""
    if not run.organisation_id or run.record != RecordKind.DOSSIERS:
        return Disclosure(0, [])
    fields = SuppliedResource().sheet_fields()
    empty = {name: field.widget.empty for name, field in fields.items() if name != "external_id"}
    rows = run.rows.filter(action__in=(Action.CHANGED, Action.UNCHANGED))
    rows = rows.exclude(Q(supply_id=None, given__has_key="reference") & ~Q(given__has_key="external_id"))
    policy = ImportRun.Policy.FILL if fills_from_older_list(run) else ImportRun.Policy.UPDATE
    people = 0
    names: set[str] = set()
    for batch in batched(rows.order_by("pk").values_list(*COLUMNS).iterator(BATCH), BATCH):
        keys = [supply for _line, supply, *_values in batch if supply]
        supplied = dict(Supply.objects.filter(pk__in_batch=keys).values_list("pk", "values"))
        for line, supply, row_values, row_changes in batch:
            values = run.get_supplied_values(line, run.select_edited_values(row_values, row_changes))
            shown = select_better_spellings(changes(empty | supplied.get(supply or 0, {}), values, policy)).keys()
            people += bool(shown)
            names |= shown
    return Disclosure(people, [str(field.column_name) for name, field in fields.items() if name in names])
