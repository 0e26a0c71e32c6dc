"""Removes the name of a person from lists about others: their lines, and the copies that these are read from."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from dossiers.forgetting.free_text import COMPANY, change_free_text, is_free_text
from dossiers.forgetting.mention_decisions import Decided
from dossiers.forgetting.name_search import Named, build_folded_patterns, filter_likely
from dossiers.forgetting.personal_data import LINES, remove_marks
from dossiers.models import Dossier, Employer, EmployerInterest, ImportRow, ImportRun, RecordKind
from dossiers.models.imports.import_profile import SPLITS_WITH_REST, fields_of_column
from dossiers.models.imports.import_row import Action
from dossiers.privacy.normalization import strip_accents

REMARKS = "notes"
ENDED = (ImportRun.State.APPLIED, ImportRun.State.UNDONE)
OF_A_LINE = ("given", "changes", "parts", "withheld", "bad", "supply_before")


def find_left_out_cells(run: ImportRun, person: Named, marks: re.Pattern[str] | None) -> dict[int, list[str]]:
    """Return {line: cells} of the cells that name the person in the columns of a list that fill no field."""
    indexes = [column["index"] for column in run.columns if not column["field"]]
    if not indexes or marks is None:
        return {}
    likely = re.compile("|".join(build_folded_patterns(person.likely_texts)))
    cells_by_line = {}
    for json_text in run.read_clean_copy():
        if likely.search(strip_accents(json_text)):
            number, cells = json.loads(json_text)
            if texts := [text for index in indexes if marks.search(text := _get_cell_text(cells[index]))]:
                cells_by_line[number] = texts
    return cells_by_line


def names_person(run: ImportRun, person: Named) -> bool:
    """Whether a cell of the copy of a list that was not read yet almost certainly means the person, or a namesake."""
    marks = person.sure_marks
    return marks is not None and any(
        marks.search(_get_cell_text(cell)) for _line, cells in map(json.loads, run.read_clean_copy()) for cell in cells
    )


def remove_from_staged_rows(keys: list[int], marks: re.Pattern[str]) -> None:
    """Remove the name from these rows, from the user's decisions about them, and from the file they are read from."""

    def without(text: Any, _field: str = "") -> Any:
        return remove_marks(text, marks)

    rows = ImportRow.objects.filter(pk__in=keys)
    for row in rows:
        changed = {column: change_free_text(getattr(row, column), without) for column in OF_A_LINE}
        ImportRow.objects.filter(pk=row.pk).update(**changed)
    for run in ImportRun.objects.filter(pk__in=set(rows.values_list("run", flat=True))):
        lines = set(rows.filter(run=run).values_list("line", flat=True))
        _replace_in_clean_copy(run, dict.fromkeys(lines, without))
        run.forget_upload()
        for line, decision in run.decided.get(LINES, {}).items():
            if int(line) in lines:
                for texts in ("cells", "before"):
                    decision[texts] = change_free_text(decision.get(texts, {}), without)
        run.save(update_fields=["clean_copy", "upload", "sample", "decided"])


def remove_from_lists(person: Named, decided: Decided) -> None:
    """Remove the name from rows of finished imports about others, as it was decided for the record of the row.

    The clean copy of an import with such a row is deleted, unless the import has rows that can still be decided: then
    only the free texts of the row are changed in it.
    """
    rows = ImportRow.objects.filter(run__state__in=ENDED).select_related("run")
    changes_by_run: dict[ImportRun, dict[int, Callable[[Any, str], Any]]] = defaultdict(dict)
    for row in filter_likely(rows, OF_A_LINE, person.likely_texts):
        label = Dossier._meta.label if row.run.record == RecordKind.DOSSIERS else EmployerInterest._meta.label
        before = {column: getattr(row, column) for column in OF_A_LINE}
        after = remove_from_row(row, label, decided)
        if after != before:
            ImportRow.objects.filter(pk=row.pk).update(**after)
            changes_by_run[row.run][row.line] = build_removal_from_row(row, label, decided)
    for run, changes in changes_by_run.items():
        if run.find_undecided_rows().exists():
            _replace_in_clean_copy(run, changes)
        else:
            run.forget_clean()
        run.save(update_fields=["clean_copy"])


