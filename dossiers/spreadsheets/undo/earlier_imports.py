"""Finds the records and supplies that earlier imports created which were undone while a later change still held them.

The undo of such an import left them to the later import or bulk change. They go when that is undone too, unless another
import in force has them.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db.models import Model, Q

from dossiers.models import Action, BulkChange, BulkRow, ImportRow, ImportRun, Supply
from dossiers.models.imports.import_row import RECORD_ACTIONS, SUPPLY
from dossiers.spreadsheets.undo.given_values import ChangeSets


class EarlierImports:
    """The imports before an import or a bulk change that were undone."""

    def __init__(self, change_set: ImportRun | BulkChange, model: type[Model]) -> None:
        self.change_set = change_set
        self.change_sets = ChangeSets(model, state="undone", applied_at__lt=change_set.applied_at)
        # Only if one of them was undone after this change set was applied, others before it can have left something
        # too.
        newest = ChangeSets(
            model, state="undone", applied_at__lt=change_set.applied_at, undone_at__gt=change_set.applied_at
        )
        self.undone = list(self.change_sets.runs.values_list("pk", flat=True)) if newest.exists() else []

    def find_creators(self, model: Any, column: str, keys: Collection[int]) -> dict[int, int]:
        """Return the undone imports that created these records, by key, if their undo left the record to later changes.

        `column` is the one of the rows with the keys of the records.
        """
        if not self.undone:
            return {}
        created = model.history.filter(import_run__in=self.undone, history_type="+", id__in_batch=list(keys))
        runs = dict(created.values_list("id", "import_run"))
        rows = ImportRow.objects.filter(run__in=self.undone, **{f"{column}__in_batch": list(runs)})
        rows = rows.filter(action__in=(*RECORD_ACTIONS, Action.ABSENT)).exclude(action=Action.ABSENT, changes={})
        fields = (column, "run__applied_at", "run__undone_at", "run")
        holders: list[tuple[Any, ...]] = list(rows.values_list(*fields).iterator())
        actions = (BulkRow.Action.CHANGES, BulkRow.Action.SAME)
        for change, row in self.change_sets.iterate_bulk_rows(column, runs, *actions):
            holders.append((row.record_id, change.applied_at, change.undone_at, None))
        until = dict.fromkeys(runs, self.change_set.applied_at)
        creators = {}
        for key, at, undone_at, run in sorted(holders, key=itemgetter(1), reverse=True):
            if undone_at > until[key]:
                until[key] = at
                if run == runs[key]:
                    creators[key] = run
        return creators

    def find_former_supplies(self, rows: Collection[ImportRow]) -> dict[int, dict[str, Any] | None]:
        """Return the supplies to restore instead of `supply_before`, by row; None for those that an import added."""
        run = self.change_set
        if not self.undone or not isinstance(run, ImportRun):
            return {}
        keys = [row.supply_id for row in rows]
        first_seen = dict(Supply.objects.filter(pk__in_batch=keys).values_list("pk", "first_seen"))
        written = ImportRow.objects.filter(
            Q(run__in=self.undone) | Q(run__state=ImportRun.State.APPLIED, run__applied_at__lt=run.applied_at),
            Q(supply_id__in_batch=keys) | Q(supply_id=None, target_id__in_batch=[row.target_id for row in rows]),
            run__record=run.record,
            run__organisation=run.organisation_id,
            action__in=RECORD_ACTIONS,
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
            until = run.applied_at
            for earlier in by_supply[row.supply_id] + ([adding] if adding else []):
                at, undone_at = earlier.run.applied_at, earlier.run.undone_at
                if earlier.run.state == ImportRun.State.APPLIED:
                    break
                if at and undone_at and until and undone_at > until and SUPPLY in (earlier.kept or {}):
                    former_supplies[row.pk], until = earlier.supply_before, at
        return former_supplies
