"""Saves parsed rows as ImportRows, without creating a model instance for each row, which is slow."""

from dossiers.models import ImportRow, ImportRun
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.sql import compact_json, insert_many, moment

ROW_COLUMNS = (
    "run_id",
    "line",
    "action",
    "given",
    "changes",
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
