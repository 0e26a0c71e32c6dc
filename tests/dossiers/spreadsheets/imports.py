"""Helpers for tests that import lists."""

import csv
import io
from pathlib import Path
from typing import Any

from dossiers.models import ImportRow, ImportRun, Organisation
from dossiers.spreadsheets.imports import apply as imports_apply
from dossiers.spreadsheets.imports import profiles, staging
from dossiers.spreadsheets.imports.file_parts.answers import answer_parts
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.report import report
from dossiers.spreadsheets.imports.row_corrections import Correction, correct_cells

SHEETS = Path(__file__).parent / "sheets"
AZC, WERKCORPORATIE = "AZC Luttelgeest", "Werkcorporatie"
PERSON = {"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}


def preview(path: Path, record: str = "dossiers", organisation: str | None = AZC, **fields: Any) -> ImportRun:
    sender = Organisation.objects.named(organisation) if organisation and record == "dossiers" else None
    profile = profiles.find_profile(record, sender)
    run = ImportRun.objects.create(record=record, organisation=sender, profile=profile, file_name=path.name, **fields)
    staging.stage(run, path)
    return run


def apply(run: ImportRun, good_rows_only: bool = False) -> ImportRun:
    imports_apply.claim(run, good_rows_only)
    imports_apply.apply(run, run.user)
    return run


def correct_cell(run: ImportRun, row: ImportRow, field: str, text: str, confirmed: bool = False) -> None:
    """Type a text in a cell; `confirmed` says that no number in it is a BSN."""
    correct_cells(run, [Correction(row, {field: text}, frozenset([field] if confirmed else []))])


def decide_on_older_values(run: ImportRun, *, use_older: bool) -> ImportRun:
    """Answer the question whether the newer values stay, if the list asks it, and read the list again."""
    if question := find_open_question_about_older_values(run):
        answer_parts(run, [question], {question.key: use_older})
        staging.stage(run)
    return run


class Lists:
    """Writes lists like those of a partner, and imports them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0

    def file(self, *rows: dict[str, Any]) -> Path:
        """Write a CSV file with a column for each key, in the order in which the keys first occur."""
        header = list(dict.fromkeys(key for row in rows for key in row))
        text = io.StringIO()
        writer = csv.DictWriter(text, header, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)
        self.count += 1
        path = self.folder / f"lijst-{self.count}.csv"
        path.write_text(text.getvalue(), "utf-8")
        self.last_file = path
        return path

    def preview(self, *rows: dict[str, Any], **kwargs: Any) -> ImportRun:
        return preview(self.file(*rows), **kwargs)

    def preview_rows(self, *rows: dict[str, Any], **kwargs: Any) -> list[dict[str, Any]]:
        """Return the rows of the preview, as in its report."""
        return report(self.preview(*rows, **kwargs))["rows"]

    def apply(self, *rows: dict[str, Any], good_rows_only: bool = False, **kwargs: Any) -> ImportRun:
        return apply(self.preview(*rows, **kwargs), good_rows_only)
