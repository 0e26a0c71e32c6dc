"""A file becomes an ImportRun with a row for each record: everything is checked and told, nothing is written."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import privacy
from dossiers.models import Action, ImportRow, ImportRun, RecordKind
from dossiers.spreadsheets.gc_pause import without_collecting
from dossiers.spreadsheets.imports import duplicates, file_parts, same_employer
from dossiers.spreadsheets.imports.columns import PRIVACY, REASON, Column, Headers, TwoColumnsForOneField, suggest
from dossiers.spreadsheets.imports.decisions import ABOUT_CELLS, ANOTHER, LEFT_OUT, TAKEN_IN, Decisions, Line
from dossiers.spreadsheets.imports.file_parts import ExcludedLines, part_warnings, unread_table_warnings
from dossiers.spreadsheets.imports.parsed_rows import CellReader, ParsedRow
from dossiers.spreadsheets.imports.sanitized_copy import SanitizedCopy, SanitizedCopyWriter
from dossiers.spreadsheets.imports.staged_rows import insert_rows
from dossiers.spreadsheets.matching.dossiers import DossierMatcher
from dossiers.spreadsheets.matching.interests import InterestMatcher
from dossiers.spreadsheets.matching.matcher import Judge, Matcher
from dossiers.spreadsheets.matching.supplies import SupplyMatcher
from dossiers.spreadsheets.progress import Progress
from dossiers.spreadsheets.reader import LINES_NAMED, NO_HEADER, Choice, Refused, Row, Table, name_lines, open_table
from dossiers.spreadsheets.resources import RESOURCES, RecordResource, SuppliedResource
from dossiers.spreadsheets.sql import analyse
from dossiers.spreadsheets.values import DateWidget, fold

BATCH = 5_000
WORDS_ASKED = 200  # of a column, the most frequent


class Doubtful(Exception):
    """A list whose columns somebody has to tell; carries one sentence."""

    def __init__(self, reason: str | Promise) -> None:
        self.reason = str(reason)
        super().__init__(self.reason)


class ImportRefused(Exception):
    """A list that can't be imported as it is; carries one sentence."""

    def __init__(self, reason: str | Promise) -> None:
        self.reason = str(reason)
        super().__init__(self.reason)


NOTHING_KNOWN = gettext_lazy(
    "No column of this list is recognised. Say of each column what it is, or put a row with the names of the columns "
    "above the list and try again."
)
NO_ROWS = gettext_lazy("There is no row below the header. Ask the sender for a list with people in it.")


def resource_for(run: ImportRun) -> RecordResource:
    return SuppliedResource() if run.by_partner else RESOURCES[run.record](out_of_use=True)


def matcher_for(run: ImportRun, resource: RecordResource) -> Matcher:
    """What a list is compared with: a partner's own with supplies, until a coordinator opens it."""
    if run.with_partner:
        return SupplyMatcher(run, resource)
    return DossierMatcher(run, resource) if run.record == RecordKind.DOSSIERS else InterestMatcher(run, resource)


def stage(run: ImportRun, path: Path | None = None, *, ask: Callable[[ImportRun], None] | None = None) -> None:
    """Read the file, or else the run's clean copy, into its rows; the run is saved with its new state.

    With `ask` a list whose columns are in doubt waits for an answer, and the file stays for an hour, in case it was
    read wrongly: `ask` keeps what the screen shows of it. Without, where nobody can be asked, such a list is refused.
    """
    try:
        with without_collecting():
            _read(run, path)
        run.state, run.reason = ImportRun.State.PREVIEWED, ""
    except Doubtful as doubt:
        if not ask:
            run.refuse(doubt.reason)
            return
        run.rows.all().delete()
        run.state, run.reason = ImportRun.State.ASKING, doubt.reason
    except (Refused, ImportRefused) as refusal:
        run.refuse(str(refusal))
        return
    finally:
        Progress(run.pk).forget()
    if not ask:
        file_parts.leave_out_unanswered(run)
        run.forget_upload()
    elif run.upload:
        try:
            ask(run)
        except Refused as refusal:
            run.refuse(str(refusal))
            return
    run.save()


