"""Undoes a merge together with what lists left to it that were undone while the dossiers were merged.

The undo of such a list left a merged dossier, and one into which others were merged. It is carried out once more for
both, so that what only undone lists made goes, and what they changed comes back.
"""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dossiers.models import Dossier, ImportRun, Merge, RecordKind, Supply
from dossiers.models.merges import undo as merge_undo
from dossiers.models.withdrawal import sync_withdrawal_actions
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
        plan = merge_undo.undo(merge_id, user, shown)
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
