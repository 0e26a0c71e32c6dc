"""The answers in `ImportRun.decided` whether parts belong to the list."""

from collections.abc import Collection

from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.file_parts.facts import (
    MARKED_ROWS,
    SHEETS,
    STRUCK_CELLS,
    TITLE,
    asks_whether_sheets_are_one_list,
    find_titles,
)
from dossiers.spreadsheets.imports.file_parts.file_questions import build_file_parts
from dossiers.spreadsheets.imports.file_parts.part import Answers, Part
from dossiers.spreadsheets.imports.newer_values.overwritten import NAMED, is_about_newer
from dossiers.spreadsheets.imports.remarks.contacts import CONTACTS


def find_parts_read(run: ImportRun) -> set[str]:
    """Return the keys of the tables and other parts of the file that the user said belong to the list."""
    answers = run.decided.get("parts", {})
    return {
        key
        for key, answer in answers.items()
        if answer and not (is_about_newer(key) or key.startswith(TITLE) or key == CONTACTS)
    }


def find_added_titles(run: ImportRun) -> dict[str, str]:
    """Return the titles that are added to the remarks of the rows of their part, by the key of the part."""
    answers = run.decided.get("parts", {})
    titles = find_titles(run.asked)
    return {key: title for key, title in titles.items() if answers.get(key) and answers.get(TITLE + key, True)}


def leave_out_unanswered(run: ImportRun) -> None:
    """Answer that all other parts don't belong to the list, for imports without a user; the run is not saved."""
    answers = run.decided.get("parts", {})
    if unanswered := {part.key: False for part in build_file_parts(run) if part.answer is None}:
        run.decided["parts"] = answers | unanswered


def answer_parts(run: ImportRun, parts: Collection[Part], answers: Answers) -> None:
    """Store which of these parts belong to the list, and which newer values a question named; the run is not saved.

    An older list that is not used fills only what is empty.
    """
    run.decided["parts"] = run.decided.get("parts", {}) | answers
    for part in parts:
        if part.is_older_list and part.key in answers:
            run.policy = ImportRun.Policy.UPDATE if answers[part.key] else ImportRun.Policy.FILL
    if named := {part.key: part.named for part in parts if part.key in answers and part.named}:
        run.decided[NAMED] = run.decided.get(NAMED, {}) | named


def answer_about_sheets(run: ImportRun) -> None:
    """Take the answer about other sheets that is remembered of the sender, or drop one that this file does not fit.

    The run is not saved.
    """
    answer = run.decided.get("parts", {}).get(SHEETS)
    remembered = run.profile.sheets_as_one if run.profile else None
    if answer and not run.sheets:
        del run.decided["parts"][SHEETS]
    elif answer is None and remembered is not None and asks_whether_sheets_are_one_list(run):
        run.decided.setdefault("parts", {})[SHEETS] = remembered


def forget_answers_about_sheets(run: ImportRun) -> None:
    """Forget what was answered about parts of the sheets that were read, since others are read now."""
    if parts := run.decided.get("parts"):
        run.decided["parts"] = {key: answer for key, answer in parts.items() if key == SHEETS}


def forget_answers_about_marked_rows(run: ImportRun) -> None:
    """Forget what was answered about hidden and marked rows, since those of other tables are or were among them."""
    if parts := run.decided.get("parts"):
        run.decided["parts"] = {key: answer for key, answer in parts.items() if key not in {*MARKED_ROWS, STRUCK_CELLS}}
