"""Saves parsed rows as ImportRows and counts them, without a model instance for each row, which is slow."""

from collections.abc import Sequence

from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.imports.import_row import ImportRowQuerySet
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.decisions import NO_DECISION, Decisions
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.matching.matcher import RowClassifier
from dossiers.spreadsheets.sql import compact_json, insert_many, moment

FIELDS_OF_INTEREST: dict[str, str] = {Action.ERROR: "errors", Action.CHANGED: "changes"}
"""The column of ImportRow whose keys are the fields that are wrong or change in rows with this action."""
ROWS_AT_ONCE = 500  # rows that one statement updates
CLASSIFIED_FIELDS = (
    "given",
    "errors",
    "bad",
    "action",
    "changes",
    "parts",
    "withheld",
    "similar",
    "target_id",
    "target_changed_at",
    "supply_id",
    "employer_id",
    "left_out",
)
ROW_COLUMNS = (
    "run_id",
    "line",
    "action",
    "given",
    "changes",
    "parts",
    "withheld",
    "errors",
    "bad",
    "similar",
    "target_id",
    "target_changed_at",
    "supply_id",
    "employer_id",
    "left_out",
    "double",
)


def insert_rows(run: ImportRun, parsed_rows: list[ParsedRow]) -> None:
    values = (
        (
            run.pk,
            row.line,
            str(row.action),
            compact_json(row.given),
            compact_json(row.changes) if row.changes else "{}",
            compact_json(row.parts) if row.parts else "{}",
            compact_json(row.withheld) if row.withheld else "{}",
            compact_json(row.errors) if row.errors else "{}",
            compact_json(row.bad) if row.bad else "{}",
            compact_json(row.similar) if row.similar else "[]",
            row.target_id,
            moment(row.target_changed_at) if row.target_changed_at else None,
            row.supply_id,
            row.employer_id,
            row.left_out,
            False,
        )
        for row in parsed_rows
    )
    insert_many(ImportRow, ROW_COLUMNS, values)


def classify_again(run: ImportRun, rows: Sequence[ImportRow], classifier: RowClassifier) -> None:
    """Classify staged rows again, and save them; they are not marked as duplicates any more."""
    lines = Decisions.about(run).lines
    parsed_rows = [
        ParsedRow(
            row.line,
            row.given,
            {field: row.errors[field] for field in row.bad if field in row.errors},  # the errors of cells remain
            row.bad,
            parts=row.parts,
            withheld=row.withheld,
            left_out=row.left_out,
            person=lines.get(row.line, NO_DECISION).person,
        )
        for row in rows
    ]
    classifier.classify(parsed_rows)
    for row, parsed_row in zip(rows, parsed_rows, strict=True):
        for name in CLASSIFIED_FIELDS:
            setattr(row, name, getattr(parsed_row, name))
        row.double = False
    ImportRow.objects.bulk_update(rows, [*CLASSIFIED_FIELDS, "double"], batch_size=ROWS_AT_ONCE)


def count_fields_of_interest(run: ImportRun, action: str, rows: ImportRowQuerySet | None = None) -> dict[str, int]:
    """Return {field: number of rows} of what is wrong or changes in the rows with this action, the most first.

    `rows` are the rows to count, if not all of the run.
    """
    column = FIELDS_OF_INTEREST.get(action)
    if column is None:
        return {}
    table, each = sql.quote(ImportRow._meta.db_table), "jsonb_each" if sql.postgres() else "json_each"
    among, parameters = "", (run.pk, action)
    if rows is not None:
        subquery, values = rows.order_by().values("pk").query.sql_with_params()
        among, parameters = f" AND r.id IN ({subquery})", (*parameters, *values)
    # By hand, since the ORM has no function that returns a row for each key of a JSON object.
    return dict(
        sql.fetch_all(
            f"SELECT e.key, count(*) FROM {table} r, {each}(r.{column}) e WHERE r.run_id = %s AND r.action = %s{among}"
            " GROUP BY e.key ORDER BY 2 DESC, 1",
            parameters,
        )
    )
