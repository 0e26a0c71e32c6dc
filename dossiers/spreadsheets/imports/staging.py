"""Reads a spreadsheet into the staged rows of an ImportRun and validates them; no dossier or interest is changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import privacy
from dossiers.line_names import LINES_NAMED
from dossiers.models import Action, ImportRow, ImportRun, RecordKind
from dossiers.models.imports.import_profile import fields_of_column
from dossiers.models.imports.import_row import RECORD_ACTIONS
from dossiers.models.imports.import_run import BLANK_IS_NO, WHOLE_FIELDS
from dossiers.models.imports.typed_values import ANSWERED_CELLS, ANSWERED_COUNTS, ANSWERED_LINES
from dossiers.progress import Progress
from dossiers.spreadsheets.comparison import append_lines
from dossiers.spreadsheets.gc_pause import pause_gc
from dossiers.spreadsheets.imports import absent_people, duplicates, same_employer
from dossiers.spreadsheets.imports.columns.absent import ABSENT_COLUMNS, AbsentColumns
from dossiers.spreadsheets.imports.columns.columns import PRIVACY, REASON, REMAINDER, REMARKS, Column
from dossiers.spreadsheets.imports.columns.combined import CombinedColumns, has_remainders
from dossiers.spreadsheets.imports.columns.detection import (
    ColumnDetector,
    ColumnsUnclear,
    ImportRefused,
    describe_unnamed_columns,
)
from dossiers.spreadsheets.imports.columns.merged_cells import MergedCells
from dossiers.spreadsheets.imports.columns.needed_fields import MISSING_FIELDS
from dossiers.spreadsheets.imports.columns.split import SplitColumns
from dossiers.spreadsheets.imports.decisions import (
    ABOUT_CELLS,
    LEFT_OUT,
    NO_DECISION,
    TAKEN_IN,
    Decisions,
    Line,
    about_line,
)
from dossiers.spreadsheets.imports.doubtful_numbers import mask_corrected_cells
from dossiers.spreadsheets.imports.file_parts.answers import (
    answer_about_sheets,
    forget_answers_about_marked_rows,
    forget_answers_about_sheets,
    leave_out_unanswered,
)
from dossiers.spreadsheets.imports.file_parts.facts import (
    ABOVE,
    FILE_FACTS,
    HIDDEN_COLUMNS,
    MARKED_ROWS,
    SHEETS,
    STRUCK_CELLS,
    TABLES_BESIDE,
    UNFIT,
    count_marked_rows,
    count_rows_beside,
    sections_as_json,
    sheets_as_json,
)
from dossiers.spreadsheets.imports.file_parts.lines import ExcludedLines, blank_struck_cells
from dossiers.spreadsheets.imports.list_dates import LIST_DATE, find_date_lines, find_list_date
from dossiers.spreadsheets.imports.parsed_rows import CellReader, ParsedRow
from dossiers.spreadsheets.imports.ranges import build_ranges
from dossiers.spreadsheets.imports.remarks.added import build_split_columns
from dossiers.spreadsheets.imports.remarks.contacts import CONTACTS, find_changed_contacts
from dossiers.spreadsheets.imports.sanitized_copy import SanitizedCopy, SanitizedCopyWriter
from dossiers.spreadsheets.imports.sent_lists import find_same_imported_list
from dossiers.spreadsheets.imports.staged_rows import classify_again, insert_rows
from dossiers.spreadsheets.imports.withdrawn_rows import note_withdrawn_rows
from dossiers.spreadsheets.matching.dossiers import DossierMatcher
from dossiers.spreadsheets.matching.interests import InterestMatcher
from dossiers.spreadsheets.matching.matcher import Matcher, RowClassifier
from dossiers.spreadsheets.matching.supplies import SupplyMatcher
from dossiers.spreadsheets.reader import NO_HEADER, Choice, Refused, Row, Table, TableBeside, open_table
from dossiers.spreadsheets.resources import RESOURCES, RecordResource, SuppliedResource
from dossiers.spreadsheets.sql import analyse

BATCH = 5_000
MAX_LINES_TO_CHECK = 1_000  # lines with a doubtful name that are remembered


def resource_for(run: ImportRun) -> RecordResource:
    return SuppliedResource() if run.is_from_partner else RESOURCES[run.record](out_of_use=True)


def matcher_for(run: ImportRun, resource: RecordResource) -> Matcher:
    """Return the matcher of a run; a list that is still with the partner is compared with its supplies only."""
    if run.with_partner:
        return SupplyMatcher(run, resource)
    return DossierMatcher(run, resource) if run.record == RecordKind.DOSSIERS else InterestMatcher(run, resource)


def stage(
    run: ImportRun, path: Path | None = None, *, ask: Callable[[ImportRun, Sequence[Row]], None] | None = None
) -> None:
    """Read the file, or the run's sanitized copy if `path` is None, into staged rows; save the run with its new state.

    If the columns are unclear and `ask` is given, the run waits for the user's answers and keeps the uploaded file for
    an hour; `ask` stores the sample that the mapping page shows, with the rows that are asked about. Without `ask`,
    such a list is refused.
    """
    asked_rows: Sequence[Row] = ()
    try:
        with pause_gc():
            staging = Staging(run, path, asks=ask is not None)
            staging.read()
            if staging.update_formats():  # a later row showed that the date order or crosses were guessed wrongly
                staging.read()
            staging.set_questions()
            staging.note_later_remarks()
            analyse(ImportRow)
            duplicates.mark_duplicates(run, staging.resource)
            update_contact_remarks(run)
            same_employer.add_warnings(run)
            absent_people.replace_rows(run)
        run.state, run.reason = ImportRun.State.PREVIEWED, ""
    except ColumnsUnclear as doubt:
        if not ask:
            run.refuse(doubt.reason)
            return
        run.rows.all().delete()
        run.state, run.reason, asked_rows = ImportRun.State.ASKING, doubt.reason, doubt.rows
    except (Refused, ImportRefused) as refusal:
        run.refuse(str(refusal))
        return
    finally:
        Progress.of(run).forget()
    run.same_list = find_same_imported_list(run, staging.open_list)
    if not ask:
        leave_out_unanswered(run)
        run.forget_upload()
    elif run.upload:
        try:
            ask(run, asked_rows)
        except Refused as refusal:
            run.refuse(str(refusal))
            return
    run.save()


def build_classifier(run: ImportRun) -> RowClassifier:
    return RowClassifier(matcher_for(run, resource_for(run)), run)


def update_contact_remarks(run: ImportRun) -> None:
    """Find the lines whose contact is added to the remarks, and classify these again; the run is not saved."""
    if changed := find_changed_contacts(run):
        rows = run.rows.filter(action__in=RECORD_ACTIONS, line__in_batch=changed)
        classify_again(run, list(rows), build_classifier(run))


class Staging:
    """Reads one file, or its sanitized copy, into the staged rows of one run."""

    def __init__(self, run: ImportRun, path: Path | None, *, asks: bool = False) -> None:
        """`asks` tells whether a user can say what a column is if the list lacks a column that it needs."""
        self.run, self.path, self.asks = run, path, asks
        self.decided = Decisions.about(run)
        self.resource = resource_for(run)
        self.detector = ColumnDetector(run, self.resource, self.decided)
        self.progress = Progress.of(run)
        self.cells: CellReader | None = None  # made from the first batch
        self.columns: list[Column] = []
        self.word_counts: dict[str, dict[str, int]] = run.asked.get("word_counts", {})  # of an earlier reading
        self.blank_lines: list[int] = []  # lines with cells, but with none in a column that is imported

    def read(self) -> None:
        """Read all rows once; raises ColumnsUnclear, Refused or ImportRefused."""
        self.run.rows.all().delete()
        table: Table | SanitizedCopy = self._open_file(self.path) if self.path else SanitizedCopy(self.run)
        joins_sheets = self._joins_sheets
        if self.path and isinstance(table, Table) and table.header_guessed:
            # The list has no header, so its first row is a person.
            table.close()
            self.run.choice = self.run.choice | {"header_row": NO_HEADER}
            table = self._open_file(self.path)
        if self.cells is None:
            self._copy_earlier_decisions(table.header)
        if self.path and isinstance(table, Table) and joins_sheets != self._joins_sheets:
            table.close()
            table = self._open_file(self.path)
        with table:
            batches = table.batches(BATCH)
            first = next(batches, [])
            if isinstance(table, Table):
                self.run.asked = {
                    "sections": self.run.asked.get("sections", []),  # of an earlier reading, until they are read again
                    ABOVE: table.lines_above,
                    UNFIT: table.unfit_lines,
                    HIDDEN_COLUMNS: self.detector.find_hidden_columns(table.header, table.hidden_columns),
                    TABLES_BESIDE: self._find_facts_of_tables_beside(table),
                    WHOLE_FIELDS: self.detector.is_export(table.header, first),
                    STRUCK_CELLS: {str(index): build_ranges(lines) for index, lines in table.struck_cells.items()},
                    LIST_DATE: find_list_date(
                        table.above_by_sheet, {*table.lines_above, *table.unfit_lines}, self.run.file_name
                    ),
                } | {
                    key: {"ranges": table.marked_rows[mark], "lines": [], "count": 0}
                    for key, mark in MARKED_ROWS.items()
                    if mark in table.marked_rows
                }
                table.understood_lines = find_date_lines(table.above_by_sheet, self.run.asked[LIST_DATE])
            if self.cells is None:
                self.decided = self.detector.decided = Decisions.about(self.run)
                self.columns = self._settle_columns(table, first)
            copy = self._open_copy(table)
            try:
                self._stage_batches(table, copy, chain([first], batches))
                if copy:
                    copy.save()
                    mask_corrected_cells(self.run, self.resource.sheet_fields())
            finally:
                if copy:
                    copy.discard()
            if isinstance(table, Table):  # the reader knows these only after the last row
                self.run.asked |= {"shifted": table.cut_lines, "sections": sections_as_json(table.sections)}
                others = [
                    other
                    for other in table.other_lists
                    if other.rows and (other.fits or self.detector.has_needed_columns(other.header))
                ]
                if others:
                    self.run.asked[SHEETS] = sheets_as_json(table, others)
                answer_about_sheets(self.run)
                self.run.warnings = [
                    *(
                        str(warning)
                        for warning in table.warnings
                        if not (warning.code == "other_lists" and len(others) == len(table.other_lists))
                    ),
                    *describe_unnamed_columns(self.run, table.header, first),
                    *self.detector.describe_placements(table.header),
                ]
            mark_shifted_rows(self.run, self.run.asked.get("shifted", []))

    def open_list(self) -> Table | SanitizedCopy:
        """Open the sanitized copy, or the file if unclear columns kept it from being copied.

        A copy that is there then may be of another sheet, which was read before.
        """
        return self._open_file(self.path) if self.path and not self.columns else SanitizedCopy(self.run)

    @property
    def _joins_sheets(self) -> bool:
        """Whether other sheets of the same shape are read too, as was answered about this list or an earlier one."""
        remembered = self.run.profile.sheets_as_one if self.run.profile else None
        return bool(self.run.decided.get("parts", {}).get(SHEETS, remembered))

    def _open_file(self, path: Path) -> Table:
        return open_table(
            path,
            Choice(**self.run.choice, joins_sheets=self._joins_sheets),
            known=self.detector.headers.known,
            mask=privacy.masked,
            match_columns=self.detector.match_columns,
            is_list=self.detector.has_needed_columns,
            is_returned=lambda header: any(map(REASON.fullmatch, header)),
            find_tables=self._find_tables,
        )

    def _find_facts_of_tables_beside(self, table: Table) -> list[dict[str, Any]]:
        """Return the tables beside the list as JSON, with whether their rows are read."""
        read = table.format.tables or ()
        facts = self.detector.find_tables_beside(table.header, table.head, table.above)
        return [fact | {"is_read": fact["index"] in read} for fact in facts]

    def _find_tables(self, header: Sequence[str], rows: Sequence[Row]) -> list[TableBeside]:
        """Return the tables beside the list that can be read as rows of it."""
        answers = self.run.decided.get("parts", {})
        return [
            TableBeside(
                table["index"],
                range(*table["range"]),
                range(*table["list_range"]),
                is_read=bool(answers.get(table["key"])),
            )
            for table in self.detector.find_tables_beside(header, rows)
            if table["is_list"]
        ]

    def _settle_columns(self, table: Table | SanitizedCopy, first: list[Row]) -> list[Column]:
        """Return the columns with their fields, and store them with the run; `first` is the first batch of rows."""
        columns = self.detector.detect(table.header, first, asks=self.asks)
        if isinstance(table, Table):
            self.detector.drop_bsns(columns, first)
            earlier = self.run.format
            self.run.format = {
                name: value for name, value in asdict(table.format).items() if value is not None and name != "sheets"
            }
            if table.format.joined:
                self.run.format["joined"] = [list(place) for place in table.format.joined]
            if table.format.tables:
                self.run.format["tables"] = list(table.format.tables)
            if earlier and earlier.get("joined") != self.run.format.get("joined"):
                forget_answers_about_sheets(self.run)
            elif earlier and earlier.get("tables") != self.run.format.get("tables"):
                forget_answers_about_marked_rows(self.run)
        else:
            private = {c["index"]: c["header"] for c in self.run.columns if c["dropped"] == PRIVACY}
            for column in columns:
                if column.index in private:  # the copy has no header for it
                    column.header, column.field, column.dropped = private[column.index], None, PRIVACY
        fields = {column.field for column in columns}
        others = [Column(-1, "", name) for name in self.decided.fixed if name not in fields]
        if (
            has_remainders(build_split_columns(self.run, columns, self.resource.sheet_fields(), self.decided).columns)
            and REMARKS not in fields | self.decided.fixed.keys()
        ):
            others.append(Column(-1, "", REMARKS, mode=REMAINDER))
        self.run.columns = [column.as_json() for column in [*columns, *others]]
        return columns

    def _copy_earlier_decisions(self, header: list[str]) -> None:
        """Copy the decisions about cells from the run that this list corrects, if a header names that run.

        Decisions about lines and people are not copied, since the sender may have moved the lines.
        """
        numbers = [int(match[1]) for text in header if (match := REASON.fullmatch(text))]
        before = ImportRun.objects.filter(
            pk__in=numbers, record=self.run.record, organisation=self.run.organisation
        ).exclude(pk=self.run.pk)
        if self.run.by_partner:
            before = before.filter(by_partner=True)
        if self.run.continues is None and (earlier := before.first()):
            self.run.continues, self.run.first_sent_at = earlier, earlier.first_sent_at
            decisions = {name: decision for name, decision in earlier.decided.items() if name in ABOUT_CELLS}
            if self.run.by_partner:
                decisions["fixed"] = earlier.fixed_for_partner
            self.run.decided = decisions | self.run.decided
            if earlier.sheets or earlier.format.get("tables"):  # which stand on sheets of their own in that workbook
                self.run.decided.setdefault("parts", {}).setdefault(SHEETS, True)
            self.decided = self.detector.decided = Decisions.about(self.run)

    def _open_copy(self, table: Table | SanitizedCopy) -> SanitizedCopyWriter | None:
        if isinstance(table, SanitizedCopy):
            return None
        forbidden = [column.index for column in self.columns if column.dropped == PRIVACY]
        fields = self.resource.sheet_fields()
        checks = {
            column.index: fields[fields_of_column(column.field)[-1]].find_private
            for column in self.columns
            if column.field
        }
        return SanitizedCopyWriter(self.run, table.header, forbidden, checks)

    def _stage_batches(
        self, table: Table | SanitizedCopy, copy: SanitizedCopyWriter | None, batches: Iterable[list[Row]]
    ) -> None:
        self.run.asked.pop(CONTACTS, None)  # which is not known before all rows are read
        classifier = RowClassifier(matcher_for(self.run, self.resource), self.run)
        done, self.blank_lines = 0, []
        merged = MergedCells(
            self.run, self.columns, self.resource, table.merged_cells if isinstance(table, Table) else {}
        )
        for rows in batches:
            if isinstance(table, Table):
                self.run.asked["sections"] = sections_as_json(table.sections)
                self.run.asked[ABSENT_COLUMNS] = table.absent_columns
                count_marked_rows(self.run, rows)
                note_withdrawn_rows(self.run, self.columns, rows)
                count_rows_beside(self.run, rows)
                rows = merged.fill(rows)
            if copy:
                rows = copy.clean(rows)
            rows = blank_struck_cells(self.run, rows)
            if self.cells is None:
                # The first batch sets the date order and the meaning of crosses, since it nearly always shows them, so
                # that the file need not be read twice.
                self.cells = build_list_reader(self.run, self.columns, self.decided)
                list(self.cells.parse_rows(rows))
                self.cells.update_formats()
                self.cells.clear_cells()
            self.run.asked[BLANK_IS_NO] = self.cells.find_fields_with_crosses()
            parsed_rows = list(self.cells.parse_rows(rows))
            self.blank_lines += [
                parsed_row.line for parsed_row in parsed_rows if not (parsed_row.given or parsed_row.errors)
            ]
            parsed_rows = [parsed_row for parsed_row in parsed_rows if parsed_row.given or parsed_row.errors]
            apply_decisions(parsed_rows, self.decided.lines, ExcludedLines(self.run))
            classifier.classify(parsed_rows)
            with transaction.atomic():
                insert_rows(self.run, parsed_rows)
            done += len(rows)
            self.progress.report(done)

    def update_formats(self) -> bool:
        """Adjust the reader to what all rows showed; return whether the list must be read again."""
        if self.cells is None or not self.cells.update_formats():
            return False
        self.cells.clear_cells()
        return True

    def note_later_remarks(self) -> None:
        """Note that the list gives what was added to remarks after a coordinator typed these; the run is not saved."""
        for line, text in self.cells.later_remarks.items() if self.cells else ():
            if REMARKS in self.run.find_typed_cells(line):
                listed = self.run.decided["lines"][str(line)].get("listed", {}).get(REMARKS)
                about_line(self.run, line, listed={REMARKS: append_lines(listed or "", text)})

    def set_questions(self) -> None:
        """Store the questions for the user in `run.asked`; the run is not saved."""
        if self.cells is None:
            return
        ambiguous_dates, month_first_dates = self.cells.ambiguous_dates(), self.cells.month_first_dates()
        mixed_dates = self.cells.mixed_dates()
        open_dates = [name for name in ambiguous_dates if name not in self.decided.month_first]
        words, counts = self.cells.count_unknown_words(self.run), self.word_counts
        facts = {name: self.run.asked[name] for name in FILE_FACTS if name in self.run.asked}
        self.run.asked = (
            facts
            | {
                "shifted": self.run.asked.get("shifted", []),
                "words": words,
                "word_counts": {  # with the words that were answered since, so that the questions keep their order
                    name: counts.get(name, {}) | words.get(name, {}) for name in counts.keys() | words.keys()
                },
                BLANK_IS_NO: self.cells.find_fields_with_crosses(),
                "dates": open_dates,
                "doubtful_dates": [name for name in self.cells.doubtful_dates() if name in open_dates],
                "month_first": month_first_dates,
                "mixed_dates": mixed_dates,
                "answered_words": self.cells.find_answered_words(),
                ANSWERED_LINES: self.cells.answered_lines,
                ANSWERED_CELLS: self.cells.answered_cells,
                ANSWERED_COUNTS: self.cells.answered_counts,
                "answered_dates": [
                    name for name in dict.fromkeys([*ambiguous_dates, *month_first_dates]) if name not in open_dates
                ],
                "names": self.cells.splits.doubtful_lines[:MAX_LINES_TO_CHECK],
                "without_zeros": self.cells.lines_without_zeros[:MAX_LINES_TO_CHECK],
                "blank": self.blank_lines[: LINES_NAMED + 1],
                "contradicting": self.run.asked.get("contradicting", []),  # the warnings that are replaced
                MISSING_FIELDS: self.detector.find_missing_fields(self.columns),
            }
        )


def build_list_reader(run: ImportRun, columns: list[Column], decided: Decisions) -> CellReader:
    """Return a reader of the rows of the list with these columns and decisions."""
    places = {name: index for name, index in run.column_indexes.items() if index >= 0}
    fields, escaped = resource_for(run).sheet_fields(), run.format.get("kind") == "csv"
    splits = build_split_columns(run, columns, fields, decided, escaped=escaped)
    combined = build_combined_columns(run, splits, decided)
    return CellReader(fields, places, decided, escaped, splits, combined, AbsentColumns(run))


def build_combined_columns(run: ImportRun, splits: SplitColumns, decided: Decisions) -> CombinedColumns:
    escaped = run.format.get("kind") == "csv"
    return CombinedColumns(
        splits.columns,
        resource_for(run).sheet_fields(),
        decided.fixed,
        decided.words,
        is_staff_remark=REMARKS in run.staff_remarks,
        escaped=escaped,
    )


def apply_decisions(parsed_rows: list[ParsedRow], lines: dict[int, Line], excluded: ExcludedLines) -> None:
    """Set what the user decided about the lines of these rows and about the parts of the file that they are in."""
    if not lines and not excluded:
        return
    for parsed_row in parsed_rows:
        line = lines.get(parsed_row.line, NO_DECISION)
        is_excluded = line.action != TAKEN_IN and parsed_row.line in excluded
        parsed_row.left_out = line.action == LEFT_OUT or is_excluded
        parsed_row.person = line.person


def mark_shifted_rows(run: ImportRun, lines: list[int]) -> None:
    """Mark these lines as errors, since they have more cells than the header.

    The usual cause is an unquoted delimiter, after which each cell may be in the wrong column.
    """
    for row in run.rows.filter(line__in=lines):
        place = next(iter(row.errors or row.given), "notes")
        row.errors.setdefault(place, []).append(
            _("Something stands beyond the last column of this line, so cells may be shifted. Correct it in the list.")
        )
        row.action = Action.ERROR
        row.save(update_fields=["errors", "action"])
