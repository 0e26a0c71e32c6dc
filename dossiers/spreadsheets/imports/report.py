"""Serializes an import for scripts: the output of `import_sheet --json` and of the API."""

from collections.abc import Iterator
from typing import Any

from dossiers.line_names import split_line
from dossiers.models import Action, Employer, ImportRow, ImportRun, Supply
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.imports.staging import matcher_for, resource_for
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.resources import RecordResource

BATCH = 2_000


def refused(reason: str) -> dict[str, Any]:
    """Return the report of a list for which no run was made."""
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
    """Return the report of a run; its keys are part of the contract of the command line.

    `absent` has the numbers of the absent people who have one, while `counts` counts all of them.
    """
    absent = run.rows.filter(action=Action.ABSENT, given__has_key="external_id")
    return {
        "run": run.pk,
        "state": run.state,
        "reason": run.reason or None,
        "format": run.format,
        "columns": [{name: column[name] for name in ("header", "field", "dropped")} for column in run.columns],
        "counts": run.counts(),
        "absent": sorted(absent.values_list("given__external_id", flat=True)),
        "warnings": collect_warnings(run),
        "rows": list(rows(run)),
    }


def rows(run: ImportRun) -> Iterator[dict[str, Any]]:
    """Yield all rows of the list, with the values that each mapped field has after applying."""
    for batch in batched(run.rows.exclude(action=Action.ABSENT).order_by("line").iterator(BATCH), BATCH):
        yield from serialize_rows(run, batch)


def serialize_rows(run: ImportRun, batch: list[ImportRow]) -> Iterator[dict[str, Any]]:
    """Yield these rows of the run."""
    before = _values_before(run, resource_for(run), batch)
    for row in batch:
        after = row.given
        if row.action in (Action.CHANGED, Action.UNCHANGED, Action.SKIPPED):
            after = {name: new for name, (_old, new) in row.changes.items()}
            if "external_id" in row.given:
                after["external_id"] = row.given["external_id"]
        sheet, table, line_on_sheet = split_line(row.line)
        yield {
            "line": row.line,
            "sheet": run.sheets[sheet] if run.sheets else run.format.get("sheet"),
            "table": table + 1,
            "line_on_sheet": line_on_sheet,
            "action": row.action,
            "values": before[row.pk] | after,
            "changes": row.changes if row.action == Action.CHANGED else {},
            "errors": row.errors,
            "similar": row.similar_references,
            "similar_lines": row.similar_lines,
        }


def _values_before(run: ImportRun, resource: RecordResource, batch: list[ImportRow]) -> dict[int, dict[str, Any]]:
    """Return the current values of each row's record in the mapped fields, or the initial values of a new record."""
    fields = resource.sheet_fields()
    initial = {name: fields[name].initial for name in run.fields}
    target_ids = {row.target_id for row in batch if row.target_id}
    mapped = [name for name in run.fields if name in fields]
    current = matcher_for(run, resource).current(target_ids, mapped) if target_ids else {}
    employers: dict[int, dict[str, Any]] = {}
    if employer_ids := {row.employer_id for row in batch if row.employer_id and not row.target_id}:
        columns = {n: f for n, f in fields.items() if f.model_field.model is Employer and n in run.fields}
        paths = [(resource.orm_path(name) or "").removeprefix("employer__") for name in columns]
        writers = [(name, field.widget.to_json) for name, field in columns.items()]
        for key, *values in Employer.objects.filter(pk__in_batch=list(employer_ids)).values_list("pk", *paths):
            employers[key] = {name: write(v) for (name, write), v in zip(writers, values, strict=True)}
    numbers = dict(
        Supply.objects.filter(pk__in_batch=[r.supply_id for r in batch if r.supply_id]).values_list("pk", "external_id")
    )
    return {
        row.pk: initial
        | employers.get(row.employer_id or 0, {})
        | {name: value for name, value in current.get(row.target_id or 0, {}).items() if name in initial}
        | ({"external_id": numbers[row.supply_id]} if row.supply_id in numbers and "external_id" in initial else {})
        for row in batch
    }
