"""Builds the workbook that returns a list to its sender, with the wrong cells colored and a column with the reasons."""

import tempfile
from collections import deque
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from itertools import chain, count, starmap
from typing import IO, Any

import xlsxwriter
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _

from dates.format import format_date
from dossiers.line_names import LINES_PER_SHEET, LINES_PER_TABLE, name_table, split_line
from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.imports.import_row import ImportRowQuerySet
from dossiers.spreadsheets.file_reader.colors import WRONG_FILL
from dossiers.spreadsheets.imports.columns.absent import AbsentColumns
from dossiers.spreadsheets.imports.columns.columns import columns_of
from dossiers.spreadsheets.imports.columns.combined import CombinedColumns
from dossiers.spreadsheets.imports.columns.parts import Part
from dossiers.spreadsheets.imports.decisions import NO_DECISION, TAKEN_IN, Decisions
from dossiers.spreadsheets.imports.doubtful_numbers import DoubtfulNumbers
from dossiers.spreadsheets.imports.file_parts.facts import find_columns_apart
from dossiers.spreadsheets.imports.file_parts.lines import ExcludedLines
from dossiers.spreadsheets.imports.remarks.added import build_split_columns
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.values import DateWidget
from dossiers.spreadsheets.writer.workbook import sheet_name

BATCH = 2_000
REASONS_WIDTH = 60
MAX_BLANK_ROWS = 10_000
MAX_NUMBERED_NAME = 25  # characters, so that the number fits in the name of a sheet


