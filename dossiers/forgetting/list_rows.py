"""Finds the rows of lists about dossiers.

A row of a list that came while two dossiers were merged was matched with the kept one, and written into it. After the
undo of the merge it is about the other dossier again if it gives the reference of that, or changed a supply of that.
"""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from dossiers.models import Deletion, Dossier, ImportRow, Merge, RecordKind, Supply
from dossiers.models.snapshots import FIELDS


def find_rows(keys: Collection[int]) -> QuerySet[ImportRow]:
    """Return the rows of lists about the dossiers with these keys, of which some may be deleted or merged."""
    references = set(Dossier.history.filter(id__in=keys).values_list("reference", flat=True))
    others = {merge.kept_reference for merge in Merge.objects.find_undone(references)}
    targets = {*keys, *Dossier.history.filter(reference__in=others).values_list("id", flat=True)}
    rows = ImportRow.objects.filter(run__record=RecordKind.DOSSIERS)
    matched = find_dossiers(rows.filter(Q(target_id__in=targets) | has_supply_of(keys)))
    return rows.filter(pk__in=[row.pk for row, key in matched.items() if key in keys])


def has_supply_of(keys: Collection[int]) -> Q:
    """Return the condition that a row changed a supply of one of these dossiers."""
    return Q(supply_id__in=Supply.objects.filter(dossier__in=keys).values("pk"))


def find_dossiers(rows: QuerySet[ImportRow]) -> dict[ImportRow, int]:
    """Return {row: key of the dossier that it is about}, without rows that match none."""
    matched = list(rows.exclude(target_id=None).select_related("run__organisation"))
    supplies = {row.supply_id for row in matched if row.supply_id}
    owners = dict(Supply.objects.filter(pk__in=supplies).values_list("pk", "dossier"))
    if supplies - owners.keys():
        owners |= {values[FIELDS]["id"]: dossier for dossier, values in Deletion.objects.get_snapshots(Supply)}
    references = {row.given["reference"] for row in matched if row.given.get("reference")}
    by_reference = dict(Dossier.history.filter(reference__in=references).values_list("reference", "id"))
    dossiers = {}
    for row in matched:
        target = None if row.run.with_partner else row.target_id  # a list that is with a partner matches supplies
        if key := by_reference.get(row.given.get("reference", "")) or owners.get(row.supply_id or 0) or target:
            dossiers[row] = key
    return dossiers
