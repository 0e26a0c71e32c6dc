"""Masks numbers that may be a BSN, once the user corrected their cell or nobody will be asked about them any more.

A number that the user said is not a BSN is kept.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from dossiers import privacy
from dossiers.models import ImportRow, ImportRun
from dossiers.models.imports.import_run import fields_of_column
from dossiers.spreadsheets.imports.decisions import Decisions, Line
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


def mask_unanswered(run: ImportRun, fields: Mapping[str, SheetField]) -> None:
    """Mask all such numbers in the sanitized copy and in the rows, when the import is applied or returned."""
    numbers = DoubtfulNumbers(run, fields)
    rows_in_error = run.rows.exclude(bad={})  # a doubtful number is an error until the user answers
    lines = {*numbers.lines, *rows_in_error.values_list("line", flat=True)}
    masked: dict[int, dict[int, Any]] = {}
    for line, cells in _read_lines(run, numbers, lines):
        # Marked as private, so that the cell is an error if the list is read again.
        masked[line] = {
            index: text if numbers.is_corrected(line, index) else to_json(text)
            for index, text in numbers.mask(line, cells).items()
        }
    _mask_copy(run, masked)
    changed = []
    for row in rows_in_error.only("bad"):
        texts = {name: fields[name].mask_doubtful(text) for name, text in row.bad.items() if name in fields}
        if doubtful := {name: text for name, text in texts.items() if text is not None}:
            row.bad |= doubtful
            changed.append(row)
    ImportRow.objects.bulk_update(changed, ["bad"], BATCH)


def _read_lines(run: ImportRun, numbers: DoubtfulNumbers, among: Collection[int]) -> list[tuple[int, list[Any]]]:
    """Return those of the lines `among` the sanitized copy that have such a number; none if the copy is gone."""
    if not among:
        return []
    try:
        with SanitizedCopy(run) as copy:
            rows = (row for batch in copy.batches(BATCH) for row in batch)
            return [(line, cells) for line, cells in rows if line in among and numbers.mask(line, cells)]
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
