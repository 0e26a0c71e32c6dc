"""Drafts to rows of an import, as plain values: a model's object a row is what would cost."""

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


def insert_rows(run: ImportRun, drafts: list[ParsedRow]) -> None:
    insert_many(ImportRow, ROW_COLUMNS, (_row(run.pk, draft) for draft in drafts))


def _row(run_id: int, draft: ParsedRow) -> tuple[Any, ...]:
    return (
        run_id,
        draft.line,
        str(draft.action),
        compact_json(draft.given),
        compact_json(draft.changes) if draft.changes else "{}",
        compact_json(draft.errors) if draft.errors else "{}",
        compact_json(draft.bad) if draft.bad else "{}",
        compact_json(draft.similar) if draft.similar else "[]",
        draft.target_id,
        moment(draft.target_changed_at) if draft.target_changed_at else None,
        draft.supply_id,
        draft.employer_id,
        draft.left_out,
        False,
    )
