"""Corrects lines of a preview: changes a cell, leaves the line out, or decides which record it is about."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

from django.db import transaction

from dossiers import privacy
from dossiers.models import Action, Dossier, EmployerInterest, ImportRow, ImportRun
from dossiers.spreadsheets.imports import absent_people, duplicates, same_employer
from dossiers.spreadsheets.imports.apply import find_outdated_rows
from dossiers.spreadsheets.imports.columns.columns import columns_of
from dossiers.spreadsheets.imports.decisions import (
    ANOTHER,
    LEFT_OUT,
    NO_DECISION,
    TAKEN_IN,
    Decisions,
    about_line,
    forget_cells,
    get_month_first,
)
from dossiers.spreadsheets.imports.doubtful_numbers import mask_corrected_cells
from dossiers.spreadsheets.imports.file_parts.lines import ExcludedLines
from dossiers.spreadsheets.imports.file_parts.older_values import decide_on_newer_values
from dossiers.spreadsheets.imports.parsed_rows import (
    BLANK,
    CellReader,
    Problem,
    build_private_problem,
    clear_rest,
    correct_parts,
)
from dossiers.spreadsheets.imports.remarks.added import build_split_columns
from dossiers.spreadsheets.imports.sanitized_copy import SanitizedCopy
from dossiers.spreadsheets.imports.staged_rows import ROWS_AT_ONCE, classify_again
from dossiers.spreadsheets.imports.staging import (
    build_classifier,
    build_combined_columns,
    build_list_reader,
    resource_for,
    update_contact_remarks,
)
from dossiers.spreadsheets.matching.similar_people import IDENTITY
from dossiers.spreadsheets.reader import Refused
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, SheetField

IDENTIFYING_FIELDS = IDENTITY | {
    "name_prefix",
    "external_id",
    "reference",
    *EMPLOYER_COLUMNS,
    "work_description",
    "start_date",
}
"""The fields by which rows are matched to records and to each other."""
MAX_ROWS_RECHECKED = 500  # more would keep the user waiting too long for the page


class Correction(NamedTuple):
    row: ImportRow
    texts: dict[str, str]
    """The new texts of cells, by field."""
    confirmed: frozenset[str] = frozenset()
    """The fields whose numbers are not a BSN, according to the user."""
    accepted: frozenset[str] = frozenset()
    """The fields of which a number was removed and the rest is right, according to the user."""


def correct_cells(run: ImportRun, corrections: list[Correction]) -> None:
    """Change the texts of cells in several lines, and check these lines again together.

    A doubtful number that is neither changed nor confirmed remains a question, and so does a text with `***` that is
    not accepted. A corrected cell that becomes again what the list says comes from the list.
    """
    reader = cell_reader(run)
    listed = _read_cells_typed_before(run, corrections)
    fields = {name: column.field for name, column in reader.columns.items()}
    replaces_doubtful = False
    for row, typed, confirmed, accepted in corrections:
        asked = {name for name in row.bad.keys() & fields if fields[name].mask_doubtful(row.bad[name]) is not None}
        unchanged = {
            field
            for field in asked & typed.keys()
            if typed[field].strip() in (row.bad[field], fields[field].get_typed_text(row.bad[field]))
        }
        texts = {
            field: fields[field].mark_doubtful_phone(text.strip()) if field in confirmed else text
            for field, text in typed.items()
            if field not in unchanged - confirmed
        }
        if not texts:
            continue
        confirmed_before = run.decided.get("lines", {}).get(str(row.line), {}).get("confirmed", [])
        replaces_doubtful = replaces_doubtful or not asked.union(confirmed_before).isdisjoint(texts)
        values = {
            field: build_private_problem(text.strip())
            if privacy.MASK in text and field not in accepted
            else reader.clean(field, text.strip(), field in confirmed)
            for field, text in texts.items()
        }
        texts_by_field = {
            field: value.text if isinstance(value, Problem) else texts[field] for field, value in values.items()
        }
        masked = [
            field
            for field, value in values.items()
            if isinstance(value, Problem) and field not in confirmed and _removes_number(fields[field], texts[field])
        ]
        listed_now = {
            field: value
            for field, value in run.get_supplied_values(row.line, row.given | row.withheld).items()
            if field in texts.keys() - run.find_typed_cells(row.line)
            and field not in confirmed_before  # a number that is replaced is forgotten
        }
        rests = {
            field: reader.combined.find_rests(field, row.parts.get(field, ())) for field in texts if reader.combined
        }
        # A cell without an error shows all that its sender gives, also in columns that are blank here.
        about_line(
            run,
            row.line,
            whole=[field for field in row.parts.keys() & texts if field in row.given | row.withheld],
            cells=texts_by_field,
            confirmed=sorted(confirmed),
            masked=masked,
            accepted=[field for field in accepted | (unchanged & confirmed) if field in texts],
            listed=listed_now,
            shown_parts={field: [part.key for part in parts] for field, parts in rests.items() if parts},
        )
        decision = run.decided["lines"][str(row.line)]
        in_list = listed.get(row.line, {})
        in_list |= {field: value for field, value in decision.get("listed", {}).items() if field in row.parts}
        whole = decision.get("whole", [])
        forget_cells(run, row.line, {field for field, value in in_list.items() if values.get(field, BLANK) == value})
        for field, value in values.items():
            if value is BLANK:
                clear_rest(row, field)
            if reader.combined and field not in whole:
                correct_parts(row.parts, reader.combined, field, value)
            for place in (row.given, row.bad, row.withheld):
                place.pop(field, None)
            if isinstance(value, Problem):
                row.bad[field], row.errors[field] = value.text, value.messages
            elif value is not BLANK:
                row.given[field] = value
    if replaces_doubtful:
        mask_corrected_cells(run, fields)
    recheck_lines(
        run, [correction.row for correction in corrections], changed={*chain(*(c.texts for c in corrections))}
    )


def _read_cells_typed_before(run: ImportRun, corrections: list[Correction]) -> dict[int, dict[str, Any]]:
    """Return the values that the list has in those of these cells that were corrected before, by line and field.

    Cells of a partner that a coordinator corrects are left out.
    """
    decided = Decisions.about(run)
    names_by_line = {
        row.line: {
            name for name in texts.keys() & typed.cells.keys() if typed.by_partner.get(name, False) == run.with_partner
        }
        for row, texts, _confirmed, _accepted in corrections
        if (typed := decided.lines.get(row.line))
    }
    if not any(names_by_line.values()):
        return {}
    orders = {name: get_month_first(run, name) for name in run.asked.get("answered_dates", [])}
    untyped = replace(decided, lines={}, month_first=orders)
    values_by_line: dict[int, dict[str, Any]] = {}
    with suppress(Refused), SanitizedCopy(run) as copy:
        rows = [row for batch in copy.batches(ROWS_AT_ONCE) for row in batch if row[0] in names_by_line]
        for parsed_row in build_list_reader(run, columns_of(run), untyped).parse_rows(rows):
            parsed_row.split_surname()
            names = names_by_line[parsed_row.line] & parsed_row.given.keys()
            values_by_line[parsed_row.line] = {name: parsed_row.given[name] for name in names}
    return values_by_line


def _removes_number(field: SheetField, text: str) -> bool:
    """Whether a number is removed from the text, or was removed before."""
    is_removed = field.find_private(text.strip()) or field.mask_doubtful(text.strip()) is not None
    return bool(is_removed) or privacy.MASK in text


def accept_cell(run: ImportRun, row: ImportRow, field: str) -> None:
    """Accept the text of a cell without the number that may not be stored, as a value of the list; it may be empty."""
    correct_cells(run, [Correction(row, {field: row.bad[field]}, accepted=frozenset([field]))])


def leave_out(run: ImportRun, rows: list[ImportRow]) -> None:
    """Exclude these lines from the import; `take_in` includes them again."""
    _decide(run, rows, LEFT_OUT)


def take_in(run: ImportRun, rows: list[ImportRow]) -> None:
    excluded = ExcludedLines(run)
    _decide(run, [row for row in rows if row.line not in excluded], "")
    _decide(run, [row for row in rows if row.line in excluded], TAKEN_IN)


def same_record(run: ImportRun, row: ImportRow, record: Dossier | EmployerInterest) -> None:
    """Decide that the line is about the person of this dossier, or about this interest."""
    _decide(run, [row], record.reference)


def another_record(run: ImportRun, row: ImportRow) -> None:
    """Decide that the line is about a new person or interest, and not about one of the similar ones."""
    _decide(run, [row], ANOTHER)


def answer_about_newer_values(run: ImportRun, row: ImportRow, *, use_older: bool, shown_key: str) -> bool:
    """Decide for this line alone whether its values replace newer ones; return False if others were shown."""
    if not decide_on_newer_values(run, row, use_older=use_older, shown_key=shown_key):
        return False
    recheck_lines(run, [row])
    return True


def ask_again(run: ImportRun, row: ImportRow) -> None:
    """Take back the decision about which person or interest the line is about."""
    _decide(run, [row], "")


def _decide(run: ImportRun, rows: list[ImportRow], action: str) -> None:
    if not rows:
        return
    for row in rows:
        about_line(run, row.line, action=action)
        row.left_out = action == LEFT_OUT
    recheck_lines(run, rows)


class GroupChange(NamedTuple):
    """The last change of many lines at once, without the lines that were decided on again since."""

    before: dict[int, dict[str, str]]
    """What it replaced in each line, see `Line.before`."""
    is_replacement: bool
    """Whether it replaced texts of cells; else it left lines out or took them in."""
    left_out: bool


def find_group_change(run: ImportRun) -> GroupChange | None:
    """Return the last change of many lines by those with whom the list is; None if there is none to undo."""
    lines = {
        line: decision
        for line, decision in Decisions.about(run).lines.items()
        if decision.before
        and all(decision.by_partner.get(name, run.with_partner) == run.with_partner for name in decision.before)
    }
    if not lines:
        return None
    first = next(iter(lines.values()))
    before = {line: decision.before for line, decision in lines.items()}
    return GroupChange(before, "action" not in first.before, first.action == LEFT_OUT)


def remember_group_change(run: ImportRun, before: dict[int, dict[str, str]]) -> None:
    """Store what a change of many lines replaced, by line, so that `undo_group_change` can take this change back."""
    for line, decision in run.decided.get("lines", {}).items():
        decision.pop("before", None)
        if replaced := before.get(int(line)):
            decision["before"] = replaced
    run.save(update_fields=["decided"])


def move_lines(run: ImportRun, rows: list[ImportRow], *, out: bool) -> None:
    """Leave these lines out, or take them in; `undo_group_change` takes it back."""
    lines = Decisions.about(run).lines
    before = {row.line: {"action": lines.get(row.line, NO_DECISION).action} for row in rows}
    (leave_out if out else take_in)(run, rows)
    remember_group_change(run, before)


def undo_group_change(run: ImportRun) -> int:
    """Take the last change of many lines back, and return their number."""
    change = find_group_change(run)
    if change is None:
        return 0
    rows = list(run.rows.exclude(action=Action.ABSENT).filter(line__in_batch=list(change.before)))
    if change.is_replacement:
        correct_cells(run, [Correction(row, change.before[row.line]) for row in rows])
        return len(rows)
    excluded = ExcludedLines(run)
    for row in rows:
        action = change.before[row.line]["action"]
        about_line(run, row.line, action=action)
        row.left_out = action == LEFT_OUT or (action != TAKEN_IN and row.line in excluded)
    recheck_lines(run, rows)
    return len(rows)


def recheck_outdated_rows(run: ImportRun) -> bool:
    """Classify again the rows of a preview whose records were changed or deleted since; return False if it is too slow.

    Then the whole list must be read again.
    """
    if not find_outdated_rows(run).exists():  # usually, so that the page waits for no import that is being written
        return True
    with transaction.atomic():
        if not ImportRun.objects.select_for_update().filter(pk=run.pk, state=ImportRun.State.PREVIEWED).exists():
            return True
        rows = list(find_outdated_rows(run)[: MAX_ROWS_RECHECKED + 1])
        if len(rows) > MAX_ROWS_RECHECKED:
            return False
        if rows:
            run.refresh_from_db(fields=["decided", "warnings", "asked"])  # which are saved with the rows
            recheck_lines(run, rows, changed=())
    return True


def recheck_lines(run: ImportRun, rows: list[ImportRow], *, changed: Collection[str] | None = None) -> None:
    """Classify these lines again, and those that were marked as duplicates, since they may not be any more.

    Lines that are similar to others only stay so.
    `changed` are the fields whose cells changed, if nothing else did. Duplicates and absent people are looked for again
    only if somebody else may be meant now.
    """
    known, changed_lines = {row.pk for row in rows}, {row.line for row in rows}
    rows = rows + [
        row
        for row in run.rows.filter(double=True)
        if row.pk not in known and not (row.action == Action.SIMILAR and changed_lines.isdisjoint(row.similar_lines))
    ]
    meant_before = [_get_meant_record(row) for row in rows]
    is_or_was_wrong = any(row.action == Action.ERROR for row in rows)
    may_be_others = changed is None or not IDENTIFYING_FIELDS.isdisjoint(changed) or any(row.double for row in rows)
    classify_again(run, rows, build_classifier(run))
    may_be_others = may_be_others or meant_before != [_get_meant_record(row) for row in rows]
    if may_be_others:
        duplicates.mark_duplicates(run, resource_for(run), rows)
        update_contact_remarks(run)
        same_employer.add_warnings(run)
    if may_be_others or is_or_was_wrong or any(row.action == Action.ERROR for row in rows):
        run.asked["words"] = cell_reader(run).count_unknown_words(run)
    run.save(update_fields=["decided", "warnings", "asked"])
    if may_be_others:
        absent_people.replace_rows(run)


def _get_meant_record(row: ImportRow) -> tuple[Any, ...]:
    """Return which record the row is about, as far as is known; for one in doubt, that it is."""
    in_doubt = row.action if row.action in (Action.ERROR, Action.SIMILAR) else ""
    return row.target_id, row.supply_id, row.employer_id, in_doubt


def cell_reader(run: ImportRun) -> CellReader:
    """Return a reader for typed cells, with the decisions of the run."""
    fields = resource_for(run).sheet_fields()
    decided = Decisions.about(run)
    combined = build_combined_columns(run, build_split_columns(run, columns_of(run), fields, decided), decided)
    return CellReader(fields, dict.fromkeys(fields, 0), decided, combined=combined)
