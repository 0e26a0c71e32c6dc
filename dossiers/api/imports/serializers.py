"""Serializes an import to JSON, with the same names as `import_sheet --json`."""

from typing import Any

from django.http import HttpRequest

from dossiers.api.imports.permissions import can_see_rows, is_coordinator
from dossiers.models import ImportRun
from dossiers.progress import Progress
from dossiers.spreadsheets.imports.columns.samples import get_sample
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.sender_counts import get_counts_for_sender
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.reader import Refused


def serialize_run(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    shown = can_see_rows(request, run)
    asked = run.asked if shown else {}
    is_busy = run.state in ImportRun.BUSY
    progress = Progress.of(run).read() if is_busy else None
    decided = Decisions.about(run) if shown else None
    is_told = run.state == ImportRun.State.APPLIED and not is_coordinator(request)
    return {
        "run": run.pk,
        "record": run.record,
        "file": run.file_name,
        "organisation": run.organisation.name if run.organisation else None,
        "policy": run.policy,
        "profile": run.profile.name if run.profile else None,
        "state": run.state,
        "reason": run.reason or None if shown or run.state == ImportRun.State.REFUSED else None,
        "word": run.returned_word or None,
        "created_at": run.created_at,
        "applied_at": run.applied_at,
        "undo_until": run.undo_until,
        "progress": {
            "busy": is_busy,
            "done": progress.done if progress else 0,
            "total": progress.total if progress else None,
        },
        "counts": run.counts() if shown else (is_told and get_counts_for_sender(run)) or None,
        "columns": [
            {name: column[name] for name in ("header", "field", "dropped")} for column in (run.columns if shown else ())
        ],
        "warnings": collect_warnings(run) if shown else [],
        "questions": {
            "words": asked.get("words", {}),
            "dates": asked.get("dates", []),
            "columns": _describe_column_questions(run) if shown else [],
            # The parts of the file of which the user has to decide whether they belong to the list.
            "parts": {part.key: part.words for part in parts_of(run) if part.answer is None} if shown else {},
        },
        "decided": {
            "columns": decided.columns,
            "fixed": decided.fixed,
            "words": decided.words,
            "month_first": decided.month_first,
            "parts": run.decided.get("parts", {}),
        }
        if decided
        else {},
    }


def _describe_column_questions(run: ImportRun) -> list[dict[str, Any]]:
    """Return what is asked about the columns of a list that waits for it: each answer is a decision about `columns`."""
    if run.state != ImportRun.State.ASKING:
        return []
    try:
        questions = get_sample(run).find_questions(run)
    except Refused:  # the file and its copy are gone
        return []
    return [
        {
            "field": question.field_name,
            "columns": [column.key for column in question.columns],
            "answers": [
                {column.key: answer.targets[column.index] for column in question.columns} for answer in question.answers
            ],
        }
        for question in questions
        if not question.chosen
    ]
