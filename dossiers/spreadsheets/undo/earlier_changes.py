"""Finds what stood before earlier imports that were undone while a later import still held their records and values.

The undo of such an import left its value, because a later import had replaced it or gave it too. So when that later
import is undone too, the value from before both comes back. In the same way a record that such an import created and a
supply that it added go, unless another import in force has them too.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from dossiers.models import Action, ImportRow, ImportRun, Supply
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.comparison import differs, find_lines, find_removed_lines
from dossiers.spreadsheets.imports.apply import WRITABLE
from dossiers.spreadsheets.undo.reasons import IMPORTED

SUPPLY = "supply"  # the key in ImportRow.kept of a supply that is left
Changed = tuple[int, str]  # the key of a record and the name of a field


class LeftValue(NamedTuple):
    """A value that an undo left, because it was changed since."""

    applied_at: datetime  # when the import that wrote the value was applied and undone
    undone_at: datetime
    old: Any
    new: Any
    is_inherited: bool  # whether it was left because a later import gave it too


class EarlierChanges:
    """The changes by imports before a run."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        undone = ImportRun.objects.filter(
            record=run.record, state=ImportRun.State.UNDONE, applied_at__lt=run.applied_at
        )
        # Only if such an import was undone after this run was applied, others before it can have left a value too.
        newest = undone.filter(undone_at__gt=run.applied_at)
        self.undone = list(undone.values_list("pk", flat=True)) if newest.exists() else []

    def find_former_values(self, column: str, values: dict[Changed, Any]) -> dict[Changed, Any]:
        """Return the values to restore instead of these former values, for those that an undone import wrote.

        A value that an import in force gave too stays. `column` is the one of the rows with the keys of the records.
        """
        if not self.undone:
            return {}
        keys = {key for key, _name in values}
        left_values = self._find_left_values(column, keys)
        given_values = self._find_given_values(column, {key for key, _name in left_values})
        former_values = {}
        for changed, value in values.items():
            former, until = value, self.run.applied_at
            for left in left_values.get(changed, []):
                if until is None or left.undone_at <= until or differs(left.new, former):
                    continue
                later_values = (values for at, values in given_values[changed[0]] if at > left.applied_at)
                if any(gives_too(texts, changed[1], left.old, left.new) for texts in later_values):
                    break
                former, until = left.old, left.applied_at
            if former != value:
                former_values[changed] = former
        return former_values

    def find_inherited_fields(self, column: str, rows: Collection[ImportRow]) -> dict[int, set[str]]:
        """Return the fields that rows gave without changing them and that undone imports left to them, by row."""
        if not self.undone:
            return {}
        left_values = self._find_left_values(column, {getattr(row, column) for row in rows})
        fields: dict[int, set[str]] = {}
        for row in rows:
            left = {name: left_values.get((getattr(row, column), name), []) for name in row.given.keys() - row.changes}
            if names := {name for name, values in left.items() if any(value.is_inherited for value in values)}:
                fields[row.pk] = names
        return fields

    def find_creators(self, model: Any, column: str, keys: Collection[int]) -> dict[int, int]:
        """Return the undone imports that created these records, by key, if their undo left the record to later ones.

        `column` is the one of the rows with the keys of the records.
        """
        if not self.undone:
            return {}
        created = model.history.filter(import_run__in=self.undone, history_type="+", id__in_batch=list(keys))
        runs = dict(created.values_list("id", "import_run"))
        rows = ImportRow.objects.filter(run__in=self.undone, **{f"{column}__in_batch": list(runs)})
        rows = rows.filter(action__in=(*WRITABLE, Action.ABSENT)).exclude(action=Action.ABSENT, changes={})
        until = dict.fromkeys(runs, self.run.applied_at)
        creators = {}
        fields = (column, "run", "run__applied_at", "run__undone_at")
        for key, run, at, undone_at in rows.order_by("-run__applied_at", "-pk").values_list(*fields).iterator():
            if undone_at > until[key]:
                until[key] = at
                if run == runs[key]:
                    creators[key] = run
        return creators

    def find_former_supplies(self, rows: Collection[ImportRow]) -> dict[int, dict[str, Any] | None]:
        """Return the supplies to restore instead of `supply_before`, by row; None for those that an import added."""
        if not self.undone:
            return {}
        keys = [row.supply_id for row in rows]
        first_seen = dict(Supply.objects.filter(pk__in_batch=keys).values_list("pk", "first_seen"))
        written = ImportRow.objects.filter(
            Q(run__in=self.undone) | Q(run__state=ImportRun.State.APPLIED, run__applied_at__lt=self.run.applied_at),
            Q(supply_id__in_batch=keys) | Q(supply_id=None, target_id__in_batch=[row.target_id for row in rows]),
            run__record=self.run.record,
            run__organisation=self.run.organisation_id,
            action__in=WRITABLE,
        ).select_related("run")
        by_supply: dict[int | None, list[ImportRow]] = defaultdict(list)
        added: dict[tuple[int | None, datetime | None], ImportRow] = {}
        for row in written.order_by("-run__applied_at", "-pk"):
            if row.supply_id:
                by_supply[row.supply_id].append(row)
            else:
                added[row.target_id, row.run.applied_at] = row
        former_supplies: dict[int, dict[str, Any] | None] = {}
        for row in rows:
            adding = added.get((row.target_id, first_seen.get(row.supply_id or 0)))
            until = self.run.applied_at
            for earlier in by_supply[row.supply_id] + ([adding] if adding else []):
                at, undone_at = earlier.run.applied_at, earlier.run.undone_at
                if earlier.run.state == ImportRun.State.APPLIED:
                    break
                if at and undone_at and until and undone_at > until and SUPPLY in (earlier.kept or {}):
                    former_supplies[row.pk], until = earlier.supply_before, at
        return former_supplies

    def _find_left_values(self, column: str, keys: set[int]) -> dict[Changed, list[LeftValue]]:
        """Return the values that the undone imports wrote and their undo left, from the last import to the first."""
        rows = ImportRow.objects.filter(run__in=self.undone, **{f"{column}__in_batch": list(keys)})
        rows = rows.exclude(kept=None).select_related("run")
        left_values: dict[Changed, list[LeftValue]] = defaultdict(list)
        for row in rows.order_by("-run__applied_at", "-pk"):
            at, undone_at = row.run.applied_at, row.run.undone_at
            reasons = row.kept or {}
            for name in row.changes.keys() & reasons.keys():
                if at and undone_at:
                    old, new = row.changes[name]
                    left = LeftValue(at, undone_at, old, new, IMPORTED in reasons[name])
                    left_values[getattr(row, column), name].append(left)
        return left_values

    def _find_given_values(self, column: str, keys: set[int]) -> dict[int, list[tuple[datetime, dict[str, Any]]]]:
        """Return the values that other imports in force gave or wrote, with the moment when they were applied."""
        runs = ImportRun.objects.filter(record=self.run.record, state=ImportRun.State.APPLIED).exclude(pk=self.run.pk)
        rows = ImportRow.objects.filter(run__in=runs, action__in=(*WRITABLE, Action.ABSENT))
        rows = rows.filter(**{f"{column}__in_batch": list(keys)})
        given_values: dict[int, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)
        fields = (column, "run__applied_at", "given", "changes")
        for key, at, values, changes in rows.values_list(*fields).iterator():
            given_values[key].append((at, values | {name: new for name, (_old, new) in changes.items()}))
        return given_values


def gives_too(values: dict[str, Any], name: str, old: Any, new: Any) -> bool:
    """Whether these values of another list have the new value of a field too, or a line that it added to a text."""
    if name not in values:
        return False
    if name in APPENDED_FIELDS:
        return any(find_lines(values[name], line) is not None for line in find_removed_lines(new, old))
    return not differs(new, values[name])