def _read(run: ImportRun, path: Path | None) -> None:
    staging = Staging(run, path)
    staging.read()
    if staging.settle():  # a column showed, further down, that it is to be read another way
        staging.read()
    staging.finish()
    analyse(ImportRow)
    duplicates.refuse_doubles(run)
    same_employer.warn(run)
    duplicates.add_absent(run)


def _format(table: Table) -> dict[str, Any]:
    return {name: value for name, value in asdict(table.format).items() if value is not None and name != "sheets"}


def digit_columns(resource: RecordResource) -> frozenset[str]:
    """Columns that hold digits by their nature, so that these are not judged: telephone and KvK numbers, dates."""
    fields = resource.sheet_fields().items()
    return frozenset(name for name, field in fields if field.digits or isinstance(field.widget, DateWidget))


def _drop_by_content(columns: list[Column], rows: list[Row], digits: frozenset[str]) -> None:
    """Numbers that pass the eleven-test are people's own: a column full of them is dropped, whatever it is called."""
    for column in columns:
        if column.dropped == PRIVACY or column.field in digits:
            continue
        if privacy.forbidden_column(cells[column.index] for _line, cells in rows):
            column.field, column.dropped = None, PRIVACY


class Staging:
    """Reads one file, or the clean copy of one, into the rows of one run."""

    def __init__(self, run: ImportRun, path: Path | None) -> None:
        self.run, self.path = run, path
        self.decided = Decisions.about(run)
        self.resource = resource_for(run)
        self.headers = Headers(self.resource)
        self.progress = Progress(run.pk)
        self.cells: CellReader | None = None  # how each column is read, known from the first batch on
        self.columns: list[Column] = []
        self.blank_lines: list[int] = []  # they hold something, but in no column that is read

    def read(self) -> None:
        """One pass; raises Doubtful, Refused or ImportRefused."""
        self.run.rows.all().delete()
        with self._open() as table:
            batches = table.batches(BATCH)
            first = next(batches, [])
            if isinstance(table, Table):
                self.run.asked = {
                    file_parts.ABOVE: table.lines_above,
                    file_parts.HIDDEN_ROWS: {"ranges": table.hidden_rows, "lines": [], "count": 0},
                    file_parts.HIDDEN_COLUMNS: self._hidden_columns(table),
                }
            if self.cells is None:
                self.columns = self._settle_columns(table, first)
            copy = self._copy(table)
            try:
                self._stage(self._noted(table, copy, rows) for rows in chain([first], batches))
                if copy:
                    copy.keep()
            finally:
                if copy:
                    copy.drop()
            self._tell(table)

    def _open(self) -> Table | SanitizedCopy:
        if self.path is None:
            return SanitizedCopy(self.run)
        table = self._open_file(self.path)
        if table.header_guessed:  # then the first row is a person already, and no header
            table.close()
            self.run.choice = self.run.choice | {"header_row": NO_HEADER}
            table = self._open_file(self.path)
        return table

    def _open_file(self, path: Path) -> Table:
        return open_table(path, Choice(**self.run.choice), known=self.headers.known, mask=privacy.masked)

    def _settle_columns(self, table: Table | SanitizedCopy, first: list[Row]) -> list[Column]:
        """Which column is which field."""
        self._continue(table.header)
        columns = self._suggest(table.header)
        if not any(column.field for column in columns):
            raise Doubtful(NOTHING_KNOWN)
        if not first:
            raise ImportRefused(NO_ROWS)
        if isinstance(table, Table):
            _drop_by_content(columns, first, digit_columns(self.resource))
            self.run.format = _format(table)
        else:
            private = {column["index"] for column in self.run.columns if column["dropped"] == PRIVACY}
            for column in columns:
                if column.index in private:
                    column.field, column.dropped = None, PRIVACY
        fields = {column.field for column in columns}
        fixed = [Column(-1, "", name) for name in self.decided.fixed if name not in fields]
        self.run.columns = [column.as_json() for column in [*columns, *fixed]]
        return columns

    def _continue(self, header: list[str]) -> None:
        """A list that came back from its sender: what was decided about its cells holds, not about lines and people."""
        numbers = [int(match[1]) for text in header if (match := REASON.fullmatch(text))]
        before = ImportRun.objects.filter(
            pk__in=numbers, record=self.run.record, organisation=self.run.organisation
        ).exclude(pk=self.run.pk)
        if self.run.by_partner:
            before = before.filter(by_partner=True)
        if self.run.continues is None and (earlier := before.first()):
            self.run.continues = earlier
            decisions = {name: decision for name, decision in earlier.decided.items() if name in ABOUT_CELLS}
            self.run.decided = decisions | self.run.decided
            self.decided = Decisions.about(self.run)

    def _suggest(self, header: list[str]) -> list[Column]:
        try:
            return suggest(header, self.headers, self.decided.columns, hidden_places(self.run))
        except TwoColumnsForOneField as two:
            raise Doubtful(
                _("Two columns of this list mean the same: %(headers)s. Give one of them another name.")
                % {"headers": ", ".join(f"“{header}”" for header in two.headers)}
            ) from None

    def _hidden_columns(self, table: Table) -> list[dict[str, Any]]:
        """Those that would give a field, if they were not hidden; others are left out anyhow."""
        remembered = {fold(text) for text, field in self.decided.columns.items() if field}
        return [
            {"index": index, "header": text}
            for index in table.hidden_columns
            if index < len(table.header)
            and (text := table.header[index])
            and not privacy.forbidden_header(text)
            and (fold(text) in remembered or self.headers.exact(text) or self.headers.near(text))
        ]

    def _copy(self, table: Table | SanitizedCopy) -> SanitizedCopyWriter | None:
        if isinstance(table, SanitizedCopy):
            return None
        forbidden = [column.index for column in self.columns if column.dropped == PRIVACY]
        fields = self.resource.sheet_fields()
        known = [(column.index, fields[column.field]) for column in self.columns if column.field in fields]
        numbers = {index: field.holds for index, field in known if field.digits}
        asked = [index for index, field in known if field.free_text]
        return SanitizedCopyWriter(self.run, table.header, forbidden, numbers, asked)

    def _noted(self, table: Table | SanitizedCopy, copy: SanitizedCopyWriter | None, rows: list[Row]) -> list[Row]:
        """Keep rows in the clean copy, and which of them are hidden or in a table of their own."""
        if isinstance(table, Table):
            self.run.asked["sections"] = file_parts.sections_as_json(table.sections)
            note_hidden(self.run, rows)
        return copy.clean(rows) if copy else rows

    def _stage(self, batches: Iterable[list[Row]]) -> None:
        judge = Judge(matcher_for(self.run, self.resource), self.run)
        done, self.blank_lines = 0, []
        for rows in batches:
            cells = self.cells = self.cells or self._meet(rows)
            drafts = list(cells.drafts(rows))
            self.blank_lines += [draft.line for draft in drafts if not (draft.given or draft.errors)]
            drafts = [draft for draft in drafts if draft.given or draft.errors]
            apply_decisions(drafts, self.decided.lines, ExcludedLines(self.run))
            judge.judge(drafts)
            with transaction.atomic():
                insert_rows(self.run, drafts)
            done += len(rows)
            self.progress.report(done)

    def _meet(self, rows: list[Row]) -> CellReader:
        """How each column's cells are read: the first batch nearly always shows it, then one pass is enough."""
        places = {column.field: column.index for column in self.columns if column.field}
        escaped = self.run.format.get("kind") == "csv"
        cells = CellReader(self.resource.sheet_fields(), places, self.decided, escaped)
        list(cells.drafts(rows))
        cells.settle()
        cells.refresh()
        return cells

    def settle(self) -> bool:
        """True when the list, read to its end, shows that a column has to be read another way."""
        if self.cells is None or not self.cells.settle():
            return False
        self.cells.refresh()
        return True

    def _tell(self, table: Table | SanitizedCopy) -> None:
        """Keep what only shows when all rows are read."""
        if isinstance(table, Table):
            self.run.asked |= {"shifted": table.cut_lines, "sections": file_parts.sections_as_json(table.sections)}
            self.run.warnings = [str(warning) for warning in table.warnings]
        refuse_shifted(self.run, self.run.asked.get("shifted", []))

    def finish(self) -> None:
        """Keep what a person is to be asked about."""
        if self.cells is None:
            return
        words = {name: dict(counts.most_common(WORDS_ASKED)) for name, counts in self.cells.unknown.items() if counts}
        dates = [name for name in self.cells.ambiguous_dates() if name not in self.decided.month_first]
        facts = {name: self.run.asked[name] for name in file_parts.FILE_FACTS if name in self.run.asked}
        self.run.asked = facts | {
            "shifted": self.run.asked.get("shifted", []),
            "words": words,
            "dates": dates,
            "blank": self.blank_lines[: LINES_NAMED + 1],
        }


