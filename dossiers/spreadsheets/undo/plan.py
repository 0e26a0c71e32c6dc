"""The plan of an undo of an import: what it deletes, restores and leaves."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dossiers.models import Action, BulkChange, Dossier, Employer, ImportRow, ImportRun, RecordKind, Supply
from dossiers.models.imports.import_row import GONE, LEFT, RECORD_ACTIONS, SUPPLY
from dossiers.spreadsheets.comparison import current_values, differs
from dossiers.spreadsheets.imports.absent import CHANGED_FIELDS
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, RESOURCES, EmployerResource, RecordResource
from dossiers.spreadsheets.undo.given_values import TARGET
from dossiers.spreadsheets.undo.later_changes import LaterChanges
from dossiers.spreadsheets.undo.reasons import BACK, EDITED, RESTORED, describe_reasons
from dossiers.spreadsheets.undo.statuses import find_later_reasons
from dossiers.spreadsheets.undo.undo_plan import UndoPlan

# The keys in ImportRow.kept, next to LEFT, SUPPLY and field names, of an employer that is left, and of a record that is
# left although all imports that created and changed it are undone.
EMPLOYER, CREATION = "employer", "creation"
Changes = dict[str, list[Any]]  # [old, new] by field
Reasons = dict[str, list[str]]  # maps LEFT, SUPPLY, EMPLOYER, CREATION or a field name to the reasons why it is left


def record_resource(run: ImportRun) -> RecordResource:
    """Return the resource with all columns.

    A partner's list can also change columns that the partner can't fill in: those of the people absent from it.
    """
    return RESOURCES[run.record](out_of_use=True)


@dataclass
class Plan(UndoPlan):
    """The effect of an undo on each row; the keys are those of ImportRow."""

    run: ImportRun
    reasons: dict[int, Reasons]  # rows of which the undo leaves something, with the reasons
    left_entirely: set[int]  # rows of which the undo leaves everything
    employers: int = 0  # number of employers that the run created and the undo deletes
    # [old, new] by field, of the rows and fields where the value to restore differs from the former value
    replaced_changes: dict[int, Changes] = field(default_factory=dict)
    # the undone runs that created the records of these rows, which the undo deletes too
    creators: dict[int, int] = field(default_factory=dict)
    # the supplies to restore instead of `supply_before`; None for those that the undo deletes
    former_supplies: dict[int, dict[str, Any] | None] = field(default_factory=dict)
    employer_rows: list[int] = field(default_factory=list)  # one for each employer that such a run created

    @property
    def change_set(self) -> ImportRun:
        return self.run

    def limit_to(self, rows: Container[int]) -> "Plan":
        """Return the plan for these rows of dossiers only."""
        by_row: list[dict[int, Any]] = [self.reasons, self.replaced_changes, self.creators, self.former_supplies]
        reasons, changes, creators, supplies = (
            {pk: value for pk, value in values.items() if pk in rows} for values in by_row
        )
        left_entirely = {pk for pk in self.left_entirely if pk in rows}
        return Plan(self.run, reasons, left_entirely, 0, changes, creators, supplies)

    def set_replaced_changes(self, row: ImportRow) -> ImportRow:
        """Set the values that are restored in the row's changes, and return the row; it is not saved."""
        row.changes |= self.replaced_changes.get(row.pk, {})
        return row

    def removed(self) -> QuerySet[ImportRow]:
        new = Q(action=Action.NEW) & ~Q(pk__in_batch=list(self.left_entirely))
        return self.run.rows.filter(new | Q(pk__in_batch=list(self.creators)))

    def removes(self, row: ImportRow) -> bool:
        return row.pk in self.creators or (row.action == Action.NEW and row.pk not in self.left_entirely)

    def restored(self) -> QuerySet[ImportRow]:
        """Return the rows of which a value is restored; those of which a part stays are in `left` too.

        A row that only changed its employer is not among them, since its interest stays as it is.
        """
        rows = self._changed().exclude(pk__in_batch=[*self.left_entirely, *self.creators])
        checked = rows if self.has_employers else rows.filter(pk__in_batch=list(self.reasons))
        unchanged = [
            row.pk
            for row in map(self.set_replaced_changes, checked.only("run", "action", "changes"))
            if not row.changes.keys() - self.reasons.get(row.pk, {}).keys() - self.employer_names
        ]
        return rows.exclude(pk__in_batch=unchanged)

    def returned_supplies(self) -> QuerySet[ImportRow]:
        """Return the rows of dossiers that stay, of which the undo deletes the supply or changes it back."""
        if not self.run.organisation_id:
            return self.run.rows.none()
        gone = [pk for pk, reasons in self.reasons.items() if is_supply_left(reasons)]
        rows = self.run.rows.filter(action__in=RECORD_ACTIONS).exclude(pk__in_batch=gone).exclude(pk__in=self.removed())
        adding = Q(given__has_key="external_id") | ~Q(given__has_key="reference")
        lost = rows.filter(Q(adding, supply_id=None) | Q(pk__in_batch=self._lost_supply_rows))
        updated = rows.filter(supply_before__isnull=False, supply_id__isnull=False).only(
            "run", "line", "given", "supply_before"
        )
        changed = [row.pk for row in updated.iterator() if self.find_supply_changes(row)]
        return lost | rows.filter(pk__in_batch=changed)

    def find_supply_changes(self, row: ImportRow) -> Changes:
        """Return the [former, given] values of the supply that a row updated, by field; {} if the undo leaves it."""
        before = self.former_supplies.get(row.pk, row.supply_before)
        if before is None or is_supply_left(self.reasons.get(row.pk, {})):
            return {}
        supplied = self.run.get_supplied_values(row.line, row.given)
        former = before["values"] | {"external_id": before["external_id"]}
        changes = {name: [former.get(name), value] for name, value in supplied.items()}
        return {name: [old, new] for name, (old, new) in changes.items() if differs(new, old)}

    @property
    def has_employers(self) -> bool:
        """Whether the rows are of interests, so that they can create and change employers too."""
        return self.run.record == RecordKind.EMPLOYER_INTEREST

    @property
    def employer_names(self) -> frozenset[str]:
        """The keys of reasons and changes that are about the employer of a row and not about its record."""
        return frozenset({EMPLOYER, *EMPLOYER_COLUMNS}) if self.has_employers else frozenset()

    @cached_property
    def restored_employers(self) -> dict[int, Changes]:
        """The [old, new] by field of each employer of which the undo restores values, by its first row."""
        return {pk: changes for pk, changes in self._employer_changes.items() if changes}

    @property
    def unchanged_employers(self) -> list[int]:
        """The first rows of employers whose values the list changed, and changed back."""
        return [pk for pk, changes in self._employer_changes.items() if not changes]

    @cached_property
    def _employer_changes(self) -> dict[int, Changes]:
        if not self.has_employers:
            return {}
        steps = Employer.history.filter(import_run=self.run, history_type__in=("+", "-"))
        going = self.run.rows.filter(pk__in_batch=self.employer_rows)
        changing = Q(changes__has_any_keys=EMPLOYER_COLUMNS) | Q(pk__in_batch=list(self.replaced_changes))
        rows = self.run.rows.filter(changing, action__in=RECORD_ACTIONS, employer_id__isnull=False)
        rows = rows.exclude(employer_id__in=steps.values("id")).exclude(employer_id__in=going.values("employer_id"))
        first_rows: dict[int | None, int] = {}
        changes_by_row: dict[int, Changes] = {}
        for row in map(self.set_replaced_changes, rows.order_by("pk").only("run", "action", "employer_id", "changes")):
            for name in EMPLOYER_COLUMNS:
                if name not in row.changes or name in self.reasons.get(row.pk, {}):
                    continue
                old, new = row.changes[name]
                changes = changes_by_row.setdefault(first_rows.setdefault(row.employer_id, row.pk), {})
                changes[name] = [changes.get(name, [old])[0], new]  # the first row has the value before the list
        return {
            pk: {name: [old, new] for name, (old, new) in changes.items() if old != new}
            for pk, changes in changes_by_row.items()
        }

    def _changed(self) -> QuerySet[ImportRow]:
        inherited = self.run.rows.filter(pk__in_batch=list(self.replaced_changes), action=Action.UNCHANGED)
        return changed_rows(self.run) | inherited

    @property
    def _lost_supply_rows(self) -> list[int]:
        return find_lost_supply_rows(self.former_supplies)

    def count_left_supplies(self, reason: str) -> int:
        return sum(reason in reasons.get(SUPPLY, ()) for reasons in self.reasons.values())

    @property
    def reaches_undone_supplies(self) -> bool:
        """Whether the undo of an earlier list of the organization left a supply to this run, which goes with it."""
        if not self.run.applied_at:  # its process was killed
            return False
        runs = ImportRun.objects.filter(record=self.run.record, organisation=self.run.organisation_id)
        undone = runs.filter(state=ImportRun.State.UNDONE, applied_at__lt=self.run.applied_at)
        undone = undone.filter(undone_at__gt=self.run.applied_at, rows__kept__has_key=SUPPLY)
        return undone.filter(undone_at__lt=self.run.undone_at or timezone.now()).exists()

    def find_lost_supplies(self) -> QuerySet[Supply]:
        """Return the supplies that the undo deletes: of the dossiers that it deletes, and those that the run added."""
        at = self.run.applied_at
        added = self.run.rows.filter(action__in=RECORD_ACTIONS, supply_id=None).values("target_id")
        own = Q(organisation=self.run.organisation_id, first_seen=at, last_seen=at, dossier__in=added)
        own |= Q(pk__in=self.run.rows.filter(pk__in_batch=self._lost_supply_rows).values("supply_id"))
        return Supply.objects.filter(own | Q(dossier__in=self.removed().values("target_id")))

    def find_lost_reasons(self, rows: Iterable[ImportRow]) -> set[int]:
        """Return the rows whose record the undo opens, so that its closing reason goes, which was filled in since."""
        opened = {
            row.pk: row.target_id or 0
            for row in map(self.set_replaced_changes, rows)
            if row.changes.get("closing_reason", [None])[0] == "" and "status" in row.changes
            if self.reasons.get(row.pk, {}).keys().isdisjoint({LEFT, "status", "closing_reason"})
        }
        later = find_later_reasons(self.run, record_resource(self.run)._meta.model, set(opened.values()))
        return {pk for pk, key in opened.items() if key in later}

    def loses_supply(self, row: ImportRow) -> bool:
        """Whether the undo leaves the dossier that a row created, and deletes what the row supplied about it.

        The same for a known dossier, if only imports that were undone supplied it.
        """
        if row.pk in self.creators:
            return False
        if row.pk in self._lost_supply_rows:
            return True
        reasons = self.reasons.get(row.pk, {})
        is_new = row.action == Action.NEW and LEFT in reasons
        return bool(is_new and self.run.organisation_id and not is_supply_left(reasons))

    def left(self) -> QuerySet[ImportRow]:
        return self.run.rows.filter(pk__in_batch=list(self.reasons))

    @cached_property
    def gone(self) -> set[int]:
        """The rows whose record was deleted before the undo, so that nothing of it stays."""
        return {pk for pk, reasons in self.reasons.items() if GONE in reasons.get(LEFT, ())}

    def staying(self) -> QuerySet[ImportRow]:
        """Return the rows of which the undo leaves something that exists."""
        employers = {pk for pk in self.gone if self.reasons[pk].keys() & self.employer_names}
        return self.left().exclude(pk__in_batch=list(self.gone - employers))

    def describe_staying(self) -> str:
        """Return the reasons why something stays, as one text."""
        return describe_reasons(
            code
            for pk, reasons in self.reasons.items()
            for name, codes in reasons.items()
            for code in codes
            if name != LEFT or pk not in self.gone
        )

    def left_records(self) -> QuerySet[ImportRow]:
        """Return the rows of which the record itself stays or a part of it, so not those of which the employer does."""
        left = {pk for pk, reasons in self.reasons.items() if reasons.keys() - self.employer_names}
        return self.run.rows.filter(pk__in_batch=list(left - self.gone))

    def count_left_employers(self) -> int:
        left = [pk for pk, reasons in self.reasons.items() if reasons.keys() & self.employer_names]
        return self.run.rows.filter(pk__in_batch=left).values("employer_id").distinct().count()

    @cached_property
    def leaves_everything(self) -> bool:
        """Whether the undo would change no record that the run created or changed, and no value of a supply.

        If there is no such record, whether it would change no supply at all. A continuation of which nothing is left
        but edited records counts as undone, since the import that it continues can be undone only after it.
        """
        new = self.run.rows.filter(action=Action.NEW)
        lost = self.run.rows.filter(pk__in_batch=self._lost_supply_rows)
        written = new | self._changed() | rows_changing_supplies(self.run) | lost
        if not self.creators and not written.exists():
            unchanged = self.run.rows.filter(action=Action.UNCHANGED).values_list("pk", flat=True)
            return bool(self.reasons) and all(SUPPLY in self.reasons.get(pk, {}) for pk in unchanged)
        if BACK in self.get_reasons():  # nothing is left to restore, and the import counts no more
            return False
        if self.creators or self.employers or self.restored_employers or self.returned_supplies().exists():
            return False
        if not set(written.values_list("pk", flat=True)) <= self.left_entirely:
            return False
        return self.run.continues_id is None or bool(self.later_change_sets)

    def get_effects(self) -> Any:
        by_row = [self.reasons, self.replaced_changes, self.creators, self.former_supplies, sorted(self.employer_rows)]
        # Rows go when a person or an employer is forgotten, which leaves what the run made of them.
        return [*by_row, self.employers, self.run.rows.count()]

    def get_reasons(self) -> list[str]:
        codes = (code for reasons in self.reasons.values() for codes in reasons.values() for code in codes)
        return list(dict.fromkeys(codes))

    def get_reasons_by_record(self) -> dict[int, set[str]]:
        return {
            key or 0: {code for codes in self.reasons[pk].values() for code in codes}
            for pk, key in self.left().exclude(target_id=None).values_list("pk", "target_id")
        }

    def find_later_change_sets(self) -> set[ImportRun | BulkChange]:
        if not self.run.applied_at:  # its process was killed
            return set()
        resource = record_resource(self.run)
        resources: dict[str, RecordResource] = {TARGET: resource}
        if self.has_employers:
            resources["employer_id"] = EmployerResource()
        change_sets: set[ImportRun | BulkChange] = set()
        for column, columns in resources.items():
            changes = LaterChanges(self.run, resource._meta.model, column, (LEFT, CREATION, EMPLOYER))
            left = self.left().exclude(**{column: None}).only("run", "action", "changes", column)
            for row in map(self.set_replaced_changes, left.iterator()):
                reasons = self.reasons[row.pk]
                names = (
                    reasons.keys() & self.employer_names if column != TARGET else reasons.keys() - self.employer_names
                )
                written = {name: row.changes[name][1] for name in names & row.changes.keys()}
                changes.add_left(getattr(row, column), {name: reasons[name] for name in names}, written)
            change_sets |= changes.find_change_sets(partial(current_values, columns))
        return change_sets

    def find_overwritten_values(self) -> dict[int, dict[str, Any]]:
        if record_resource(self.run)._meta.model is not Dossier:  # no others are merged
            return {}
        overwritten: dict[int, dict[str, Any]] = {}
        for row in self.left().exclude(target_id=None).only("run", "changes", "target_id").iterator():
            edited = [name for name, codes in self.reasons[row.pk].items() if EDITED in codes and name in row.changes]
            if edited and row.target_id:
                overwritten[row.target_id] = {name: row.changes[name][1] for name in edited}
        return overwritten

    def count_restored_since(self) -> int:
        """Return the number of records that were deleted when the import was undone, and that are back now."""
        return sum(RESTORED in reasons.get(LEFT, ()) for reasons in self.reasons.values())

    @classmethod
    def from_undone(cls, run: ImportRun) -> "Plan":
        """Return the plan of an undo that was done, as it was saved in the rows."""
        reasons_by_pk: dict[int, Reasons] = {
            pk: reasons or {} for pk, reasons in run.rows.exclude(kept=None).values_list("pk", "kept")
        }
        model: Any = record_resource(run)._meta.model
        gone = [pk for pk, reasons in reasons_by_pk.items() if GONE in reasons.get(LEFT, ())]
        is_there = Exists(model._base_manager.filter(pk=OuterRef("target_id")))
        for pk in run.rows.filter(is_there, pk__in_batch=gone).values_list("pk", flat=True):
            reasons_by_pk[pk] = reasons_by_pk[pk] | {LEFT: [RESTORED]}
        history = model.history
        deleted = history.filter(import_run=run, history_type="-").values("id")
        created = history.filter(id__in=deleted, history_type="+").exclude(import_run=run)
        runs = dict(created.values_list("id", "import_run"))
        rows = run.rows.exclude(action=Action.NEW).filter(target_id__in_batch=list(runs))
        creators = {pk: runs[key] for pk, key in rows.values_list("pk", "target_id")}
        left_entirely = find_rows_left_entirely(run, reasons_by_pk)
        # Only a run of employer interests deletes employers.
        employers = Employer.history.filter(import_run=run, history_type="-").count()
        return cls(run, reasons_by_pk, left_entirely, employers, creators=creators)


