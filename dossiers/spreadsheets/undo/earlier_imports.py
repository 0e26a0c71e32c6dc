"""Finds the records and supplies that earlier imports created which were undone while a later import still held them.

The undo of such an import left them to the later import. They go when that is undone too, unless another import in
force has them.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from dossiers.models import Action, ImportRow, ImportRun, Supply
from dossiers.spreadsheets.imports.apply import WRITABLE

SUPPLY = "supply"  # the key in ImportRow.kept of a supply that is left


class EarlierImports:
    """The imports before a run that were undone."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        undone = ImportRun.objects.filter(
            record=run.record, state=ImportRun.State.UNDONE, applied_at__lt=run.applied_at
        )
        # Only if such an import was undone after this run was applied, others before it can have left something too.
        newest = undone.filter(undone_at__gt=run.applied_at)
        self.undone = list(undone.values_list("pk", flat=True)) if newest.exists() else []

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