def warnings_of(run: ImportRun, *, with_parts: bool = True) -> list[str]:
    """All that a user should know of how the list was read, in sentences; without the parts that were left out where
    the page shows these by themselves."""
    left_out = part_warnings(run) if with_parts else []
    return [*run.warnings, *left_out, *unread_table_warnings(run), *_date_warnings(run), *_blank_warnings(run)]


def _date_warnings(run: ImportRun) -> list[str]:
    """About columns of dates that never show whether day or month comes first."""
    message = _("%(column)s: the list does not show whether day or month comes first; read as day-month.")
    fields = resource_for(run).sheet_fields()
    return [message % {"column": fields[name].column_name} for name in run.asked.get("dates", [])]


def _blank_warnings(run: ImportRun) -> list[str]:
    """About lines that hold something only where no column is read, so that they are not counted."""
    if not (lines := run.asked.get("blank")):
        return []
    message = _("Nothing stands in the columns that are read, so nothing is imported of line %(lines)s.")
    return [message % {"lines": name_lines(lines)}]


def apply_decisions(drafts: list[ParsedRow], lines: dict[int, Line], set_aside: ExcludedLines) -> None:
    """Give drafts what a coordinator decided about their lines, and about the parts of the file that they stand in."""
    if not lines and not set_aside:
        return
    for draft in drafts:
        action = lines[draft.line].action if draft.line in lines else ""
        draft.left_out = action == LEFT_OUT or (action != TAKEN_IN and draft.line in set_aside)
        draft.another = action == ANOTHER
        if action not in ("", LEFT_OUT, TAKEN_IN, ANOTHER):
            draft.given["reference"] = action


