"""Saves parsed rows as ImportRows, without creating a model instance for each row, which is slow."""

from typing import Any

from dossiers.models import ImportRow, ImportRun
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.sql import compact_json, insert_many, moment

ROW_COLUMNS = (
    "run_id",
    "line",
    "action",
    "given",
    "changes",
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
    insert_many(ImportRow, ROW_COLUMNS, (_column_values(run.pk, parsed_row) for parsed_row in parsed_rows))


def _column_values(run_id: int, parsed_row: ParsedRow) -> tuple[Any, ...]:
    """Return the values of ROW_COLUMNS."""
    return (
        run_id,
        parsed_row.line,
        str(parsed_row.action),
        compact_json(parsed_row.given),
        compact_json(parsed_row.changes) if parsed_row.changes else "{}",
        compact_json(parsed_row.errors) if parsed_row.errors else "{}",
        compact_json(parsed_row.bad) if parsed_row.bad else "{}",
        compact_json(parsed_row.similar) if parsed_row.similar else "[]",
        parsed_row.target_id,
        moment(parsed_row.target_changed_at) if parsed_row.target_changed_at else None,
        parsed_row.supply_id,
        parsed_row.employer_id,
        parsed_row.left_out,
        False,
    )
