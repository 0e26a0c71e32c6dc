"""One line of a preview put right: a cell typed anew, the line left out, or who it is about decided."""

from typing import NamedTuple

from dossiers.models import Dossier, ImportRow, ImportRun
from dossiers.spreadsheets.imports import duplicates, same_employer
from dossiers.spreadsheets.imports.decisions import ANOTHER, LEFT_OUT, TAKEN_IN, Decisions, about_line
from dossiers.spreadsheets.imports.file_parts import ExcludedLines
from dossiers.spreadsheets.imports.parsed_rows import BLANK, CellReader, ParsedRow, Problem
from dossiers.spreadsheets.imports.staging import matcher_for, resource_for
from dossiers.spreadsheets.matching.matcher import Judge

JUDGED = (
    "given",
    "errors",
    "bad",
    "action",
    "changes",
    "similar",
    "target_id",
    "target_changed_at",
    "supply_id",
    "employer_id",
    "left_out",
)


class Correction(NamedTuple):
    row: ImportRow
    texts: dict[str, str]
    """What is to stand in cells, by field."""
    confirmed: frozenset[str] = frozenset()
    """Fields of those of which somebody said that no number in them is a BSN."""


def mend_cell(run: ImportRun, row: ImportRow, field: str, text: str, confirmed: bool = False) -> None:
    """Put another text in a cell, and check its line again; what may not be stored is kept as `***`.

    It is `confirmed` when somebody said that no number in it is a BSN.
    """
    mend_cells(run, [Correction(row, {field: text}, frozenset([field] if confirmed else []))])


def mend_cells(run: ImportRun, corrections: list[Correction]) -> None:
    """Put other texts in cells of several lines, and check these lines again at once."""
    reader = cell_reader(run)
    for row, texts, confirmed in corrections:
        values = {field: reader.clean(field, text.strip(), field in confirmed) for field, text in texts.items()}
        texts_by_field = {
            field: value.text if isinstance(value, Problem) else texts[field] for field, value in values.items()
        }
        about_line(run, row.line, cells=texts_by_field, confirmed=sorted(confirmed))
        for field, value in values.items():
            for place in (row.given, row.bad):
                place.pop(field, None)
            if isinstance(value, Problem):
                row.bad[field], row.errors[field] = value.text, value.messages
            elif value is not BLANK:
                row.given[field] = value
    check_again(run, [correction.row for correction in corrections])


def accept_cell(run: ImportRun, row: ImportRow, field: str) -> None:
    """Take a cell as it stands after the privacy gate: without its number, or empty."""
    mend_cell(run, row, field, row.bad[field])


def leave_out(run: ImportRun, rows: list[ImportRow]) -> None:
    """These lines are not written; `take_in` takes that back."""
    _decide(run, rows, LEFT_OUT)


def take_in(run: ImportRun, rows: list[ImportRow]) -> None:
    set_aside = ExcludedLines(run)
    _decide(run, [row for row in rows if row.line not in set_aside], "")
    _decide(run, [row for row in rows if row.line in set_aside], TAKEN_IN)


def same_person(run: ImportRun, row: ImportRow, dossier: Dossier) -> None:
    """The line is about somebody who has a dossier."""
    row.given["reference"] = dossier.reference
    _decide(run, [row], dossier.reference)


def another_person(run: ImportRun, row: ImportRow) -> None:
    """The line is about somebody new, however much they look alike."""
    _decide(run, [row], ANOTHER)


def _decide(run: ImportRun, rows: list[ImportRow], action: str) -> None:
    if not rows:
        return
    for row in rows:
        about_line(run, row.line, action=action)
        row.left_out = action == LEFT_OUT
    check_again(run, rows)


def check_again(run: ImportRun, rows: list[ImportRow]) -> None:
    """Judge lines anew, and with them those that shared a record with another line."""
    known = {row.pk for row in rows}
    rows = rows + [row for row in run.rows.filter(double=True) if row.pk not in known]
    lines = Decisions.about(run).lines
    drafts = [_draft(row, lines[row.line].action == ANOTHER if row.line in lines else False) for row in rows]
    Judge(matcher_for(run, resource_for(run)), run).judge(drafts)
    for row, draft in zip(rows, drafts, strict=True):
        for name in JUDGED:
            setattr(row, name, getattr(draft, name))
        row.double = False
        row.save()
    duplicates.refuse_doubles(run)
    same_employer.warn(run)
    run.save(update_fields=["warnings", "asked"])
    run.rows.filter(action="absent").delete()
    duplicates.add_absent(run)


def _draft(row: ImportRow, another: bool) -> ParsedRow:
    """The line as it was read; only what is wrong with a cell itself stays wrong until that is mended."""
    errors = {field: row.errors[field] for field in row.bad if field in row.errors}
    return ParsedRow(row.line, row.given, errors, row.bad, left_out=row.left_out, another=another)


def cell_reader(run: ImportRun) -> CellReader:
    """Reads cells as the run's columns are read."""
    fields = resource_for(run).sheet_fields()
    return CellReader(fields, dict.fromkeys(fields, 0), Decisions.about(run))
