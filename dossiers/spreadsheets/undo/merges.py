"""Undoes a merge together with what lists left to it that were undone while the dossiers were merged.

The undo of such a list left a merged dossier, and one into which others were merged. It is carried out once more for
both, so that what only undone lists made goes, and what they changed comes back.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dossiers.models import BulkRow, Dossier, ImportRow, ImportRun, Merge, RecordKind, Supply
from dossiers.models.merges import undo as merge_undo
from dossiers.models.withdrawal import sync_withdrawal_actions
from dossiers.spreadsheets.comparison import differs
from dossiers.spreadsheets.undo.given_values import TARGET, BulkValues, ChangeSets, get_sheet_name
from dossiers.spreadsheets.undo.plan import record_resource
from dossiers.spreadsheets.undo.undo import undo_again


@dataclass(frozen=True)
class LateEffect:
    """The effect of an undone list on a dossier after its merge was undone."""

    run: ImportRun
    dossier: int
    reference: str
    is_deleted: bool
    restored: list[str]  # labels of the fields that are as before the list again
    loses_supply: bool


def undo_merge(merge_id: int, user: User | None, shown: str) -> tuple[merge_undo.UndoPlan, list[LateEffect]]:
    """Undo a merge and what undone lists left to it; raises NotUndone. See `models.merges.undo.undo`."""
    with transaction.atomic():
        changes = Merge.objects.values_list("changes", flat=True).get(pk=merge_id)
        plan = merge_undo.undo(merge_id, user, shown)
        _correct_former_values(plan.merge, {name: changes[name] for name in plan.left.keys() & changes})
        effects = [effect for run in find_undone_runs(plan.merge) for effect in _undo_again(run, plan.merge, user)]
        sync_withdrawal_actions()
    return plan, effects


def preview_late_effects(merge: Merge, user: User | None, shown: str) -> list[LateEffect]:
    """Return the effects of undone lists if the merge is undone now; nothing is saved."""
    if not find_undone_runs(merge):
        return []
    with transaction.atomic():
        _plan, effects = undo_merge(merge.pk, user, shown)
        transaction.set_rollback(True)
    return effects


def find_undone_runs(merge: Merge) -> list[ImportRun]:
    """Return the lists with one of both dossiers that were undone since the merge, the last first."""
    runs = ImportRun.objects.filter(record=RecordKind.DOSSIERS, state=ImportRun.State.UNDONE)
    runs = runs.filter(applied_at__lt=merge.applied_at, undone_at__gt=merge.applied_at)
    with_dossiers = runs.filter(rows__target_id__in=[merge.kept_id, merge.other_id])
    return list(with_dossiers.distinct().order_by("-applied_at"))


def _correct_former_values(merge: Merge, left: dict[str, list[Any]]) -> None:
    """Make later changes of the kept dossier restore what it had before the merge, of the fields that its undo left.

    They replaced the values of the other dossier, and would put these back. `left` is {field: [old, new]}.
    """
    values = BulkValues(Dossier)
    before = {name: [values.to_names(name, value) for value in pair] for name, pair in left.items()}
    later = ChangeSets(Dossier, state=ImportRun.State.APPLIED, applied_at__gt=merge.applied_at)
    for row in ImportRow.objects.filter(run__in=later.runs, target_id=merge.kept_id):
        names = [name for name in row.changes if name in before and not differs(row.changes[name][0], before[name][1])]
        for name in names:
            row.changes[name][0] = before[name][0]
        if names:
            row.save(update_fields=["changes"])
    for change, bulk_row in later.iterate_bulk_rows(TARGET, [merge.kept_id], BulkRow.Action.CHANGES):
        old, new = left.get(get_sheet_name(change), (None, None))
        if new is not None and not differs(bulk_row.old, new):
            bulk_row.old = old
            bulk_row.save(update_fields=["old"])


def _undo_again(run: ImportRun, merge: Merge, user: User | None) -> list[LateEffect]:
    references = dict(Dossier.objects.filter(pk__in=[merge.kept_id, merge.other_id]).values_list("pk", "reference"))
    supplies = Supply.objects.filter(organisation=run.organisation_id, dossier__in=references)
    before = dict(supplies.values_list("pk", "dossier_id"))
    plan, rows = undo_again(run, list(references), timezone.now(), user.pk if user else None)
    lost = {before[key] for key in before.keys() - set(supplies.values_list("pk", flat=True))}
    fields = record_resource(run).sheet_fields()
    effects = []
    for row in rows:
        reasons, key = plan.reasons.get(row.pk, {}), row.target_id or 0
        changed = {name for name, (old, new) in row.changes.items() if old != new} - reasons.keys()
        is_restored = row.pk not in plan.left_entirely and not plan.removes(row)
        restored = [str(field.column_name) for name, field in fields.items() if is_restored and name in changed]
        effect = LateEffect(run, key, references[key], plan.removes(row), restored, key in lost)
        if effect.is_deleted or effect.restored or effect.loses_supply:
            effects.append(effect)
    return effects
