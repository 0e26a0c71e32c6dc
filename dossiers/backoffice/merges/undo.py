"""Undoes a merge together with what lists and bulk changes left to it that were undone while the dossiers were merged.

The undo of such a change set left a merged dossier, and one into which others were merged. It is carried out once more
for both, so that what only undone lists made goes, and what the change sets changed comes back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, partial
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from dossiers.bulk_changes.available_fields import get_field
from dossiers.bulk_changes.undo import undo_again as undo_bulk_change_again
from dossiers.forgetting.list_rows import find_dossiers
from dossiers.models import BulkChange, BulkRow, Dossier, ImportRow, ImportRun, Merge, Supply
from dossiers.models.change_set import NotUndone
from dossiers.models.merges import undo as merge_undo
from dossiers.models.merges.merge import SECTORS
from dossiers.models.merges.undo import get_merged_step
from dossiers.models.snapshots import get_json_value
from dossiers.models.withdrawal import sync_withdrawal_actions
from dossiers.spreadsheets.comparison import current_values, differs
from dossiers.spreadsheets.resources import DossierResource
from dossiers.spreadsheets.undo.given_values import TARGET, BulkValues, ChangeSets, get_sheet_name
from dossiers.spreadsheets.undo.later_changes import LaterChanges
from dossiers.spreadsheets.undo.plan import record_resource
from dossiers.spreadsheets.undo.reasons import CREATOR_UNDONE, EDITED
from dossiers.spreadsheets.undo.undo import undo_again as undo_list_again
from dossiers.spreadsheets.undo.undo_plan import UndoPlan


@dataclass(frozen=True)
class LateEffect:
    """The effect of an undone list or bulk change on a dossier after its merge was undone."""

    change_set: ImportRun | BulkChange
    dossier: int
    reference: str
    is_deleted: bool
    restored: list[str]  # labels of the fields that are as before the change set again
    loses_supply: bool = False


class MergeUndoPlan(UndoPlan):
    """Plans and does the undo of a merge, together with what it takes back of change sets undone before it."""

    def __init__(self, merge: Merge, plan: merge_undo.UndoPlan, effects: list[LateEffect]) -> None:
        self.merge, self.plan, self.effects = merge, plan, effects
        self.lines = find_lines(merge, plan.left)

    @property
    def change_set(self) -> Merge:
        return self.merge

    @property
    def deleted(self) -> set[int]:
        """The keys of the dossiers that only undone lists made."""
        return {effect.dossier for effect in self.effects if effect.is_deleted}

    @cached_property
    def leaves_everything(self) -> bool:
        return False  # the other dossier is one of its own again

    def get_effects(self) -> Any:
        plan = self.plan
        late = [
            [str(effect.change_set._meta), effect.change_set.pk, effect.dossier, effect.is_deleted, effect.restored]
            for effect in self.effects
        ]
        return [
            plan.returning,
            plan.incomplete,
            plan.other_status,
            plan.restored,
            plan.left,
            plan.gone,
            plan.added,
            [[record._meta.label, record.pk] for record in (*plan.added_records, *plan.edited_records)],
            late,
        ]

    def get_reasons(self) -> list[str]:
        return list(dict.fromkeys(self.plan.left.values()))

    def get_reasons_by_record(self) -> dict[int, set[str]]:
        return {self.merge.kept_id or 0: set(self.get_reasons())}

    def find_later_change_sets(self) -> set[ImportRun | BulkChange]:
        step, resource = get_merged_step(self.merge), DossierResource(out_of_use=True)
        left = {name for name, reason in self.plan.left.items() if reason == EDITED}
        names = left & resource.sheet_fields().keys() if step else set()
        if not names:
            return set()
        later = LaterChanges(self.merge, Dossier, TARGET, since=step.history_date)
        to_names = later.later.bulk_values.to_names
        written = {
            name: step.sector_names.split(", ")
            if name == SECTORS
            else to_names(name, get_json_value(step.instance, name))
            for name in names
        }
        later.add_left(self.merge.kept_id or 0, {name: [EDITED] for name in names}, written)
        return later.find_change_sets(partial(current_values, resource))


def undo_merge(merge_id: int, user: User | None, shown: str, promised: str = "") -> MergeUndoPlan:
    """Undo a merge and what undone change sets left to it; raises NotUndone. See `models.merges.undo.undo`.

    `promised` is the version of the plan that the user saw; another one is not carried out.
    """
    with transaction.atomic():
        merge = Merge.objects.get(pk=merge_id)
        plan = merge_undo.undo(merge_id, user, shown)
        _correct_former_values(plan.merge, {name: merge.changes[name] for name in plan.left.keys() & merge.changes})
        effects: list[LateEffect] = []
        for change_set in find_undone_change_sets(plan.merge):
            if isinstance(change_set, ImportRun):
                effects += _undo_list_again(change_set, plan.merge, user)
            else:
                effects += _undo_bulk_change_again(change_set, plan.merge, user)
        if effects:
            _tell_late_effects(plan, merge)
        sync_withdrawal_actions()
        done = MergeUndoPlan(merge, plan, effects)
        if promised and promised != done.get_version():
            raise NotUndone(gettext("Something changed meanwhile. Look again at what comes back, then undo the merge."))
    return done


def preview_undo(merge: Merge, user: User | None, shown: str) -> MergeUndoPlan:
    """Return what the undo of a merge does if it is carried out now; nothing is saved."""
    with transaction.atomic():
        plan = undo_merge(merge.pk, user, shown)
        transaction.set_rollback(True)
    return plan


def _tell_late_effects(plan: merge_undo.UndoPlan, merge: Merge) -> None:
    """Make the plan of a merge that was undone say what is so after what undone change sets took back."""
    other, kept_dossier = (Dossier.objects.filter(pk=key).first() for key in (merge.other_id, merge.kept_id or 0))
    plan.returning = merge_undo.count_returned(merge.moved, other) if other else []
    if other is None:
        plan.gone, plan.incomplete, plan.edited_records = [], [], []
    values = {
        name: [get_json_value(kept_dossier, name), now]
        for name, (_former, now) in plan.restored.items()
        if kept_dossier
    }
    plan.restored = {name: [value, now] for name, (value, now) in values.items() if value != now}
    if kept_dossier is None:
        plan.left, plan.added, plan.added_records = {}, [], []


def find_undone_change_sets(merge: Merge) -> list[ImportRun | BulkChange]:
    """Return the lists and bulk changes with one of both dossiers that were undone since the merge, the last first."""
    keys = [merge.kept_id or 0, merge.other_id]
    undone = ChangeSets(Dossier, state="undone", applied_at__lt=merge.applied_at, undone_at__gt=merge.applied_at)
    runs = undone.runs.filter(rows__target_id__in=keys).distinct()
    bulk_changes = undone.bulk_changes.filter(rows__record_id__in=keys).distinct()
    return sorted([*runs, *bulk_changes], key=attrgetter("applied_at"), reverse=True)


def find_lines(merge: Merge, left: Collection[str]) -> dict[str, tuple[ImportRow, str]]:
    """Return the line of a list that gave each left value, with the reference of the dossier that the line is about.

    It has a number or reference of that dossier; a line with only a name may be about either. The merge is undone.
    """
    resource, references = DossierResource(out_of_use=True), _get_references(merge)
    names = resource.sheet_fields().keys() & left
    if not names:
        return {}
    rows = ImportRow.objects.filter(Q(supply_id__isnull=False) | Q(given__has_key="reference"))
    rows = rows.filter(run__state=ImportRun.State.APPLIED, run__applied_at__gt=merge.applied_at)
    rows = rows.filter(target_id=merge.kept_id).order_by("run__applied_at", "pk")
    values = current_values(resource, [merge.kept_id or 0], list(names))[merge.kept_id or 0]
    return {
        name: (row, references[key])
        for row, key in find_dossiers(rows).items()
        for name in names & row.changes.keys()
        if key in references and not differs(row.changes[name][1], values[name])
    }


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
    for change, bulk_row in later.iterate_bulk_rows(TARGET, [merge.kept_id or 0], BulkRow.Action.CHANGES):
        old, new = left.get(get_sheet_name(change), (None, None))
        if new is not None and not differs(bulk_row.old, new):
            bulk_row.old, bulk_row.former = old, [old]
            bulk_row.save(update_fields=["old", "former"])


def _get_references(merge: Merge) -> dict[int, str]:
    """Return the references of both dossiers, without those that are gone, by key."""
    return dict(Dossier.objects.filter(pk__in=[merge.kept_id, merge.other_id]).values_list("pk", "reference"))


def _undo_list_again(run: ImportRun, merge: Merge, user: User | None) -> list[LateEffect]:
    references = _get_references(merge)
    supplies = Supply.objects.filter(organisation=run.organisation_id, dossier__in=references)
    before = dict(supplies.values_list("pk", "dossier_id"))
    plan, rows = undo_list_again(run, list(references), timezone.now(), user.pk if user else None)
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


def _undo_bulk_change_again(change: BulkChange, merge: Merge, user: User | None) -> list[LateEffect]:
    references, label = _get_references(merge), str(get_field(change).label)
    return [
        LateEffect(change, row.record_id, references[row.record_id], row.kept == CREATOR_UNDONE, [label])
        for row in undo_bulk_change_again(change, list(references), user)
        if row.kept in ("", CREATOR_UNDONE)
    ]
