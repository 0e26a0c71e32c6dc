"""Counts the questions that a read list leaves open: on missing columns, parts of its file, words and dates."""

from collections.abc import Sequence
from dataclasses import dataclass

from dossiers.models import ImportRun
from dossiers.models.imports.import_row import OPEN_ACTIONS
from dossiers.spreadsheets.imports.columns.needed_fields import asks_for_columns
from dossiers.spreadsheets.imports.decisions import count_blocking_words, count_unanswered_words, find_blocking_dates
from dossiers.spreadsheets.imports.file_parts.part import Part, group_parts
from dossiers.spreadsheets.imports.newer_values.overwritten import NEWER


@dataclass(frozen=True)
class OpenQuestions:
    """The numbers of open questions, and of those that importing, or sending by a partner, waits for."""

    count: int
    blocking: int


def count_open_questions(run: ImportRun, parts: Sequence[Part]) -> OpenQuestions:
    """Count the questions of a run; `parts` are those of its parts that are asked about."""
    good_rows_only = run.rows.filter(action__in=OPEN_ACTIONS).exists()
    words = 0 if run.with_partner else count_blocking_words(run, good_rows_only)
    groups = sum(any(part.answer is None for part in group) for group in group_parts(parts))
    return OpenQuestions(
        groups + count_unanswered_words(run) + len(run.asked.get("dates", [])) + asks_for_columns(run),
        groups + words + len(find_blocking_dates(run)),
    )


def is_single_question(run: ImportRun, parts: Sequence[Part]) -> bool:
    """Whether there is one question about the parts of the file, and no other one of importance is open.

    That about newer values is one, also if it was answered for some rows alone.
    """
    is_other_open = count_unanswered_words(run) or find_blocking_dates(run) or asks_for_columns(run)
    others = [part for part in parts if not part.key.startswith(f"{NEWER}-")]
    return len(group_parts(others)) + (len(others) < len(parts)) == 1 and not is_other_open