def changed_rows(run: ImportRun) -> QuerySet[ImportRow]:
    """Return the rows that changed an existing record, including people who were absent from the list.

    The undo also restores unchanged rows of which it wrote the changes that undone imports left to them.
    """
    absent = Q(action=Action.ABSENT, changes__has_any_keys=CHANGED_FIELDS)
    inherited = Q(action=Action.UNCHANGED) & ~Q(changes={})
    return run.rows.filter(Q(action=Action.CHANGED) | absent | inherited)


def rows_changing_supplies(run: ImportRun) -> QuerySet[ImportRow]:
    """Return the rows of known people that added a supply or changed its number."""
    return run.rows.filter(pk__in=run.rows.changing_supplies().values("pk"))


def is_supply_left(reasons: Reasons) -> bool:
    """Whether the undo leaves the supply of a row with these reasons, or the dossier is gone."""
    return SUPPLY in reasons or not {GONE, RESTORED}.isdisjoint(reasons.get(LEFT, ()))


def find_later_imports(run: ImportRun) -> QuerySet[ImportRun]:
    if not run.applied_at:  # its process was killed
        return ImportRun.objects.none()
    return ImportRun.objects.filter(record=run.record, applied_at__gt=run.applied_at)


def find_lost_supply_rows(former_supplies: dict[int, dict[str, Any] | None]) -> list[int]:
    return [pk for pk, supply in former_supplies.items() if supply is None]


def find_rows_left_entirely(
    run: ImportRun,
    reasons_by_pk: dict[int, Reasons],
    lost_supply_rows: Iterable[int] = (),
    replaced_changes: Mapping[int, Changes] = MappingProxyType({}),
) -> set[int]:
    rows = run.rows.filter(pk__in_batch=list(reasons_by_pk)).only("run", "action", "changes")
    supplying = {*rows.changing_supplies().values_list("pk", flat=True), *lost_supply_rows}
    left = set()
    for row in rows.iterator():
        written = {*row.changes, *replaced_changes.get(row.pk, ())} | ({SUPPLY} if row.pk in supplying else set())
        reasons = reasons_by_pk[row.pk].keys()
        if LEFT in reasons or (row.action != Action.NEW and written <= reasons):
            left.add(row.pk)
    return left
