"""An import told as one object, as scripts read it: `import_sheet --json` and the API."""

from collections.abc import Iterator
from typing import Any

from dossiers.models import Action, Employer, ImportRow, ImportRun, Supply
from dossiers.spreadsheets.imports.apply import batched
from dossiers.spreadsheets.imports.staging import matcher_for, resource_for, warnings_of
from dossiers.spreadsheets.resources import RecordResource

BATCH = 2_000


def refused(reason: str) -> dict[str, Any]:
    """What is told when there is no run at all."""
    return {
        "run": None,
        "state": "refused",
        "reason": reason,
        "format": {},
        "columns": [],
        "counts": {action.value: 0 for action in Action},
        "absent": [],
        "warnings": [],
        "rows": [],
    }


def report(run: ImportRun) -> dict[str, Any]:
    """Everything of one run; the keys are those of the command line's contract."""
    absent = run.rows.filter(action=Action.ABSENT).values_list("given__external_id", flat=True)
    return {
        "run": run.pk,
        "state": run.state,
        "reason": run.reason or None,
        "format": run.format,
        "columns": [{name: column[name] for name in ("header", "field", "dropped")} for column in run.columns],
        "counts": run.counts(),
        "absent": sorted(absent),
        "warnings": warnings_of(run),
        "rows": list(rows(run)),
    }


def rows(run: ImportRun) -> Iterator[dict[str, Any]]:
    """Each row of the list, with every mapped field as it would stand after applying."""
    for batch in batched(run.rows.exclude(action=Action.ABSENT).order_by("line").iterator(BATCH), BATCH):
        yield from told(run, batch)


def told(run: ImportRun, batch: list[ImportRow]) -> Iterator[dict[str, Any]]:
    """These rows of it."""
    before = _before(run, resource_for(run), batch)
    for row in batch:
        yield {
            "line": row.line,
            "action": row.action,
            "values": _after(row, before[row.pk]),
            "changes": row.changes if row.action == Action.CHANGED else {},
            "errors": row.errors,
            "similar": row.similar,
        }


def _before(run: ImportRun, resource: RecordResource, batch: list[ImportRow]) -> dict[int, dict[str, Any]]:
    """What each row's record has now in the mapped fields, or a new one's first values."""
    fields = resource.sheet_fields()
    initial = {name: fields[name].initial for name in run.fields}
    reached = {row.target_id for row in batch if row.target_id}
    mapped = [name for name in run.fields if name in fields]
    current = matcher_for(run, resource).current(reached, mapped) if reached else {}
    beside = _employers(
        resource, {row.employer_id for row in batch if row.employer_id and not row.target_id}, run.fields
    )
    numbers = dict(
        Supply.objects.filter(pk__in_batch=[r.supply_id for r in batch if r.supply_id]).values_list("pk", "external_id")
    )
    return {
        row.pk: initial
        | beside.get(row.employer_id or 0, {})
        | {name: value for name, value in current.get(row.target_id or 0, {}).items() if name in initial}
        | ({"external_id": numbers[row.supply_id]} if row.supply_id in numbers and "external_id" in initial else {})
        for row in batch
    }


def _employers(resource: RecordResource, keys: set[int], mapped: list[str]) -> dict[int, dict[str, Any]]:
    """Employers that are there already and get a new interest."""
    if not keys:
        return {}
    fields = {n: f for n, f in resource.sheet_fields().items() if f.model_field.model is Employer and n in mapped}
    paths = [(resource.orm_path(name) or "").removeprefix("employer__") for name in fields]
    employers = Employer.objects.filter(pk__in_batch=list(keys)).values_list("pk", *paths)
    writers = [(name, field.widget.to_json) for name, field in fields.items()]
    return {row[0]: {n: write(v) for (n, write), v in zip(writers, row[1:], strict=True)} for row in employers}


def _after(row: ImportRow, before: dict[str, Any]) -> dict[str, Any]:
    changed = {name: new for name, (_old, new) in row.changes.items()}
    if row.action in (Action.CHANGED, Action.UNCHANGED, Action.SKIPPED):
        values = {name: row.given[name] for name in ("external_id",) if name in row.given}
        return before | changed | values
    return before | row.given
