"""Determines what an undo of an import would delete, restore and leave, without changing anything.

Values are compared as JSON in batches of rows, in the same way as staging compares them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from dossiers.models import Action, Employer, EmployerInterest, ImportRow, ImportRun, Merge, Supply
from dossiers.models.dossiers.surnames import SURNAME_FIELDS
from dossiers.models.imports.import_row import GONE, LEFT, RECORD_ACTIONS, SUPPLY
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.imports.apply import BATCH
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, EmployerResource
from dossiers.spreadsheets.undo.deletion_checks import DeletionChecks
from dossiers.spreadsheets.undo.earlier_changes import EarlierChanges
from dossiers.spreadsheets.undo.earlier_imports import EarlierImports
from dossiers.spreadsheets.undo.given_values import ChangeSets, GivenValues, find_given_values, is_reason_emptied
from dossiers.spreadsheets.undo.plan import (
    CREATION,
    EMPLOYER,
    Changes,
    Plan,
    Reasons,
    changed_rows,
    find_later_imports,
    find_lost_supply_rows,
    find_rows_left_entirely,
    record_resource,
    rows_changing_supplies,
)
from dossiers.spreadsheets.undo.reasons import BACK, EDITED, IMPORTED, MERGED, MISSED, RENEWED, TAKEN, UNKNOWN
from dossiers.spreadsheets.undo.statuses import (
    CLOSING_FIELDS,
    Statuses,
    check_closing,
    check_positions,
    plan_closing_reasons,
)
from dossiers.spreadsheets.undo.typed_values import find_typed_values
from dossiers.spreadsheets.values import NamedRecordWidget


def plan_undo(run: ImportRun) -> Plan:
    """Return the plan for undoing an applied run."""
    return _Planner(run).plan()


RESTORED_TOGETHER = {*SURNAME_FIELDS, "status"}  # which other values of the record decide about too


class _Planner:
    def __init__(self, run: ImportRun) -> None:
        self.run, self.resource = run, record_resource(run)
        self.fields = self.resource.sheet_fields()
        self.model: type[Model] = self.resource._meta.model
        after = find_later_imports(run)
        self.later = ChangeSets(self.model, state="applied", applied_at__gt=run.applied_at)
        undone = after.filter(state=ImportRun.State.UNDONE).values_list("pk", flat=True)
        self.own_steps = [run.pk, *undone]  # runs whose history is ignored; undone runs have no effect any more
        self.reasons: dict[int, Reasons] = defaultdict(lambda: defaultdict(list))
        own_supplies = Q(organisation=run.organisation_id, first_seen=run.applied_at, last_seen=run.applied_at)
        self.earlier_changes, self.earlier_imports = EarlierChanges(run, self.model), EarlierImports(run, self.model)
        self.replaced_changes: dict[int, Changes] = defaultdict(dict)
        self.checks = DeletionChecks(run, self.model)
        self.checks.deleted[Supply] = own_supplies
        self.creators: dict[int, int] = {}
        self.former_supplies: dict[int, dict[str, Any] | None] = {}
        self.employer_rows: dict[int, int] = {}  # by the key of the employer

    def plan(self) -> Plan:
        removed: list[int] = []
        new = self.run.rows.filter(action=Action.NEW).order_by("pk").values_list("pk", "target_id")
        for pairs in batched(new.iterator(BATCH), BATCH):
            attached = self.checks.find_reasons(self.model, [target or 0 for _row, target in pairs])
            for row, target in pairs:
                if target in attached:
                    self.reasons[row][LEFT] = attached[target]
                else:
                    removed.append(target or 0)
        if self.model is not EmployerInterest:
            self._find_former_supplies()
        known = self.run.rows.filter(action__in=(*RECORD_ACTIONS, Action.ABSENT)).exclude(action=Action.NEW)
        known = known.exclude(action=Action.ABSENT, changes={}).exclude(target_id=None)
        rows_by_key = {key or 0: pk for key, pk in known.values_list("target_id", "pk")}
        creators = self._find_creators(self.model, "target_id", CREATION, rows_by_key)
        self.creators = {rows_by_key[key]: run for key, run in creators.items()}
        removed.extend(creators)
        changed = changed_rows(self.run)
        if self.earlier_changes.exist:
            changed |= self.run.rows.filter(action=Action.UNCHANGED)
        changed = changed.exclude(pk__in_batch=list(self.creators))
        changed = changed.order_by("pk").only("run", "action", "target_id", "given", "changes")
        for rows in batched(changed.iterator(BATCH), BATCH):
            self._plan_changed(rows)
        employers = 0
        if self.model is EmployerInterest:
            self.checks.deleted[EmployerInterest] = Q(pk__in_batch=removed)
            employers = self._plan_created_employers()
            self._plan_employer_values()
        else:
            self._plan_supplies()
        reasons_by_pk = {pk: dict(reasons) for pk, reasons in self.reasons.items()}
        return Plan(
            self.run,
            reasons_by_pk,
            find_rows_left_entirely(
                self.run, reasons_by_pk, find_lost_supply_rows(self.former_supplies), self.replaced_changes
            ),
            employers,
            dict(self.replaced_changes),
            self.creators,
            self.former_supplies,
            list(self.employer_rows.values()),
        )

    def _find_former_supplies(self) -> None:
        """Find the supplies to restore from before undone imports, except those that were updated since."""
        at: Any = self.run.applied_at
        current = Supply.objects.filter(organisation=self.run.organisation_id, last_seen=at)
        rows = self.run.rows.filter(supply_before__isnull=False, supply_id__in=current.values("pk"))
        rows = rows.only("run", "target_id", "supply_id", "supply_before")
        supplies = {row.pk: row.supply_id or 0 for row in rows}
        self.former_supplies = self.earlier_imports.find_former_supplies(rows)
        lost = [supplies[pk] for pk, former in self.former_supplies.items() if former is None]
        self.checks.deleted[Supply] |= Q(pk__in_batch=lost)

    def _find_creators(self, model: type[Model], column: str, name: str, rows_by_key: dict[int, int]) -> dict[int, int]:
        """Return the undone runs that created records which nothing but this run holds, by the key of the record.

        Those that no import holds any more, but somebody worked with, are left.
        """
        creators = self.earlier_imports.find_creators(model, column, rows_by_key.keys())
        attached = self.checks.find_reasons(model, list(creators))
        for key, codes in attached.items():
            if not {GONE, MERGED, IMPORTED, MISSED}.intersection(codes):
                self.reasons[rows_by_key[key]][name] = codes
        return {key: run for key, run in creators.items() if key not in attached}

    def _plan_changed(self, rows: list[ImportRow]) -> None:
        """Find which changed values can't be restored: those that somebody changed or a later list gave too."""
        inherited = self.earlier_changes.find_inherited_fields("target_id", rows)
        rows = [row for row in rows if row.action != Action.UNCHANGED or row.pk in inherited]
        names = {name for row in rows for name in {*row.changes, *inherited.get(row.pk, ())}} - self._employer_columns
        keys = {row.target_id for row in rows if row.target_id}
        for together in (SURNAME_FIELDS, CLOSING_FIELDS):
            names |= {*together} if names & {*together} else set()
        current = current_values(self.resource, keys, sorted(names))
        merged = Merge.objects.find_merged(self.model, keys - current.keys())
        later_values = find_given_values(self.later, "target_id", keys)
        self._replace_former_values("target_id", rows, names, current, inherited)
        typed_values = self._find_typed_values(self.model, keys, names)
        for row in rows:
            record = current.get(row.target_id or 0)
            if record is None:
                self.reasons[row.pk][LEFT] = [MERGED if row.target_id in merged else GONE]
                continue
            for name in row.changes.keys() & names:
                old, new = row.changes[name]
                reason = self._find_reason(name, old, [new], record[name], later_values[row.target_id or 0])
                if reason := EDITED if (row.target_id, name) in typed_values else reason:
                    self.reasons[row.pk][name] = [reason]
            self._leave_surname(row)
        there = [row for row in rows if row.target_id in current]
        if "status" in names:
            if self.model is EmployerInterest:
                check_closing(there, self.reasons)
            statuses = Statuses(self.run, self.own_steps).find_changed_statuses(there, self.reasons)
            for pk, change in statuses.items():
                self.replaced_changes[pk]["status"] = change
            plan_closing_reasons(self.model, there, current, self.reasons, self.replaced_changes)
        if "positions" in names:
            check_positions(there, self.reasons)

    def _leave_surname(self, row: ImportRow) -> None:
        """Leave all parts of a surname if one of them is left, or if each is as it was before."""
        parts, reasons = row.changes.keys() & SURNAME_FIELDS, self.reasons.get(row.pk, {})
        left = next((reasons[name] for name in SURNAME_FIELDS if name in reasons), None)
        if parts and left is None and all(row.changes[name][0] == row.changes[name][1] for name in parts):
            left = [BACK]
        for name in parts if left else ():
            self.reasons[row.pk].setdefault(name, left or [])

    def _find_typed_values(
        self, model: type[Model], keys: Collection[int], names: Collection[str]
    ) -> set[tuple[int, str]]:
        applied_at: Any = self.run.applied_at
        return find_typed_values(model, keys, names, applied_at)

    def _replace_former_values(
        self,
        column: str,
        rows: list[ImportRow],
        names: Collection[str],
        current: dict[int, dict[str, Any]],
        inherited: dict[int, set[str]],
    ) -> None:
        """Replace former values that imports wrote which were undone since, by the values before those imports.

        If several rows changed a value of one record, its former value is that of the first row. An undone import may
        also have changed the part of a surname that the row did not change, or left the row a value that it gave too.
        """
        first: dict[tuple[int, str], ImportRow] = {}
        former: dict[tuple[int, str], Any] = {}
        for row in rows:
            key = getattr(row, column) or 0
            changed = {name: old for name, (old, _new) in row.changes.items() if name in names}
            if key in current and changed.keys() & SURNAME_FIELDS:
                changed = {name: current[key][name] for name in SURNAME_FIELDS} | changed
            for name, old in changed.items():
                first.setdefault((key, name), row)
                former.setdefault((key, name), old)
        for row in rows:
            key = getattr(row, column) or 0
            for name in inherited.get(row.pk, set()).intersection(names, current.get(key, {})):
                first.setdefault((key, name), row)
                former.setdefault((key, name), current[key][name])
        for (key, name), value in self.earlier_changes.find_former_values(column, former).items():
            row = first[key, name]
            new = row.changes[name][1] if name in row.changes else former[key, name]
            row.changes[name] = self.replaced_changes[row.pk][name] = [value, new]

    def _find_reason(self, name: str, old: Any, written: list[Any], now: Any, later_values: list[GivenValues]) -> str:
        """Return why the old value is not restored in place of the written ones; "" if it is."""
        if now not in written:
            return BACK if is_reason_emptied(name, old, now, later_values) else EDITED
        if source := next((values for values in later_values if values.gives_too(name, old, now)), None):
            return source.reason
        # This import changed back what another one did that was undone since.
        if written == [old] and name not in RESTORED_TOGETHER:
            return BACK
        widget = self.fields[name].widget
        if isinstance(widget, NamedRecordWidget) and old:  # of a list that staff edit, so it may have been deleted
            names = old if isinstance(old, list) else [old]
            if any(widget.names.get(text) != text for text in names):  # or it is the folded form of another name
                return UNKNOWN
        return ""

    @property
    def _employer_columns(self) -> frozenset[str]:
        return frozenset(EMPLOYER_COLUMNS) if self.model is EmployerInterest else frozenset()

    def _plan_employer_values(self) -> None:
        """Find which changed values of employers can't be restored; several rows may have changed the same employer."""
        touching = self.run.rows.filter(action__in=RECORD_ACTIONS, employer_id__isnull=False)
        made = Employer.history.filter(import_run=self.run, history_type="+").values("id")
        touching = touching.exclude(employer_id__in=made).exclude(employer_id__in_batch=list(self.employer_rows))
        if not self.earlier_changes.exist:
            touching = touching.filter(changes__has_any_keys=EMPLOYER_COLUMNS)
        rows = list(touching.order_by("pk").only("run", "action", "employer_id", "given", "changes"))
        inherited = self.earlier_changes.find_inherited_fields("employer_id", rows)
        fields = EmployerResource()
        keys = {row.employer_id for row in rows if row.employer_id}
        current = current_values(fields, keys, list(EMPLOYER_COLUMNS))
        self._replace_former_values("employer_id", rows, self._employer_columns, current, inherited)
        later_values = find_given_values(self.later, "employer_id", keys)
        typed_values = self._find_typed_values(Employer, keys, EMPLOYER_COLUMNS)
        values_by_key: dict[tuple[int | None, str], list[Any]] = defaultdict(list)
        first: dict[tuple[int | None, str], Any] = {}  # the value before the run, which the first row has
        numbers = {row.changes["kvk_number"][0]: row.employer_id for row in rows if "kvk_number" in row.changes}
        taken = Employer.objects.filter(kvk_number__in_batch=[number for number in numbers if number])
        others = {number for pk, number in taken.values_list("pk", "kvk_number") if numbers[number] != pk}
        for row in rows:
            for name in row.changes.keys() & self._employer_columns:
                values_by_key[row.employer_id, name].append(row.changes[name][1])
                first.setdefault((row.employer_id, name), row.changes[name][0])
        for row in rows:
            record = current.get(row.employer_id or 0, {})
            later = later_values[row.employer_id or 0]
            for name in row.changes.keys() & self._employer_columns:
                key = row.employer_id, name
                if name not in record:
                    self.reasons[row.pk][name] = [GONE]
                elif key in typed_values:
                    self.reasons[row.pk][name] = [EDITED]
                elif reason := self._find_reason(name, first[key], values_by_key[key], record[name], later):
                    self.reasons[row.pk][name] = [reason]
                elif name == "kvk_number" and first[key] in others:
                    self.reasons[row.pk][name] = [TAKEN]

    def _plan_created_employers(self) -> int:
        """Find the reasons to leave employers that the run created; return how many are deleted.

        Those that undone runs created and nothing but this run holds are deleted too.
        """
        made = Employer.history.filter(import_run=self.run, history_type="+").values_list("id", "import_line")
        lines = dict(self.run.rows.filter(action=Action.NEW).values_list("line", "pk"))
        deleted = 0
        for pairs in batched(made.iterator(BATCH), BATCH):
            attached = self.checks.find_reasons(Employer, [key for key, _line in pairs])
            for key, line in pairs:
                if key in attached and line in lines:
                    self.reasons[lines[line]][EMPLOYER] = attached[key]
            deleted += len(pairs) - len(attached)
        rows = self.run.rows.filter(action__in=RECORD_ACTIONS).exclude(employer_id=None).order_by("-pk")
        rows_by_key = {key or 0: pk for key, pk in rows.values_list("employer_id", "pk")}
        creators = self._find_creators(Employer, "employer_id", EMPLOYER, rows_by_key)
        self.employer_rows = {key: rows_by_key[key] for key in creators}
        return deleted + len(self.employer_rows)

    def _plan_supplies(self) -> None:
        """Leave the supplies that the organisation updated after this run, or that went with a merged dossier.

        A supply that went to another dossier whose supply by this run goes, goes with that.
        """
        at: Any = self.run.applied_at
        own = Supply.objects.filter(organisation=self.run.organisation_id)
        renewed = Exists(own.filter(pk=OuterRef("supply_id"), last_seen__gt=at))
        added = Exists(own.filter(dossier_id=OuterRef("target_id"), first_seen=at).exclude(last_seen=at))
        changing: Callable[..., QuerySet[ImportRow]] = self.run.rows.filter(
            action__in=(Action.CHANGED, Action.UNCHANGED)
        ).filter
        left = [pk for pk, reasons in self.reasons.items() if LEFT in reasons]
        created = self.run.rows.filter(added, action=Action.NEW, pk__in_batch=left)
        for changes in (changing(renewed, supply_before__isnull=False), changing(added, supply_id=None), created):
            for pk in changes.values_list("pk", flat=True):
                self.reasons[pk][SUPPLY] = [RENEWED]
        is_there = Exists(own.filter(dossier_id=OuterRef("target_id"), first_seen=at))
        adding = self.run.rows.filter(action__in=RECORD_ACTIONS, supply_id=None)
        moved = (rows_changing_supplies(self.run) | adding.filter(action=Action.NEW)).filter(~is_there, supply_id=None)
        rows = (
            moved.exclude(target_id=None).values_list("pk", "action", "target_id") if self.run.organisation_id else []
        )
        merges = Merge.objects.not_undone().filter(other_id__in_batch=[target for _pk, _action, target in rows])
        merged_into = dict(merges.values_list("other_id", "kept_id"))
        into = list(merged_into.values())
        supplied = set(adding.filter(target_id__in_batch=into).values_list("target_id", flat=True))
        for pk, action, target in rows:
            if target in merged_into and merged_into[target] not in supplied:
                self.reasons[pk][SUPPLY] = [MERGED]
            elif target not in merged_into and action == Action.UNCHANGED:
                self.reasons[pk][SUPPLY] = [GONE]
