"""Takes an applied import back: what it made goes, what it changed comes back, what people did since stays.

One transaction; many rows by few statements, as `bulk` wrote them. History tells the import and its undo.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.models import (
    Action,
    Dossier,
    Employer,
    EmployerInterest,
    ImportRow,
    ImportRun,
    RecordKind,
    Sector,
    Supply,
)
from dossiers.models.imports.import_run import UNDO_WITHIN
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.absent import ACTED_FIELDS
from dossiers.spreadsheets.imports.apply import BATCH, WRITABLE, stretches, wait_for_turn
from dossiers.spreadsheets.imports.interest_writer import InterestBulk
from dossiers.spreadsheets.imports.writer import ROWS, DossierBulk, RowRange
from dossiers.spreadsheets.progress import Progress
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.sql import quote
from dossiers.spreadsheets.undo import plan as undo_plan
from dossiers.spreadsheets.undo.plan import EMPLOYER, SUPPLY, Plan, Why, record_resource
from dossiers.spreadsheets.undo.restore import LEFT, OLD, Restorer, changes, lacks, rows_where

UNDONE_ACTIONS = (*WRITABLE, Action.ABSENT)


class NotUndone(Exception):
    """Nothing was undone; carries one sentence that says why."""


def refusal(run: ImportRun) -> str:
    """Why this run can't be undone, as one sentence; empty when it can."""
    state, until = ImportRun.State(run.state), run.undo_until
    if state == ImportRun.State.UNDONE:
        day = timezone.localtime(run.undone_at)
        return _("This import was undone already, on %(day)s.") % {"day": f"{day:%d-%m-%Y}"}
    if state == ImportRun.State.UNDOING:
        return _("This import is being undone already.")
    if state != ImportRun.State.APPLIED or until is None:
        return _("Nothing of this list was imported, so there is nothing to undo.")
    if until < timezone.now():
        return _("This list was imported more than %(days)d days ago and can't be undone any more.") % {
            "days": UNDO_WITHIN // timedelta(days=1)
        }
    if not run.rows.exists():
        return _("The lines of this list were destroyed, so it can't be undone any more.")
    return ""


def begin(run: ImportRun) -> None:
    """Claim an applied run; raises NotUndone when it isn't (any more) to be undone."""
    if reason := refusal(run):
        raise NotUndone(reason)
    if not ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.APPLIED).update(
        state=ImportRun.State.UNDOING, reason=""
    ):
        raise NotUndone(_("Somebody else undid this import meanwhile, or is doing so now. Open it again to see."))
    run.refresh_from_db()


def undo(run: ImportRun, user: User | None) -> None:
    """Take a claimed run back. Safe to call twice."""
    try:
        with transaction.atomic():
            wait_for_turn()
            at = timezone.now()
            if not ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.UNDOING).update(
                state=ImportRun.State.UNDONE, undone_at=at, undone_by=user
            ):
                return
            _hold_records(run)
            plan = undo_plan.plan(run)
            _write_down(plan.kept.items())
            _write_statuses(plan)
            _take_back(RowRange(run, 0, 0, at, user.pk if user else None))
    finally:
        Progress(run.pk).forget()
    run.refresh_from_db()


def _hold_records(run: ImportRun) -> None:
    """Nobody changes these or attaches something to them meanwhile; SQLite has one writer anyway."""
    if not sql.postgres():
        return
    for model, target in ((record_resource(run)._meta.model, "target_id"), (Employer, "employer_id")):
        targets = f"SELECT r.{target} FROM {ROWS} r WHERE r.run_id = %s"
        sql.execute(
            f"SELECT id FROM {quote(model._meta.db_table)} WHERE id IN ({targets}) ORDER BY id FOR UPDATE", [run.pk]
        )


def _write_down(reasons: Iterable[tuple[int, Why]]) -> None:
    cast = "::jsonb" if sql.postgres() else ""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {ROWS} SET kept = %s{cast} WHERE id = %s", [(json.dumps(why), pk) for pk, why in reasons]
        )


def _write_statuses(plan: Plan) -> None:
    """Into the rows, so that what is put back, and what its page tells later, is what comes back."""
    rows = plan.run.rows.filter(pk__in_batch=list(plan.statuses)).only("run", "action", "changes")
    ImportRow.objects.bulk_update(map(plan.tell, rows), ["changes"], BATCH)


def _take_back(whole: RowRange) -> None:
    run, progress, done = whole.run, Progress(whole.run.pk), 0
    resource = record_resource(run)
    undoer = DossierUndo(resource, run) if run.record == RecordKind.DOSSIERS else InterestUndo(resource, run)
    parts = stretches(run, *UNDONE_ACTIONS)
    total = sum(count for _first, _last, count in parts)
    for first, last, count in parts:
        undoer.undo(RowRange(run, first, last, whole.at, whole.user_id))
        done += count
        progress.report(done, total)
    if parts and isinstance(undoer, InterestUndo):
        undoer.undo_employers(RowRange(run, parts[0][0], parts[-1][1], whole.at, whole.user_id))


def _why() -> dict[str, str]:
    """The reason in history; our own words, as a text of SQL in a statement with parameters."""
    text = _("Import undone").replace("'", "''").replace("%", "%%")
    return {"history_change_reason": f"'{text}'"}


def _gone(rows: RowRange) -> str:
    return f"{rows.where(Action.NEW)} AND {lacks(LEFT)}"


def _names(restorer: Restorer, run: ImportRun) -> list[str]:
    """Fields that a row of this run can have changed."""
    possible = {*run.fields, *ACTED_FIELDS}
    return [name for name in restorer.fields if name in possible]


