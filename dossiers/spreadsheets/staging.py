"""A file becomes an ImportRun with a row for each record: everything is checked and told, nothing is written."""

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
from dossiers.spreadsheets import doubles
from dossiers.spreadsheets.columns import PRIVACY, Column, Headers, TwoColumnsForOneField, suggest
from dossiers.spreadsheets.drafts import CellReader, Draft
from dossiers.spreadsheets.matching import Judge, Matcher
from dossiers.spreadsheets.matching_dossiers import DossierMatcher
from dossiers.spreadsheets.matching_interests import InterestMatcher
from dossiers.spreadsheets.progress import Progress
from dossiers.spreadsheets.reader import Choice, Refused, Row, Table, open_table
from dossiers.spreadsheets.resources import RESOURCES, RecordResource
from dossiers.spreadsheets.sql import compact_json, insert_many, moment

BATCH = 5_000
JUDGED_BY_CONTENT = frozenset({None, "external_id", "reference", "notes"})
ROW_COLUMNS = (
    "run_id",
    "line",
    "action",
    "given",
    "changes",
    "errors",
    "bad",
    "similar",
    "target_id",
    "target_changed_at",
    "supply_id",
    "employer_id",
)


class ImportRefused(Exception):
    """A list that can't be imported as it is; carries one sentence."""

    def __init__(self, reason: str | Promise) -> None:
        self.reason = str(reason)
        super().__init__(self.reason)


NOTHING_KNOWN = gettext_lazy(
    "No column of this list is recognised. Put a row with the names of the columns above the list and try again."
)
NO_ROWS = gettext_lazy("There is no row below the header. Ask the sender for a list with people in it.")


def resource_for(run: ImportRun) -> RecordResource:
    return RESOURCES[run.record]()


def matcher_for(run: ImportRun, resource: RecordResource) -> Matcher:
    return DossierMatcher(run, resource) if run.record == RecordKind.DOSSIERS else InterestMatcher(run, resource)


def stage(run: ImportRun, path: Path, choice: Choice | None = None) -> None:
    """Read the file into the run's rows; the run is previewed or refused afterwards, and saved."""
    try:
        staging = Staging(run, path, choice or Choice())
        staging.read()
        if staging.settle():  # a column showed, further down, that it is to be read another way
            run.rows.all().delete()
            staging.read()
        doubles.refuse_doubles(run)
        doubles.add_absent(run)
    except (Refused, ImportRefused) as refusal:
        run.refuse(str(refusal))
        return
    finally:
        Progress(run.pk).forget()
    run.state = ImportRun.State.PREVIEWED
    run.forget_upload()
    run.save()


def _format(table: Table) -> dict[str, Any]:
    return {name: value for name, value in asdict(table.format).items() if value is not None and name != "sheets"}


def _drop_by_content(columns: list[Column], rows: list[Row]) -> None:
    """Numbers that pass the eleven-test are people's own: a column full of them is dropped, whatever it is called."""
    for column in columns:
        if column.dropped == PRIVACY or column.field not in JUDGED_BY_CONTENT:
            continue
        if privacy.forbidden_column(cells[column.index] for _line, cells in rows):
            column.field, column.dropped = None, PRIVACY


class Staging:
    """Reads one file into the rows of one run."""

    def __init__(self, run: ImportRun, path: Path, choice: Choice) -> None:
        self.run, self.path, self.choice = run, path, choice
        self.resource = resource_for(run)
        self.headers = Headers(self.resource)
        self.progress = Progress(run.pk)
        self.cells: CellReader | None = None  # how each column is read, known from the first batch on

    def read(self) -> None:
        """One pass over the file; raises Refused or ImportRefused."""
        with open_table(self.path, self.choice, known=self.headers.known) as table:
            batches = table.batches(BATCH)
            first = next(batches, [])
            if self.cells is None:
                self.cells = self._meet(table, first)
            judge = Judge(matcher_for(self.run, self.resource), self.run)
            done = 0
            for rows in chain([first], batches):
                drafts = [draft for draft in self.cells.drafts(rows) if draft.given or draft.errors]
                judge.judge(drafts)
                with transaction.atomic():
                    insert_rows(self.run, drafts)
                done += len(rows)
                self.progress.report(done)
            refuse_shifted(self.run, table.cut_lines)
            self.run.warnings = [str(warning) for warning in table.warnings] + self._date_warnings(self.cells)

    def settle(self) -> bool:
        """True when the file, read to its end, shows that a column has to be read another way."""
        if self.cells is None or not self.cells.settle():
            return False
        self.cells.refresh()
        return True

    def _meet(self, table: Table, first: list[Row]) -> CellReader:
        """Decide which column is which field, and from the first batch how its cells are read."""
        decided, words = (self.run.profile.columns, self.run.profile.values) if self.run.profile else ({}, {})
        columns = self._suggest(table.header, decided)
        if not any(column.field for column in columns):
            raise ImportRefused(NOTHING_KNOWN)
        if not first:
            raise ImportRefused(NO_ROWS)
        _drop_by_content(columns, first)
        self.run.format = _format(table)
        self.run.columns = [column.as_json() for column in columns]
        places = {column.field: column.index for column in columns if column.field}
        cells = CellReader(self.resource.sheet_fields(), places, words, escaped=table.format.kind == "csv")
        list(cells.drafts(first))  # nearly always shows how a column is read: then one pass is enough
        if cells.settle():
            cells.refresh()
        return cells

    def _suggest(self, header: list[str], decided: dict[str, str | None]) -> list[Column]:
        try:
            return suggest(header, self.headers, decided)
        except TwoColumnsForOneField as two:
            raise ImportRefused(
                _("Two columns of this list mean the same: %(headers)s. Give one of them another name.")
                % {"headers": ", ".join(f"“{header}”" for header in two.headers)}
            ) from None

    def _date_warnings(self, cells: CellReader) -> list[str]:
        message = _("%(column)s: the list does not show whether day or month comes first; read as day-month.")
        fields = self.resource.sheet_fields()
        return [message % {"column": fields[name].column_name} for name in cells.ambiguous_dates()]


def refuse_shifted(run: ImportRun, lines: list[int]) -> None:
    """Something stands beyond the last header: an unquoted delimiter, most often, so any cell may be another's."""
    for row in run.rows.filter(line__in=lines):
        place = next(iter(row.errors or row.given), "notes")
        row.errors.setdefault(place, []).append(
            _("Something stands beyond the last column of this line, so cells may be shifted. Correct it in the list.")
        )
        row.action = Action.ERROR
        row.save(update_fields=["errors", "action"])


def insert_rows(run: ImportRun, drafts: list[Draft]) -> None:
    insert_many(ImportRow, ROW_COLUMNS, (_row(run.pk, draft) for draft in drafts))


def _row(run_id: int, draft: Draft) -> tuple[Any, ...]:
    return (
        run_id,
        draft.line,
        str(draft.action),
        compact_json(draft.given),
        compact_json(draft.changes) if draft.changes else "{}",
        compact_json(draft.errors) if draft.errors else "{}",
        compact_json(draft.bad) if draft.bad else "{}",
        compact_json(draft.similar) if draft.similar else "[]",
        draft.target_id,
        moment(draft.target_changed_at) if draft.target_changed_at else None,
        draft.supply_id,
        draft.employer_id,
    )
