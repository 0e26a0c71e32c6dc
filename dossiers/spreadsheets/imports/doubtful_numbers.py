"""Masks numbers that may be a BSN, once the user corrected their cell or nobody will be asked about them any more.

A number that the user said is not a BSN is kept.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from dossiers import privacy
from dossiers.models import ImportRow, ImportRun
from dossiers.models.imports.import_profile import fields_of_column
from dossiers.spreadsheets.imports.decisions import Decisions, Line
from dossiers.spreadsheets.imports.parsed_rows import build_private_problem
from dossiers.spreadsheets.imports.sanitized_copy import SanitizedCopy, to_json
from dossiers.spreadsheets.reader import Refused
from dossiers.spreadsheets.resources import SheetField

BATCH = 2_000
NO_DECISION = Line()


class DoubtfulNumbers:
    """Finds the numbers in the rows of a list about which its columns ask the user."""

    def __init__(self, run: ImportRun, fields: Mapping[str, SheetField]) -> None:
        self.lines = Decisions.about(run).lines
        names_by_index = {
            column["index"]: fields_of_column(column["field"])
            for column in run.columns
            if column["field"] and column["index"] >= 0
        }
        self.columns = [(index, names, fields[names[-1]]) for index, names in names_by_index.items()]

    def mask(self, line: int, cells: list[Any]) -> dict[int, str]:
        """Return the masked text of each cell with such a number, by its index."""
        about = self.lines.get(line, NO_DECISION)
        if not about.confirmed:
            return self._mask(cells)
        texts = [about.cells[name] for name in about.confirmed]
        with privacy.confirmed(lambda: [number for text in texts for number in privacy.doubtful_numbers(text)]):
            return self._mask(cells)

    def mask_corrected(self, line: int, cells: list[Any]) -> dict[int, str]:
        """Return the same of the cells that the user corrected."""
        if line not in self.lines or not self.lines[line].cells:
            return {}
        return {index: text for index, text in self.mask(line, cells).items() if self.is_corrected(line, index)}

    def is_corrected(self, line: int, index: int) -> bool:
        corrected = self.lines.get(line, NO_DECISION).cells
        return any(place == index and not corrected.keys().isdisjoint(names) for place, names, _field in self.columns)

    def _mask(self, cells: list[Any]) -> dict[int, str]:
        masked_texts: dict[int, str] = {}
        for index, _names, field in self.columns:
            cell = cells[index]
            if type(cell) in (str, int, float) and (text := field.mask_doubtful(cell)) is not None:
                masked_texts[index] = text
        return masked_texts


def mask_corrected_cells(run: ImportRun, fields: Mapping[str, SheetField]) -> None:
    """Mask the numbers in the sanitized copy that the user replaced."""
    numbers = DoubtfulNumbers(run, fields)
    lines = _read_lines(run, numbers, numbers.lines)
    _mask_copy(run, {line: numbers.mask_corrected(line, cells) for line, cells in lines})


def has_unanswered(run: ImportRun, fields: Mapping[str, SheetField]) -> bool:
    """Whether a row has such a number that `mask_unanswered` would mask."""
    cells = (cell for bad in run.rows.exclude(bad={}).values_list("bad", flat=True) for cell in bad.items())
    return any(name in fields and fields[name].mask_doubtful(text) is not None for name, text in cells)


def mask_unanswered(run: ImportRun, fields: Mapping[str, SheetField]) -> None:
    """Mask all such numbers in the sanitized copy and in the rows, when the import is sent, applied or returned."""
    numbers = DoubtfulNumbers(run, fields)
    rows_in_error = run.rows.exclude(bad={})  # a doubtful number is an error until the user answers
    lines = {*numbers.lines, *rows_in_error.values_list("line", flat=True)} if run.rows.exists() else None
    masked: dict[int, dict[int, Any]] = {}
    for line, cells in _read_lines(run, numbers, lines):
        # Marked as private, so that the cell is an error if the list is read again.
        masked[line] = {
            index: text if numbers.is_corrected(line, index) else to_json(text)
            for index, text in numbers.mask(line, cells).items()
        }
    _mask_copy(run, masked)
    changed = []
    for row in rows_in_error.only("bad", "errors"):
        texts = {
            name: fields[name].mask_doubtful(fields[name].get_typed_text(text))
            for name, text in row.bad.items()
            if name in fields
        }
        if problems := {name: build_private_problem(text) for name, text in texts.items() if text is not None}:
            row.bad |= {name: problem.text for name, problem in problems.items()}
            row.errors |= {name: problem.messages for name, problem in problems.items()}
            changed.append(row)
    ImportRow.objects.bulk_update(changed, ["bad", "errors"], BATCH)


def _read_lines(run: ImportRun, numbers: DoubtfulNumbers, among: Collection[int] | None) -> list[tuple[int, list[Any]]]:
    """Return the lines of the sanitized copy that have such a number; none if the copy is gone.

    `among` limits them to these lines; None is for a run whose rows were deleted, so that all lines are read.
    """
    if among is not None and not among:
        return []
    try:
        with SanitizedCopy(run) as copy:
            rows = (row for batch in copy.batches(BATCH) for row in batch)
            return [
                (line, cells) for line, cells in rows if (among is None or line in among) and numbers.mask(line, cells)
            ]
    except Refused:
        return []


def _mask_copy(run: ImportRun, masked: Mapping[int, Mapping[int, Any]]) -> None:
    if not any(masked.values()):
        return
    with transaction.atomic():
        run.rewrite_clean_copy(
            lambda line, cells: [masked.get(line, {}).get(index, cell) for index, cell in enumerate(cells)]
        )
        run.save(update_fields=["clean_copy"])
