"""A list back to its sender: his columns in his order, what is wrong coloured, and why in a column of its own."""

import tempfile
from datetime import date, datetime, time
from typing import IO, Any

import xlsxwriter
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _

from dossiers.models import ImportRow, ImportRun
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.file_parts import ExcludedLines
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.reader import Row
from dossiers.spreadsheets.values import DateWidget
from dossiers.spreadsheets.writer.workbook import sheet_name

BATCH = 2_000
REASONS_WIDTH = 60


def returned_workbook(run: ImportRun) -> IO[bytes]:
    """The clean copy as a workbook, at its beginning; uploading it, mended, continues the run."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book, SanitizedCopy(run) as copy:
        _Sheet(book, run, copy).write()
    file.seek(0)
    return file


def returned_name(run: ImportRun) -> str:
    """What that workbook is called: after the list."""
    return f"{slugify(run.file_name.rpartition('.')[0]) or 'lijst'}-terug.xlsx"


class _Sheet:
    def __init__(self, book: Any, run: ImportRun, copy: SanitizedCopy) -> None:
        self.run, self.copy = run, copy
        self.page = book.add_worksheet(sheet_name(str(run.format.get("sheet") or _("List"))))
        self.bold = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "dd-mm-yyyy"})
        self.wrong = book.add_format({"bg_color": "#F8D7DA"})
        self.wrong_day = book.add_format({"bg_color": "#F8D7DA", "num_format": "dd-mm-yyyy"})
        self.why = book.add_format({"bg_color": "#F8D7DA", "text_wrap": True})
        self.places = {column["field"]: column["index"] for column in run.columns if column["field"]}
        fields = resource_for(run).sheet_fields()
        self.labels = {name: field.column_name for name, field in fields.items()}
        self.days = {self.places[name] for name in self.places if isinstance(fields[name].widget, DateWidget)}
        self.mended = {line: about.cells for line, about in Decisions.about(run).lines.items()}
        private = {column["index"] for column in run.columns if column["dropped"] == "privacy"}
        hidden = {column["index"] for column in run.columns if column["dropped"] == "hidden"}
        self.set_aside = ExcludedLines(run)
        reasons = {column["index"] for column in run.columns if column["dropped"] == "reasons"}
        self.shown = [index for index in range(len(copy.header)) if index not in private | hidden | reasons]

    def write(self) -> None:
        self.page.freeze_panes(1, 0)
        for column, index in enumerate(self.shown):
            self.page.set_column(column, column, 16)
            self.page.write_string(0, column, self.copy.header[index], self.bold)
        self.page.set_column(len(self.shown), len(self.shown), REASONS_WIDTH)
        self.page.write_string(0, len(self.shown), f"Reden (import {self.run.pk})", self.bold)
        number = 0
        for rows in self.copy.batches(BATCH):
            errors = self._errors(rows)
            for line, cells in rows:
                if line in self.set_aside:  # else it would come back as a line of the list itself
                    continue
                number += 1
                for field, text in self.mended.get(line, {}).items():  # as it was put right here
                    if field in self.places:
                        cells[self.places[field]] = text
                self._write_row(number, cells, errors.get(line, {}))

    def _errors(self, rows: list[Row]) -> dict[int, dict[str, list[str]]]:
        rows_with_errors = ImportRow.objects.filter(run=self.run, line__range=(rows[0][0], rows[-1][0]), left_out=False)
        return dict(rows_with_errors.exclude(action="absent").exclude(errors={}).values_list("line", "errors"))

    def _write_row(self, number: int, cells: list[Any], errors: dict[str, list[str]]) -> None:
        wrong = {self.places.get(field) for field in errors}
        for column, index in enumerate(self.shown):
            if index in wrong:
                self._write_wrong(number, column, cells[index], index in self.days)
            else:
                self._write_cell(number, column, cells[index], None)
        if errors:
            reasons = [f"{capfirst(str(self.labels.get(f, f)))}: {' '.join(texts)}" for f, texts in errors.items()]
            self.page.write_string(number, len(self.shown), "\n".join(reasons), self.why)

    def _write_wrong(self, row: int, column: int, value: Any, day: bool) -> None:
        """Only a column of days shows days: a 24 typed over a wrong cell would show, and be read, as 24-01-1900."""
        if isinstance(value, date) and not day:
            value = f"{value:%d-%m-%Y}"
        self._write_cell(row, column, value, self.wrong_day if day else self.wrong)

    def _write_cell(self, row: int, column: int, value: Any, format: Any) -> None:
        if isinstance(value, Private):
            value = value.text or None
        if value is None:
            if format:
                self.page.write_blank(row, column, None, format)
        elif isinstance(value, bool):
            self.page.write_boolean(row, column, value, format)
        elif isinstance(value, int | float):
            self.page.write_number(row, column, value, format)
        elif isinstance(value, date | datetime) and value.year >= 1900:
            self.page.write_datetime(row, column, value, format or self.day)
        elif isinstance(value, time):
            self.page.write_string(row, column, f"{value:%H:%M}", format)
        else:
            self.page.write_string(row, column, str(value), format)
