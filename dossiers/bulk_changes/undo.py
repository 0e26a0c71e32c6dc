"""Undoes a bulk change, except for records that were changed since or where a rule forbids the old value.

Records go that imports created which are undone already, if the bulk change is the last that held them.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from dossiers import change_sets
from dossiers.bulk_changes.apply import lock_records
from dossiers.bulk_changes.available_fields import get_field
from dossiers.bulk_changes.bulk_save import delete_records, save_records
from dossiers.bulk_changes.preview import BATCH
from dossiers.bulk_changes.validators import find_refusals
from dossiers.models import BulkChange, BulkRow, Employer, EmployerInterest, ImportRun, Merge
from dossiers.models.change_set import NotUndone
from dossiers.models.imports.import_row import GONE
from dossiers.models.snapshots import references_exist
from dossiers.progress import Progress
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.undo.deletion_checks import DeletionChecks
from dossiers.spreadsheets.undo.earlier_changes import SHARED, EarlierChanges
from dossiers.spreadsheets.undo.earlier_imports import EarlierImports
from dossiers.spreadsheets.undo.given_values import (
    TARGET,
    ChangeSets,
    GivenValues,
    find_given_values,
    get_sheet_name,
    is_reason_emptied,
)
from dossiers.spreadsheets.undo.later_changes import LaterChanges
from dossiers.spreadsheets.undo.reasons import BACK, BULK, CREATOR_UNDONE, EDITED, IMPORTED, MERGED, REASONS, UNKNOWN
from dossiers.spreadsheets.undo.statuses import get_restored_status
from dossiers.spreadsheets.undo.typed_values import find_typed_values
from dossiers.spreadsheets.undo.undo_plan import UndoPlan


class BulkUndoPlan(UndoPlan):
    """The effect of an undo on each row; it grows while the rows are read."""

    def __init__(self, change: BulkChange) -> None:
        self.change = change
        self.rows: dict[int, BulkRow] = {}  # as the undo would store them; filled by `plan_undo` only
        self.restored = self.removed = 0
        self.removed_employers: list[Employer] = []  # of deleted interests; set after all rows
        self.left: list[BulkRow] = []
        self.current: dict[int, Any] = {}  # the present values of the records of rows that are left

    @property
    def change_set(self) -> BulkChange:
        return self.change

    def add(self, row: BulkRow, current: Any) -> None:
        if row.kept == CREATOR_UNDONE:
            self.removed += 1
        elif row.kept:
            self.left.append(row)
            self.current[row.record_id] = current
        else:
            self.restored += 1

    @cached_property
    def leaves_everything(self) -> bool:
        # If a record is as before these changes already, the change counts no more after its undo.
        return not (self.restored or self.removed) and BACK not in self.get_reasons()

    def get_effects(self) -> Any:
        return {pk: [row.kept, row.former] for pk, row in self.rows.items()}

    def get_reasons(self) -> list[str]:
        return list(dict.fromkeys(row.kept for row in self.left))

    def describe_reasons(self) -> str:
        return ", ".join(map(_describe_reason, self.get_reasons()))

    def describe_counted_reasons(self) -> str:
        """Return the reasons why records stay, with the number of records for each if there are several."""
        counts = Counter(row.kept for row in self.left if row.kept != GONE)
        if len(counts) < 2:
            return ", ".join(map(_describe_reason, counts))
        return ", ".join(f"{_describe_reason(reason)}: {number}" for reason, number in counts.items())

    def get_reasons_by_record(self) -> dict[int, set[str]]:
        return {row.record_id: {row.kept} for row in self.left}

    def find_later_change_sets(self) -> set[ImportRun | BulkChange]:
        later, name = LaterChanges(self.change, self.change.model, TARGET), get_sheet_name(self.change)
        to_names = later.later.bulk_values.to_names
        for row in self.left:
            later.add_left(row.record_id, {name: [row.kept]}, {name: to_names(name, row.new)})
        current = {key: {name: to_names(name, value)} for key, value in self.current.items()}
        return later.find_change_sets(lambda _keys, _names: current)


def _describe_reason(reason: str) -> str:
    return str(REASONS.get(reason, reason)).rstrip(".")


def undo(change: BulkChange) -> None:
    """Undo the change, and store for each row that is left the reason why. Safe to call twice.

    If everything would be left, nothing is stored but the `reason` of the change, which says why.
    """

    def restore(progress: Progress) -> None:
        planner, done = _Planner(change), 0
        total = planner.rows.count()
        for batch in _carry_out(planner, change.undone_by):
            done += len(batch)
            progress.report(done, total)
        if planner.plan.leaves_everything:
            raise NotUndone(planner.plan.describe_with_advice())
        delete_records(planner.plan.removed_employers, change.undone_by, change.undo_reason)

    change_sets.undo(change, restore)


def undo_again(change: BulkChange, keys: Collection[int], user: User | None) -> list[BulkRow]:
    """Carry out the undo of an undone change once more for what it left of these records; return their rows.

    What a later change gave too went with that one.
    """
    planner = _Planner(change)
    restored = Q(action=BulkRow.Action.CHANGES, kept="")
    planner.rows = planner.rows.filter(record_id__in=keys).exclude(restored | Q(kept__in=(CREATOR_UNDONE, *SHARED)))
    return [row for batch in _carry_out(planner, user) for row, _record in batch]


def plan_undo(change: BulkChange) -> BulkUndoPlan:
    """Return what an undo would restore and leave; nothing is saved."""
    planner = _Planner(change)
    with transaction.atomic():
        for batch in planner.iterate_batches():
            planner.plan.rows |= {row.pk: row for row, _record in batch}
    return planner.plan


def _carry_out(planner: "_Planner", user: User | None) -> Iterator[list[tuple[BulkRow, Any]]]:
    """Restore and delete what the planner says, and yield each batch of rows after it is done."""
    reason = planner.change.undo_reason
    for batch in planner.iterate_batches():
        restored = [(record, row.restored_value) for row, record in batch if not row.kept]
        save_records(planner.field, restored, user, reason)
        delete_records([record for row, record in batch if row.kept == CREATOR_UNDONE], user, reason)
        BulkRow.objects.bulk_update([row for row, _record in batch], ["former", "kept"])
        yield batch


class _Planner:
    """Determines what an undo of a bulk change restores in its rows, and why it leaves the others."""

    def __init__(self, change: BulkChange) -> None:
        self.change, self.field, self.name = change, get_field(change), get_sheet_name(change)
        self.plan = BulkUndoPlan(change)
        self.earlier_changes = EarlierChanges(change, change.model)
        self.earlier_imports = EarlierImports(change, change.model)
        self.checks = DeletionChecks(change, change.model)
        self.later = ChangeSets(change.model, state="applied", applied_at__gt=change.applied_at)
        self.values = self.later.bulk_values
        actions = [BulkRow.Action.CHANGES, *([BulkRow.Action.SAME] if self.earlier_changes.exist else [])]
        self.rows = change.rows.filter(action__in=actions)

    def iterate_batches(self) -> Iterator[list[tuple[BulkRow, Any]]]:
        """Return the rows with their records: those that changed, and those that inherit a value of an undone change.

        Each row gets the value to restore if it is not the old one, and the reason if its record is left or deleted.
        """
        employers_by_interest: dict[int, int | None] = {}  # of the interests that are deleted
        for rows in batched(self.rows.iterator(BATCH), BATCH):
            judged = list(self._judge_values(rows))
            held = (EDITED, IMPORTED, BULK, GONE, MERGED)  # reasons by which a later change has the record too
            going = self._find_records_to_delete({row.record_id for row, _record in judged if row.kept not in held})
            for row, record in judged:
                if row.record_id in going:
                    row.kept = CREATOR_UNDONE
                    if isinstance(record, EmployerInterest):
                        employers_by_interest[record.pk] = record.employer_id
                self.plan.add(row, self.field.get_value(record) if record is not None else None)
            restored = [(record, row.new, row.restored_value) for row, record in judged if not row.kept]
            self.field.restore_related(restored, self.earlier_changes)
            yield judged
        self.plan.removed_employers = self._find_lone_employers(employers_by_interest)

    def _find_records_to_delete(self, keys: Collection[int]) -> set[int]:
        """Return the records that undone imports created and that nothing but this change holds."""
        creators = self.earlier_imports.find_creators(self.change.model, TARGET, keys)
        if not creators:
            return set()
        others = BulkChange.objects.filter(kind=self.change.kind, applied_at__isnull=False, undone_at=None)
        changed = BulkRow.objects.filter(change__in=others.exclude(pk=self.change.pk), action=BulkRow.Action.CHANGES)
        holding = changed.filter(record_id__in_batch=list(creators)).values_list("record_id", flat=True)
        return {*creators} - {*holding} - self.checks.find_reasons(self.change.model, creators).keys()

    def _find_lone_employers(self, by_interest: dict[int, int | None]) -> list[Employer]:
        """Return the employers of these deleted interests that undone imports created and that nothing else holds."""
        if not by_interest:
            return []
        self.checks.deleted[EmployerInterest] = Q(pk__in_batch=list(by_interest))
        keys = [*set(by_interest.values())]
        created = Employer.history.filter(id__in_batch=keys, import_run__in=self.earlier_imports.undone)
        going = {*created.filter(history_type="+").values_list("id", flat=True)}
        going -= self.checks.find_reasons(Employer, going).keys() if going else set()
        return list(Employer.objects.filter(pk__in_batch=list(going)).order_by("company_name"))

    def _judge_values(self, rows: list[BulkRow]) -> Iterator[tuple[BulkRow, Any]]:
        keys = {row.record_id for row in rows}
        inherited = self.earlier_changes.find_inherited_values(TARGET, keys)
        rows = [row for row in rows if row.action == BulkRow.Action.CHANGES or (row.record_id, self.name) in inherited]
        records = lock_records(self.change, rows)
        merged = Merge.objects.find_merged(self.change.model, keys - records.keys())
        given_values = find_given_values(self.later, TARGET, keys)
        typed: set[int] = set()  # the records in which somebody typed the value since
        if self.name in self.values.fields:  # an action has no history that tells it
            applied_at: Any = self.change.applied_at
            typed = {key for key, _name in find_typed_values(self.change.model, keys, [self.name], applied_at)}
        former_values = self.earlier_changes.find_former_values(
            TARGET, {(row.record_id, self.name): self.values.to_names(self.name, row.old) for row in rows}
        )
        restored_status = get_restored_status(self.change.model, keys, cast(datetime, self.change.applied_at))
        for row in rows:
            record, changed = records.get(row.record_id), (row.record_id, self.name)
            is_edited = record is not None and (self.field.get_value(record) != row.new or row.record_id in typed)
            if row.action == BulkRow.Action.SAME and (changed not in former_values or record is None or is_edited):
                continue
            if changed in former_values:
                try:
                    row.former = [self.values.to_keys(self.name, former_values[changed])]
                except KeyError:  # the value is of a record that is gone
                    row.former = []
            if self.name == "status" and row.former != []:
                status = restored_status(row.record_id, row.restored_value)
                row.former = [status] if status != row.restored_value else row.former
            if record is None:
                row.kept = MERGED if row.record_id in merged else GONE
            elif is_edited:
                emptied = is_reason_emptied(
                    self.name, row.restored_value, self.field.get_value(record), given_values[row.record_id]
                )
                row.kept = BACK if emptied and row.record_id not in typed else EDITED
            else:
                row.kept = self._find_reason(row, record, given_values[row.record_id])
            yield row, record

    def _find_reason(self, row: BulkRow, record: Any, later_values: list[GivenValues]) -> str:
        """Return why the value is not restored, "" if it is."""
        if row.former == [] or not references_exist(self.change.model, self.field.name, row.restored_value):
            return UNKNOWN
        old, new = (self.values.to_names(self.name, value) for value in (row.restored_value, row.new))
        if source := next((values for values in later_values if values.gives_too(self.name, old, new)), None):
            return source.reason
        if row.restored_value == row.new:  # this change set changed back what another one did that was undone since
            return BACK
        if self.field.can_be_restored(record, row.restored_value):
            return ""
        return " ".join(find_refusals(self.field, record, row.restored_value))