def build_removal_from_row(row: ImportRow, label: str, decided: Decided) -> Callable[[Any, str], Any]:
    """Return a function that removes the name from a text of a row, as decided for its record or its employer."""

    def without(text: Any, field: str) -> Any:
        is_of_employer = field in COMPANY
        place = (Employer._meta.label, row.employer_id) if is_of_employer else (label, row.target_id)
        return decided.remove_from(text, *place)

    return without


def remove_from_row(row: ImportRow, label: str, decided: Decided) -> dict[str, Any]:
    """Return the columns of a row, of which the record has this label, without the name as it was decided."""
    without = build_removal_from_row(row, label, decided)
    values = {column: change_free_text(getattr(row, column), without) for column in OF_A_LINE}
    if label == EmployerInterest._meta.label:
        employer = Employer._meta.label, row.employer_id
        values = {name: decided.remove_address_and_phone(value, *employer) for name, value in values.items()}
    return values


def remove_from_left_out_cells(person: Named, marks: re.Pattern[str]) -> None:
    """Remove the name from the columns that fill no field, in the lines of all lists that users don't judge.

    These are the lines of finished lists, and those that an unfinished list leaves alone, as a continuation does.
    """
    for run in ImportRun.objects.filter(state__in=(*ENDED, *ImportRun.STAGED)).exclude(clean_copy=""):
        lines = set(find_left_out_cells(run, person, marks))
        if run.state in ImportRun.STAGED:
            lines -= set(run.rows.exclude(action=Action.ABSENT).values_list("line", flat=True))
        if lines:
            _replace_in_clean_copy(
                run, dict.fromkeys(lines, lambda text, field: text if field else remove_marks(text, marks))
            )
            run.forget_upload()
            run.save(update_fields=["clean_copy", "upload", "sample"])


def remove_from_headers_and_answers(run: ImportRun, marks: re.Pattern[str]) -> None:
    """Remove the name from the headers of a list, and from the cells with words about which a decision was made.

    The decisions themselves lose it with the other texts of the run.
    """
    stored = [run.asked.get("words", {}), run.asked.get("word_counts", {}), run.decided.get("words", {})]
    words_by_field = [*stored, run.profile.values if run.profile else {}]
    named = {field for words in words_by_field for field, names in words.items() if any(map(marks.search, names))}
    indexes = {
        column["index"] for column in run.columns if not named.isdisjoint(fields_of_column(column["field"] or ""))
    }
    if not indexes and not any(marks.search(column["header"]) for column in run.columns):
        return
    run.rewrite_clean_copy(
        lambda _line, cells: [remove_marks(cell, marks) if i in indexes else cell for i, cell in enumerate(cells)],
        lambda header: [remove_marks(text, marks) for text in header],
    )
    run.forget_upload()
    run.save(update_fields=["clean_copy", "upload", "sample"])


def _replace_in_clean_copy(run: ImportRun, changes: Mapping[int, Callable[[Any, str], Any]]) -> None:
    """Change the free texts of these lines in the file that the import is read from, and the cells without a field."""
    fields = {
        column["index"]: REMARKS if column["field"] in SPLITS_WITH_REST else column["field"] or ""
        for column in run.columns
    }

    def change(line: int, cells: list[Any]) -> list[Any]:
        for index, cell in enumerate(cells) if line in changes else ():
            field, text = fields.get(index, ""), _get_cell_text(cell)
            if (not field or is_free_text(field)) and (changed := changes[line](text, field)) != text:
                cells[index] = {"@private": changed} if isinstance(cell, dict) else changed
        return cells

    run.rewrite_clean_copy(change)


def _get_cell_text(cell: Any) -> str:
    """Return the text of a cell in a clean copy; a day or a time, which can hold no name, has none."""
    if isinstance(cell, dict):
        return str(cell.get("@private", ""))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell:.15g}"  # of a telephone number too
    return cell if isinstance(cell, str) else ""