def build_error_workbook(run: ImportRun) -> IO[bytes]:
    """Return the sanitized copy as a workbook, at position 0; uploading it again, corrected, continues the run."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book, SanitizedCopy(run) as copy:
        _Writer(book, run, copy).write()
    file.seek(0)
    return file


def error_workbook_name(run: ImportRun) -> str:
    """Return the file name of the workbook, based on the name of the list."""
    return f"{slugify(run.file_name.rpartition('.')[0]) or 'lijst'}-terug.xlsx"


class _Places:
    """Places the rows of a sheet on their lines of the original, since reasons name lines."""

    def __init__(self, header_row: int) -> None:
        """A list without a header, of which this is 0, gets one above it, so that its rows are a line lower."""
        self.number = self._blank_rows = min(max(header_row, 1) - 1, MAX_BLANK_ROWS)
        """The index of the last row."""
        self._shift = 0 if header_row else 1

    def go_to(self, line: int) -> int:
        """Return the index of the row of a line, below blank rows for those between, unless these are very many."""
        self.number += 1
        missing = max(min(line - 1 + self._shift - self.number, MAX_BLANK_ROWS - self._blank_rows), 0)
        self.number, self._blank_rows = self.number + missing, self._blank_rows + missing
        return self.number


class _Writer:
    def __init__(self, book: Any, run: ImportRun, copy: SanitizedCopy) -> None:
        self.book, self.run, self.copy = book, run, copy
        sheet = str(run.format.get("sheet") or _("List"))
        sheets = run.format.get("joined") or [(sheet, run.format.get("header_row") or 0)]
        self.sheets = deque(
            (
                index * LINES_PER_SHEET + table * LINES_PER_TABLE,
                f"{name}, {name_table(table)}" if table else name,
                header_row,
            )
            for index, (name, header_row) in enumerate(sheets)
            for table in (0, *run.format.get("tables", ()))
        )
        """The first line, the name and the header row of each sheet that is still to be written; a table beside the
        list gets a sheet of its own."""
        sections = run.asked.get("sections", [])
        self.sections = deque(sections if any(section["title"] for section in sections) else ())
        """The parts below the list that are still to be written; without titles they are no parts for the sender."""
        self.bold = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "dd-mm-yyyy"})
        self.wrong = book.add_format({"bg_color": f"#{WRONG_FILL}"})
        self.wrong_day = book.add_format({"bg_color": f"#{WRONG_FILL}", "num_format": "dd-mm-yyyy"})
        self.why = book.add_format({"bg_color": f"#{WRONG_FILL}", "text_wrap": True})
        self.note = book.add_format({"text_wrap": True})
        fields = resource_for(run).sheet_fields()
        decided = Decisions.about(run)
        self.splits = build_split_columns(run, columns_of(run), fields, decided)
        self.places = self.splits.find_places(run.column_indexes)
        self.combined = CombinedColumns(self.splits.columns, fields, words=decided.words)
        self.labels = {name: field.column_name for name, field in fields.items()}
        self.days = {self.places[name] for name in self.places if isinstance(fields[name].widget, DateWidget)}
        self.decisions = decided.lines
        private = {column["index"] for column in run.columns if column["dropped"] == "privacy"}
        hidden = {column["index"] for column in run.columns if column["dropped"] == "hidden"}
        self.excluded = ExcludedLines(run)
        self.absent = AbsentColumns(run)
        self.doubtful_numbers = DoubtfulNumbers(run, fields)
        reasons = {column["index"] for column in run.columns if column["dropped"] == "reasons"}
        not_shown = private | hidden | reasons | find_columns_apart(run)
        self.shown = [index for index in range(len(copy.header)) if index not in not_shown]

    def write(self) -> None:
        """Write the header and the rows of each sheet.

        Rows that are not in the workbook are blank lines; that of a marked row says that it is left out.
        """
        places, part = self._begin_sheet(), self.absent.find_part(0)
        for rows in self.copy.batches(BATCH):
            staged = ImportRow.objects.filter(run=self.run, line__range=(rows[0][0], rows[-1][0]))
            rows_with_errors = staged.filter(left_out=False).exclude(action="absent").exclude(errors={})
            errors = dict(rows_with_errors.values_list("line", "errors"))
            left_out = staged.filter(left_out=True).values_list("line", flat=True)
            notes = dict.fromkeys(left_out, _("Left out of this import."))
            notes |= {row.line: self._describe_similar(row) for row in staged.filter(action=Action.SIMILAR)}
            earlier_parts = self._find_earlier_parts(staged)
            for line, cells in rows:
                decision = self.decisions.get(line, NO_DECISION)
                # After a new upload it would be an ordinary line of the list.
                is_excluded = line in self.excluded and decision.action != TAKEN_IN
                mark = self.excluded.find_mark(line) if is_excluded else ""
                if is_excluded and not mark:
                    continue
                while self.sheets and self.sheets[0][0] <= line:
                    part = self.absent.find_part(self.sheets[0][0])
                    places = self._begin_sheet()
                has_header = self._begin_section(places, line)
                if part != (part := self.absent.find_part(line)) and part and not has_header:
                    self._write_header(places.go_to(split_line(part[0])[-1]), self.absent.find(line))
                number = places.go_to(split_line(line)[-1])
                if mark:
                    note = _("Left out: this row is %(mark)s in the list.") % {"mark": mark}
                    self.page.write_string(number, len(self.shown), note, self.note)
                    continue
                own_texts = self.run.find_cells_for_sender(line)
                if own_texts:
                    cells = self._correct_cells(line, cells, own_texts, earlier_parts.get(line, {}))
                for index, text in self.doubtful_numbers.mask(line, cells).items():
                    cells[index] = text
                self._write_row(number, cells, errors.get(line, {}))
                if line in notes:
                    self.page.write_string(number, len(self.shown), notes[line], self.note)

    def _begin_sheet(self) -> _Places:
        """Add the next sheet with the header of the list, as far as its table had these columns."""
        first_line, name, header_row = self.sheets.popleft()
        used = {sheet.name.casefold() for sheet in self.book.worksheets()}
        numbered = (sheet_name(f"{name[:MAX_NUMBERED_NAME]} ({number})") for number in count(2))
        names = chain([sheet_name(name)], numbered)  # two names can be equal after they were masked or cut
        self.page, places = (
            self.book.add_worksheet(next(n for n in names if n.casefold() not in used)),
            _Places(header_row),
        )
        self.page.freeze_panes(places.number + 1, 0)
        self.page.set_column(0, len(self.shown) - 1, 16)
        self.page.set_column(len(self.shown), len(self.shown), REASONS_WIDTH)
        self._write_header(places.number, self.absent.find(first_line))
        return places

    def _begin_section(self, places: _Places, line: int) -> bool:
        """Write the title and the header of the part that begins above a line; return whether it has a header."""
        section = None
        while self.sections and self.sections[0]["line"] <= line:
            section = self.sections.popleft()
        if section is None or split_line(section["line"])[:2] != split_line(line)[:2]:
            return False
        number, has_header = split_line(section["line"])[-1], section.get("has_header", True)
        if section["title"]:
            self.page.write_string(places.go_to(number - has_header), 0, section["title"], self.bold)
        if has_header:
            self._write_header(places.go_to(number), self.absent.find(line))
        return has_header

    def _write_header(self, number: int, absent: Collection[int]) -> None:
        """Write the header of the list without the columns that are absent, so that they are not read as blank."""
        for column, index in enumerate(self.shown):
            if index not in absent:
                self.page.write_string(number, column, self.copy.header[index], self.bold)
        self.page.write_string(number, len(self.shown), f"Reden (import {self.run.pk})", self.bold)

    def _find_earlier_parts(self, rows: ImportRowQuerySet) -> dict[int, dict[str, list[Part]]]:
        """Return the parts of earlier lists that corrected texts of these rows showed too, by line and field."""
        return {
            line: {
                name: [part for part in starmap(Part, of_line.get(name, ())) if part.value and not part.is_given]
                for name in whole
            }
            for line, of_line in rows.exclude(parts={}).values_list("line", "parts")
            if (whole := self.decisions.get(line, NO_DECISION).whole)
        }

    def _correct_cells(
        self, line: int, before: list[Any], corrected: dict[str, str], earlier_parts: dict[str, list[Part]]
    ) -> list[Any]:
        """Return the cells of a row with those that users corrected; a cell that is split gets its corrected parts.

        A corrected text may have `earlier_parts`, by field, of columns that are blank in this list.
        """
        expanded = self.splits.expand_cells(line, before)
        cells, combination = [*expanded], self.combined.combine(expanded)
        for field, text in corrected.items():
            if earlier := earlier_parts.get(field):
                text, blank_cells = self.combined.take_out(field, text, earlier)
                _set_cells(cells, blank_cells)
                if not text and not combination.indexes.get(field):
                    continue
            if own_texts := self.combined.split(field, text, combination):
                _set_cells(cells, own_texts)
                continue
            own = [
                index for index in combination.indexes.get(field, ()) if self.combined.fields_by_index[index] == field
            ]
            first, *others = own or [self.places.get(field, -1)]
            if first >= 0:
                cells[first] = text
            for index in others:  # the text has what these cells had
                cells[index] = None
        return self.splits.join(cells, expanded)

    def _write_row(self, number: int, cells: list[Any], errors: dict[str, list[str]]) -> None:
        indexes = self.combined.combine(self.splits.expand_cells(number, cells)).wrong if errors else {}
        wrong = {
            self.splits.find_source(index)
            for field in errors
            for index in indexes.get(field) or [self.places.get(field, -1)]
        }
        for column, index in enumerate(self.shown):
            value, is_day = cells[index], index in self.days
            if index not in wrong:
                self._write_cell(number, column, value, None)
                continue
            # Only a date column gets a date format: a 24 typed over a wrong cell would be shown and read as 24-01-1900.
            if isinstance(value, date) and not is_day:
                value = format_date(value)
            self._write_cell(number, column, value, self.wrong_day if is_day else self.wrong)
        if errors:
            reasons = [f"{capfirst(str(self.labels.get(f, f)))}: {' '.join(texts)}" for f, texts in errors.items()]
            self.page.write_string(number, len(self.shown), "\n".join(reasons), self.why)

    def _describe_similar(self, row: ImportRow) -> str:
        """Return why a row waits for a decision; the sender may not learn that there is a dossier."""
        if not row.similar_lines:
            return _("A coordinator can still decide on this line.")
        text = _("This line looks like line %(lines)s. If this is one person, leave one of these lines out.")
        return text % {"lines": self.run.name_lines(row.similar_lines)}

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


def _set_cells(cells: list[Any], texts: Mapping[int, str | None]) -> None:
    for index, text in texts.items():
        cells[index] = text
