"""Undoes an applied import: deletes what it created and restores what it changed, but leaves later changes.

It is one transaction, with a few SQL statements for each batch of rows, as in `imports.writer`. The history of a record
shows both the import and its undo.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, cast

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dossiers import change_sets
from dossiers.models import (
    Action,
    Dossier,
    Employer,
    EmployerInterest,
    ImportRow,
    ImportRun,
    Merge,
    RecordKind,
    Supply,
)
from dossiers.models.change_set import NotUndone
from dossiers.models.deletion import restore_lost_supplies
from dossiers.models.imports.import_row import LEFT, RECORD_ACTIONS, SUPPLY
from dossiers.progress import Progress
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.absent import CHANGED_FIELDS
from dossiers.spreadsheets.imports.apply import BATCH, split_into_batches
from dossiers.spreadsheets.imports.interest_writer import InterestBatchWriter
from dossiers.spreadsheets.imports.profiles import forget_answers
from dossiers.spreadsheets.imports.single_row import add_identity, find_open_changes
from dossiers.spreadsheets.imports.writer import ROWS, DossierBatchWriter, RowRange, changes_number, was_supplied
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.sql import quote
from dossiers.spreadsheets.undo.plan import EMPLOYER, Plan, record_resource
from dossiers.spreadsheets.undo.planner import plan_undo
from dossiers.spreadsheets.undo.reasons import RENEWED
from dossiers.spreadsheets.undo.restore import OLD, Restorer, changes_any, is_not_left, rows_table

UNDONE_ACTIONS = (*RECORD_ACTIONS, Action.ABSENT)
RESTORED_ACTIONS = (Action.CHANGED, Action.UNCHANGED, Action.ABSENT)  # unchanged: changes of undone imports


def undo(run: ImportRun) -> None:
    """Undo a claimed run; a second call does nothing. If everything would be left, the run says why in `reason`."""

    def restore(progress: Progress) -> None:
        _lock_records(run)
        plan = plan_undo(run)
        if plan.leaves_everything:
            raise NotUndone(plan.describe_with_advice())
        at, done = cast(datetime, run.undone_at), 0
        parts = split_into_batches(run, *UNDONE_ACTIONS)
        total = sum(count for _first, _last, count in parts)
        ranges = [RowRange(run, first, last, at, run.undone_by_id) for first, last, _count in parts]
        batches = _carry_out(plan, ranges, plan.find_lost_supplies())
        for (_first, _last, count), _batch in zip(parts, batches, strict=True):
            done += count
            progress.report(done, total)
        forget_answers(run)
        if run.continues_id:  # what lies with the partner goes on where this one began
            with_partner = (ImportRun.State.RETURNED, ImportRun.State.SENT)
            run.continued_by.filter(state__in=with_partner).update(continues=run.continues_id)

    change_sets.undo(run, restore)


def undo_again(
    run: ImportRun, keys: Collection[int], at: datetime, user_id: int | None
) -> tuple[Plan, list[ImportRow]]:
    """Carry out the undo of an undone run once more for the dossiers with these keys; return its plan and their rows.

    What the undo restored then stays as it is now.
    """
    rows = list(run.rows.filter(target_id__in=keys, action__in=UNDONE_ACTIONS).order_by("pk"))
    former_reasons = {row.pk: row.kept or {} for row in rows}
    plan = plan_undo(run).limit_to(former_reasons)
    ImportRow.objects.filter(pk__in=former_reasons).update(kept=None)
    ranges = [RowRange(run, pk, pk, at, user_id) for pk in former_reasons]
    for _batch in _carry_out(plan, ranges, plan.find_lost_supplies().filter(dossier__in=keys)):
        pass
    for row in map(plan.set_replaced_changes, rows):
        former, reasons = former_reasons[row.pk], plan.reasons.get(row.pk, {})
        row.kept = {name: codes for name, codes in reasons.items() if name in former or LEFT in former} or None
    ImportRow.objects.bulk_update(rows, ["kept"])
    return plan, rows


def _carry_out(plan: Plan, ranges: list[RowRange], lost_supplies: QuerySet[Supply]) -> Iterator[RowRange]:
    """Delete and restore what the plan says, and yield each range of rows after it is done."""
    run, json_cast = plan.run, "::jsonb" if sql.postgres() else ""
    with connection.cursor() as cursor:
        # By hand, since `bulk_update()` needs instances and builds a CASE of all rows, which is slow for thousands. It
        # saves the reasons why something is left.
        cursor.executemany(
            f"UPDATE {ROWS} SET kept = %s{json_cast} WHERE id = %s",
            [(json.dumps(reasons), pk) for pk, reasons in plan.reasons.items()],
        )
    # The SQL below and the page of the undo read the values to restore in the changes of the rows.
    changed = run.rows.filter(pk__in_batch=list(plan.replaced_changes)).only("run", "action", "changes")
    ImportRow.objects.bulk_update(map(plan.set_replaced_changes, changed), ["changes"], BATCH)
    changes = find_open_changes(lost_supplies)
    # So do they with the supplies from before undone imports; one that only such imports added counts as added.
    rows = list(run.rows.filter(pk__in_batch=list(plan.former_supplies)).only("run", "supply_id", "supply_before"))
    added = [row.supply_id for row in rows if plan.former_supplies[row.pk] is None]
    Supply.objects.filter(pk__in_batch=added).update(first_seen=run.applied_at)
    for row in rows:
        row.supply_before = plan.former_supplies[row.pk]
        row.supply_id = None if row.supply_before is None else row.supply_id
    ImportRow.objects.bulk_update(rows, ["supply_before", "supply_id"], BATCH)
    resource = record_resource(run)
    undoer = (DossierUndo if run.record == RecordKind.DOSSIERS else InterestUndo)(resource, run, plan)
    for batch in ranges:
        undoer.undo(batch)
        yield batch
    if ranges and isinstance(undoer, InterestUndo):
        first, last = ranges[0], ranges[-1]
        undoer.undo_employers(RowRange(run, first.first, last.last, first.at, first.user_id))
    else:
        restore_lost_supplies()
    for change, supply in changes:
        add_identity(change, supply)


def _lock_records(run: ImportRun) -> None:
    """Lock the records of a run, so that nobody changes them or adds related records; SQLite has one writer anyway."""
    if not sql.postgres():
        return
    for model, target in ((record_resource(run)._meta.model, "target_id"), (Employer, "employer_id")):
        targets = f"SELECT r.{target} FROM {ROWS} r WHERE r.run_id = %s"
        # By hand, since `select_for_update()` would load the records. They are locked in the order of their keys, so
        # that two transactions can't wait for each other.
        sql.execute(
            f"SELECT id FROM {quote(model._meta.db_table)} WHERE id IN ({targets}) ORDER BY id FOR UPDATE", [run.pk]
        )


def _history_reason() -> dict[str, str]:
    return {"history_change_reason": sql.literal(_("Import undone"))}


def _deleted_rows(rows: RowRange, plan: Plan) -> str:
    """Return an SQL condition on the staged rows whose records are deleted: new ones and those of undone imports."""
    of_undone_imports = _is_one_of(pk for pk in plan.creators if rows.first <= pk <= rows.last)
    return f"(({rows.where(Action.NEW)} AND {is_not_left(LEFT)}) OR {of_undone_imports})"


def _is_one_of(keys: Iterable[int]) -> str:
    """Return an SQL condition: the staged row `r` has one of these keys, which are numbers of ours."""
    numbers = ", ".join(map(str, keys))
    return f"r.id IN ({numbers})" if numbers else "false"


def _changed_fields(restorer: Restorer, run: ImportRun) -> list[str]:
    """Return the fields that a row of this run can have changed."""
    possible = {*run.fields, *CHANGED_FIELDS}
    return [name for name in restorer.fields if name in possible]


class DossierUndo(DossierBatchWriter):
    """Restores dossiers with their sectors and supplies."""

    def __init__(self, resource: RecordResource, run: ImportRun, plan: Plan) -> None:
        super().__init__(resource)
        self.plan = plan
        self.dossiers: Restorer = Restorer(Dossier, resource, "target_id")
        self.names = _changed_fields(self.dossiers, run)

    def undo(self, rows: RowRange) -> None:
        expressions = {**_history_reason(), "sector_names": f"coalesce({self._sector_names()}, '')"}
        # These dossiers are deleted after their sectors and supplies; their undone merges stay. By hand, in batches:
        # the ORM would load each record to look for relations, which the plan did already.
        deleted = _deleted_rows(rows, self.plan)
        self.dossiers.insert_deletion(rows, deleted, expressions)
        tables = (self.through, "dossier_id"), (quote(Supply._meta.db_table), "dossier_id")
        going = f"(SELECT r.target_id FROM {ROWS} r WHERE {deleted})"
        for table, column in tables:
            sql.execute(f"DELETE FROM {table} WHERE {column} IN {going}")
        sql.execute(f"UPDATE {quote(Merge._meta.db_table)} SET kept_id = NULL WHERE kept_id IN {going}")
        self.dossiers.delete_records(deleted)
        changed = f"{rows.where(*RESTORED_ACTIONS)} AND {changes_any(*self.names)}"
        self.dossiers.write_values(rows, OLD, self.names, changed)
        is_there = f"{is_not_left(LEFT)} AND NOT {deleted}"  # a dossier that was deleted gets no sectors
        self._replace_sectors(f"{rows.where(*RESTORED_ACTIONS)} AND {changes_any('sectors')} AND {is_there}", OLD)
        self._record_undo(rows, changed, expressions)
        self._restore_supplies(rows)

    def _record_undo(self, rows: RowRange, changed: str, expressions: dict[str, str]) -> None:
        """Insert the history and log entries of the dossiers of which a value or a supply is restored.

        `changed` is an SQL condition on the rows of which a value is restored. The reason in the history tells what
        becomes of the supply.
        """
        own, runs = quote(Supply._meta.db_table), quote(ImportRun._meta.db_table)
        loses_supply = (
            f"{rows.where(Action.NEW, Action.CHANGED, Action.UNCHANGED)} AND r.supply_id IS NULL AND EXISTS"
            f" (SELECT 1 FROM {own} s JOIN {runs} i ON i.id = r.run_id WHERE s.dossier_id = r.target_id AND"
            " s.organisation_id = i.organisation_id AND s.first_seen = i.applied_at AND s.last_seen = i.applied_at)"
        )
        written = rows.where(Action.CHANGED, Action.UNCHANGED)
        number_returns = (
            f"{written} AND {changes_number()} AND {is_not_left(SUPPLY)} AND EXISTS (SELECT 1 FROM {own} s"
            f" JOIN {runs} i ON i.id = r.run_id WHERE s.id = r.supply_id AND s.last_seen = i.applied_at)"
        )
        reason = (
            f"CASE WHEN {loses_supply} AND NOT {was_supplied(rows.run)}"
            f" THEN {sql.literal(_('Import undone: the supply is deleted'))}"
            f" WHEN ({loses_supply}) OR ({number_returns})"
            f" THEN {sql.literal(_('Import undone: the former number is back'))}"
            f" ELSE {sql.literal(_('Import undone'))} END"
        )
        edited = rows_table(f"(({changed}) OR ({loses_supply}) OR ({number_returns}))")
        self.dossiers.insert_history(rows, "~", edited, expressions | {"history_change_reason": reason})
        self.dossiers.insert_log_entries(rows, "wagtail.edit", edited)

    def _restore_supplies(self, rows: RowRange) -> None:
        """Restore the supplies that the run updated and delete those that it added, unless they were updated since."""
        table, run, at = quote(Supply._meta.db_table), rows.run, sql.moment(rows.run.applied_at)
        field: Any = Supply._meta.get_field
        empty = "'{}'::jsonb" if sql.postgres() else "'{}'"
        supplies = rows.where(Action.CHANGED, Action.UNCHANGED)
        # UPDATE ... FROM by hand, since the ORM has none: each supply takes back the values in `supply_before`.
        parts = f"coalesce({sql.node('r.supply_before', ('parts',))}, {empty})"  # an older import stored none
        sql.execute(
            f'UPDATE {table} AS d SET "values" = {sql.node("r.supply_before", ("values",))}, parts = {parts},'
            f" external_id = {sql.scalar('r.supply_before', ('external_id',), field('external_id'))},"
            f" last_seen = {sql.scalar('r.supply_before', ('last_seen',), field('last_seen'))} FROM {ROWS} AS r"
            f" WHERE d.id = r.supply_id AND {supplies} AND r.supply_before IS NOT NULL AND {is_not_left(SUPPLY)}"
            " AND d.last_seen = %s",
            [at],
        )
        # By hand, like the statements around it. An added supply that was not updated since has the moment of the run
        # as both `first_seen` and `last_seen`. The new dossiers that are left here lose theirs too, so that no dossier
        # counts as supplied by this import alone.
        supplies = rows.where(Action.NEW, Action.CHANGED, Action.UNCHANGED)
        sql.execute(
            f"DELETE FROM {table} WHERE organisation_id = %s AND first_seen = %s AND last_seen = %s AND dossier_id IN"
            f" (SELECT r.target_id FROM {ROWS} r WHERE {supplies} AND r.supply_id IS NULL)",
            [run.organisation_id, at, at],
        )
        self._restore_renewed_supplies(rows)

    def _restore_renewed_supplies(self, rows: RowRange) -> None:
        """Restore in the supplies that later lists updated what the dossiers lose and none of these lists gave."""
        pks = [
            pk
            for pk, reasons in self.plan.reasons.items()
            if RENEWED in reasons.get(SUPPLY, ()) and LEFT not in reasons
        ]
        renewed = rows.run.rows.filter(pk__in_batch=pks, pk__range=(rows.first, rows.last)).exclude(action=Action.NEW)
        own = Supply.objects.filter(organisation=rows.run.organisation_id)
        updated = own.in_bulk([row.supply_id for row in renewed if row.supply_id])
        targets = [row.target_id for row in renewed if not row.supply_id]
        applied_at: Any = rows.run.applied_at
        added = own.filter(dossier__in_batch=targets, first_seen=applied_at)
        added_by_dossier = {supply.dossier_id: supply for supply in added}
        pairs = [
            (row, supply)
            for row in renewed
            if (supply := updated.get(row.supply_id) if row.supply_id else added_by_dossier.get(row.target_id))
        ]
        later = ImportRow.objects.filter(run__state=ImportRun.State.APPLIED, run__applied_at__gt=applied_at)
        later = later.filter(action__in=RECORD_ACTIONS, supply_id__in_batch=[supply.pk for _row, supply in pairs])
        given_later: dict[int, set[str]] = defaultdict(set)
        for key, values in later.values_list("supply_id", "given"):
            given_later[key or 0] |= values.keys()
        for row, supply in pairs:
            before, supplied = row.supply_before or {}, rows.run.get_supplied_values(row.line, row.given)
            lost = (row.changes.keys() & supplied.keys()) - self.plan.reasons[row.pk].keys() - given_later[supply.pk]
            for name in lost:
                if supply.values.get(name) == supplied[name]:
                    for place, values in (("values", supply.values), ("parts", supply.parts)):
                        values.pop(name, None)
                        if name in before.get(place, {}):
                            values[name] = before[place][name]
        Supply.objects.bulk_update([supply for _row, supply in pairs], ["values", "parts"], BATCH)


class InterestUndo(InterestBatchWriter):
    """Restores employer interests and, after all interests, the employers that their rows created or changed."""

    def __init__(self, resource: RecordResource, run: ImportRun, plan: Plan) -> None:
        super().__init__(resource)
        self.plan = plan
        self.employers: Restorer = Restorer(Employer, resource, "employer_id")
        self.interests: Restorer = Restorer(EmployerInterest, resource, "target_id")
        self.names = _changed_fields(self.interests, run)

    def undo(self, rows: RowRange) -> None:
        deleted = _deleted_rows(rows, self.plan)
        self.interests.insert_deletion(rows, deleted, _history_reason())
        self.interests.delete_records(deleted)
        changed = f"{rows.where(*RESTORED_ACTIONS)} AND {changes_any(*self.names)}"
        self.interests.write_values(rows, OLD, self.names, changed)
        self.interests.insert_history(rows, "~", rows_table(changed), _history_reason())
        self.interests.insert_log_entries(rows, "wagtail.edit", rows_table(changed))
        Employer.objects.leave_archive(rows.user_id)

    def undo_employers(self, rows: RowRange) -> None:
        """Restore and delete employers; if several rows changed a field of an employer, the first has the old value.

        An employer that the run created is deleted or left, never restored. One that an undone run created and nothing
        but this run held is deleted too.
        """
        own = f"r.employer_id IN (SELECT h.id FROM {self._created_employers(rows)})"
        of_undone_imports = _is_one_of(self.plan.employer_rows)
        others = _is_one_of([*self.plan.employer_rows, *self.plan.unchanged_employers])
        deleted_or_unchanged = f"r.employer_id IN (SELECT r.employer_id FROM {ROWS} r WHERE {others})"
        changed = f"{rows.where(*RECORD_ACTIONS)} AND NOT {own} AND NOT {deleted_or_unchanged}"
        names = _changed_fields(self.employers, rows.run)
        for name in names:
            self.employers.write_values(
                rows, OLD, [name], self._first_row_per_employer(f"{changed} AND {changes_any(name)}")
            )
        touched = self._first_row_per_employer(f"{changed} AND {changes_any(*names)}")
        self.employers.insert_history(rows, "~", rows_table(touched), _history_reason())
        self.employers.insert_log_entries(rows, "wagtail.edit", rows_table(touched))
        deleted = (
            f"r.id IN (SELECT r.id FROM {ROWS} r JOIN {self._created_employers(rows)} ON h.id = r.employer_id"
            f" AND h.import_line = r.line WHERE {rows.where(Action.NEW)} AND {is_not_left(EMPLOYER)})"
            f" OR {of_undone_imports}"
        )
        self.employers.insert_deletion(rows, deleted, _history_reason())
        self.employers.delete_records(deleted)

    @staticmethod
    def _first_row_per_employer(condition: str) -> str:
        """Return an SQL condition for the first row of each employer among the rows that meet a condition."""
        return f"r.id IN (SELECT min(r.id) FROM {ROWS} r WHERE {condition} GROUP BY r.employer_id)"

    @staticmethod
    def _created_employers(rows: RowRange) -> str:
        """Return an SQL table expression `h` of the history records of the employers that the run created."""
        table = quote(Employer.history.model._meta.db_table)
        return f"(SELECT * FROM {table} x WHERE x.import_run_id = {rows.run.pk} AND x.history_type = '+') AS h"
