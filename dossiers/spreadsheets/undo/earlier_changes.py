"""Finds what stood before earlier changes that were undone while a later change still held their records and values.

The undo of such an import or bulk change left its value, because a later one had replaced it or gave it too. So when
that later one is undone too, the value from before both comes back.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Model

from dossiers.models import BulkChange, BulkRow, ImportRow, ImportRun
from dossiers.spreadsheets.comparison import differs
from dossiers.spreadsheets.undo.given_values import ChangeSets, find_given_values, get_sheet_name
from dossiers.spreadsheets.undo.reasons import BULK, IMPORTED

SHARED = frozenset({IMPORTED, BULK})  # reasons to leave a value that another change set gave too
Changed = tuple[int, str]  # the key of a record and the name of a field


class LeftValue(NamedTuple):
    """A value that an undo left, because it was changed since."""

    applied_at: datetime  # when the import or bulk change that wrote the value was applied and undone
    undone_at: datetime
    old: Any
    new: Any
    is_inherited: bool  # whether it was left because a later change set gave it too


class EarlierChanges:
    """The changes by imports and bulk changes before one of these."""

    def __init__(self, change_set: ImportRun | BulkChange, model: type[Model]) -> None:
        self.change_set, self.model = change_set, model
        self.undone = ChangeSets(model, state="undone", applied_at__lt=change_set.applied_at)
        # Only if one of them was undone after this change set was applied, others before it can have left a value too.
        newest = ChangeSets(
            model, state="undone", applied_at__lt=change_set.applied_at, undone_at__gt=change_set.applied_at
        )
        self.exist = newest.exists()

    def find_former_values(self, column: str, values: dict[Changed, Any]) -> dict[Changed, Any]:
        """Return the values to restore instead of these former values, for those that an undone change set wrote.

        A value that one in force gave too stays. `column` is the one of the rows with the keys of the records.
        """
        if not self.exist:
            return {}
        keys = {key for key, _name in values}
        left_values = self._find_left_values(column, keys)
        in_force = ChangeSets(self.model, state="applied", applied_at__isnull=False)
        sources = find_given_values(in_force, column, {key for key, _name in left_values}, with_changes=True)
        former_values = {}
        for changed, value in values.items():
            former, until = value, self.change_set.applied_at
            for left in left_values.get(changed, []):
                if until is None or left.undone_at <= until or differs(left.new, former):
                    continue
                others = (source for source in sources[changed[0]] if source.applied_at != self.change_set.applied_at)
                later = (source for source in others if source.applied_at and source.applied_at > left.applied_at)
                if any(source.gives_too(changed[1], left.old, left.new) for source in later):
                    break
                former, until = left.old, left.applied_at
            if former != value:
                former_values[changed] = former
        return former_values

    def find_inherited_fields(self, column: str, rows: Collection[ImportRow]) -> dict[int, set[str]]:
        """Return the fields that rows gave without changing them and that undone change sets left to them, by row."""
        if not self.exist:
            return {}
        inherited = self.find_inherited_values(column, {getattr(row, column) for row in rows})
        fields: dict[int, set[str]] = {}
        for row in rows:
            if names := {name for name in row.given.keys() - row.changes if (getattr(row, column), name) in inherited}:
                fields[row.pk] = names
        return fields

    def find_inherited_values(self, column: str, keys: Collection[int]) -> set[Changed]:
        """Return the values that undone change sets left because a later one gave them too."""
        left_values = self._find_left_values(column, keys) if self.exist else {}
        return {changed for changed, values in left_values.items() if any(value.is_inherited for value in values)}

    def _find_left_values(self, column: str, keys: Collection[int]) -> dict[Changed, list[LeftValue]]:
        """Return the values that the undone change sets wrote and their undo left, from the last to the first."""
        rows = ImportRow.objects.filter(run__in=self.undone.runs, **{f"{column}__in_batch": list(keys)})
        rows = rows.exclude(kept=None).select_related("run")
        left_values: dict[Changed, list[LeftValue]] = defaultdict(list)
        for row in rows.order_by("-pk"):
            at, undone_at = row.run.applied_at, row.run.undone_at
            reasons = row.kept or {}
            for name in row.changes.keys() & reasons.keys():
                if at and undone_at:
                    old, new = row.changes[name]
                    left = LeftValue(at, undone_at, old, new, not SHARED.isdisjoint(reasons[name]))
                    left_values[getattr(row, column), name].append(left)
        for change, bulk_row in self.undone.iterate_bulk_rows(
            column, keys, BulkRow.Action.CHANGES, BulkRow.Action.SAME
        ):
            at, undone_at = change.applied_at, change.undone_at
            if bulk_row.kept and at and undone_at:
                name = get_sheet_name(change)
                pair = bulk_row.restored_value, bulk_row.new
                old, new = (self.undone.bulk_values.to_names(name, value) for value in pair)
                left = LeftValue(at, undone_at, old, new, bulk_row.kept in SHARED)
                left_values[bulk_row.record_id, name].append(left)
        for values in left_values.values():
            values.sort(key=attrgetter("applied_at"), reverse=True)
        return left_values