def hidden_places(run: ImportRun) -> set[int]:
    """Columns that are left out because the file hides them, unless somebody said what they are."""
    if run.decided.get("parts", {}).get(file_parts.HIDDEN_COLUMNS):
        return set()
    chosen = {fold(key) for key, field in run.decided.get("columns", {}).items() if field}
    return {
        column["index"]
        for column in run.asked.get(file_parts.HIDDEN_COLUMNS, [])
        if fold(column["header"]) not in chosen
    }


def note_hidden(run: ImportRun, rows: list[Row]) -> None:
    """Count the hidden ones among rows of the list; the run is not saved."""
    hidden = run.asked[file_parts.HIDDEN_ROWS]
    if not hidden["ranges"]:
        return
    set_aside = ExcludedLines(run, all_hidden=True)
    lines = [line for line, _cells in rows if set_aside.is_hidden(line)]
    hidden["count"] += len(lines)
    hidden["lines"] = (hidden["lines"] + lines)[: LINES_NAMED + 1]


def refuse_shifted(run: ImportRun, lines: list[int]) -> None:
    """Something stands beyond the last header: an unquoted delimiter, most often, so any cell may be another's."""
    for row in run.rows.filter(line__in=lines):
        place = next(iter(row.errors or row.given), "notes")
        row.errors.setdefault(place, []).append(
            _("Something stands beyond the last column of this line, so cells may be shifted. Correct it in the list.")
        )
        row.action = Action.ERROR
        row.save(update_fields=["errors", "action"])