class DossierUndo(DossierBulk):
    """Dossiers with their sectors and supplies, as they were."""

    def __init__(self, resource: RecordResource, run: ImportRun) -> None:
        super().__init__(resource)
        self.dossiers: Restorer = Restorer(Dossier, resource, "target_id")
        self.names = _names(self.dossiers, run)

    def undo(self, rows: RowRange) -> None:
        expressions = {**_why(), "sector_names": f"coalesce({self._sector_names()}, '')"}
        self._remove(rows, expressions)
        changed = f"{rows.where(Action.CHANGED, Action.ABSENT)} AND {changes(*self.names)}"
        self.dossiers.put(rows, OLD, self.names, changed)
        self._old_sectors(rows)
        self.dossiers.history(rows, "~", rows_where(changed), expressions)
        self.dossiers.log(rows, "wagtail.edit", rows_where(changed))
        self._old_supplies(rows)

    def _remove(self, rows: RowRange, expressions: dict[str, str]) -> None:
        targets = f"SELECT r.target_id FROM {ROWS} r WHERE {_gone(rows)}"
        self.dossiers.tell_removal(rows, _gone(rows), expressions)
        for table in (self.through, quote(Supply._meta.db_table)):
            sql.execute(f"DELETE FROM {table} WHERE dossier_id IN ({targets})")
        self.dossiers.remove(_gone(rows))

    def _old_sectors(self, rows: RowRange) -> None:
        """Into `sectors`, whose rows hang on dossiers that are still there."""
        changed = f"{rows.where(Action.CHANGED)} AND {changes('sectors')} AND {lacks(LEFT)}"
        sql.execute(
            f"DELETE FROM {self.through} WHERE dossier_id IN (SELECT r.target_id FROM {ROWS} r WHERE {changed})"
        )
        sql.execute(
            f"INSERT INTO {self.through} (dossier_id, sector_id) SELECT r.target_id, s.id FROM {ROWS} r,"
            f" {sql.each('r.changes', ('sectors', OLD))} JOIN {quote(Sector._meta.db_table)} s ON s.name = e.value"
            f" WHERE {changed}"
        )

    def _old_supplies(self, rows: RowRange) -> None:
        """Renewed ones as they were; those that the run added go, unless they were renewed since."""
        table, run = quote(Supply._meta.db_table), rows.run
        field: Any = Supply._meta.get_field
        supplies = rows.where(Action.CHANGED, Action.UNCHANGED)
        sql.execute(
            f'UPDATE {table} AS d SET "values" = {sql.node("r.supply_before", ("values",))},'
            f" external_id = {sql.scalar('r.supply_before', ('external_id',), field('external_id'))},"
            f" last_seen = {sql.scalar('r.supply_before', ('last_seen',), field('last_seen'))} FROM {ROWS} AS r"
            f" WHERE d.id = r.supply_id AND {supplies} AND r.supply_before IS NOT NULL AND {lacks(SUPPLY)}"
        )
        at = sql.moment(run.applied_at)
        sql.execute(
            f"DELETE FROM {table} WHERE organisation_id = %s AND first_seen = %s AND last_seen = %s AND dossier_id IN"
            f" (SELECT r.target_id FROM {ROWS} r WHERE {supplies} AND r.supply_id IS NULL)",
            [run.organisation_id, at, at],
        )


class InterestUndo(InterestBulk):
    """Employer interests, and at last the employers that their rows made or changed."""

    def __init__(self, resource: RecordResource, run: ImportRun) -> None:
        super().__init__(resource)
        self.employers: Restorer = Restorer(Employer, resource, "employer_id")
        self.interests: Restorer = Restorer(EmployerInterest, resource, "target_id")
        self.names = _names(self.interests, run)

    def undo(self, rows: RowRange) -> None:
        self.interests.tell_removal(rows, _gone(rows), _why())
        self.interests.remove(_gone(rows))
        changed = f"{rows.where(Action.CHANGED)} AND {changes(*self.names)}"
        self.interests.put(rows, OLD, self.names, changed)
        self.interests.history(rows, "~", rows_where(changed), _why())
        self.interests.log(rows, "wagtail.edit", rows_where(changed))

    def undo_employers(self, rows: RowRange) -> None:
        """Several rows may have changed one employer: the first that changed a field gives the old value.

        An employer that the run made itself goes whole, or stays as it is.
        """
        own = f"r.employer_id IN (SELECT h.id FROM {self._made_by(rows)})"
        changed, names = f"{rows.where(Action.NEW, Action.CHANGED)} AND NOT {own}", _names(self.employers, rows.run)
        for name in names:
            self.employers.put(rows, OLD, [name], self._once(f"{changed} AND {changes(name)}"))
        touched = self._once(f"{changed} AND {changes(*names)}")
        self.employers.history(rows, "~", rows_where(touched), _why())
        self.employers.log(rows, "wagtail.edit", rows_where(touched))
        made = self._made(rows)
        self.employers.tell_removal(rows, made, _why())
        self.employers.remove(made)

    @staticmethod
    def _once(condition: str) -> str:
        """One row for each employer."""
        return f"r.id IN (SELECT min(r.id) FROM {ROWS} r WHERE {condition} GROUP BY r.employer_id)"

    @staticmethod
    def _made_by(rows: RowRange) -> str:
        """The first step in history of the employers that the run made, as a table `h`."""
        table = quote(Employer.history.model._meta.db_table)
        return f"(SELECT * FROM {table} x WHERE x.import_run_id = {rows.run.pk} AND x.history_type = '+') AS h"

    @classmethod
    def _made(cls, rows: RowRange) -> str:
        return (
            f"r.id IN (SELECT r.id FROM {ROWS} r JOIN {cls._made_by(rows)} ON h.id = r.employer_id"
            f" AND h.import_line = r.line WHERE {rows.where(Action.NEW)} AND {lacks(EMPLOYER)})"
        )
