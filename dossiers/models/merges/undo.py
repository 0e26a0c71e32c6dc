"""Undoes a merge: restores the other dossier, and reports the later changes that are left as they are."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dossiers.models.candidate_page.links import CandidateLink
from dossiers.models.change_set import NotUndone
from dossiers.models.deletion import Deletion
from dossiers.models.dossiers.dossier import CLOSED_STATUSES, PLACED_STATUSES, Dossier, Status
from dossiers.models.dossiers.surnames import SURNAME_FIELDS
from dossiers.models.merges.merge import ARCHIVED, Merge, get_version_mark, save_with_reason
from dossiers.models.merges.reassign import (
    CAME,
    OWN,
    SHARED,
    Moved,
    filter_rows,
    find_foreign_keys,
    format_count,
    get_keys,
    iterate_known_fields,
    restore_references,
)
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.models.placements.placement import Placement
from dossiers.models.placements.status_sync import derive_status, find_unplaced_status, sync_dossier_status
from dossiers.models.snapshots import (
    drop_unknown_fields,
    find_lost_fields,
    get_json_value,
    rebuild_record,
    references_exist,
    restore_lists,
    set_json_value,
)
from dossiers.models.text_fields import normalize_line_ends

EDITED, UNKNOWN = "edited", "unknown"
MERGE_UNDONE = _("Merge undone")  # the reason in the history of both dossiers
NOT_COMPARED = {"id", "changed_at", EXTRA}  # own fields are in EXTRA
REASONS = {EDITED: _("changed since"), UNKNOWN: _("its former value is no longer in the list")}


@dataclass
class UndoPlan:
    """The values that an undo restores, and those that it leaves with a reason."""

    merge: Merge
    person: str  # full name in the restored dossier
    returning: list[str] = field(default_factory=list)  # "2 supplies", return to the restored dossier
    incomplete: list[str] = field(default_factory=list)  # fields of the restored dossier that refer to deleted records
    other_status: str = ""  # of the restored dossier, if placements that changed since give it another one
    restored: dict[str, list[Any]] = field(default_factory=dict)  # of the kept dossier: {field: [former, current]}
    left: dict[str, str] = field(default_factory=dict)  # of the kept dossier: {field: reason}
    gone: list[str] = field(default_factory=list)  # moved by the merge, but no longer at the kept dossier
    added: list[str] = field(default_factory=list)  # added to the kept dossier since, and stays there
    added_records: list[models.Model] = field(default_factory=list)  # the same, as records
    edited_records: list[models.Model] = field(default_factory=list)  # changed since, and return as they are now


def plan_undo(merge: Merge) -> UndoPlan:
    """Return what an undo would restore and leave; nothing is saved."""
    kept_dossier, person = merge.kept, rebuild_record(Dossier, merge.snapshot)
    undo_plan = UndoPlan(merge, person.full_name, incomplete=find_lost_fields(Dossier, merge.snapshot))
    for name, (former, now) in drop_unknown_fields(Dossier, merge.changes).items():
        if isinstance(now, str):
            now = normalize_line_ends(now)  # a merge from before texts were normalized
        if get_json_value(kept_dossier, name) != now:
            undo_plan.left[name] = EDITED
        elif not references_exist(Dossier, name, former):
            undo_plan.left[name] = UNKNOWN
        else:
            undo_plan.restored[name] = [former, now]
    # What a later list said may be about the other person, but nobody can tell: it stays, and is named.
    undo_plan.left |= dict.fromkeys(find_later_changes(merge), EDITED)
    if not undo_plan.left.keys().isdisjoint(SURNAME_FIELDS):  # these are restored together
        for name in undo_plan.restored.keys() & SURNAME_FIELDS:
            del undo_plan.restored[name]
            undo_plan.left[name] = EDITED
    _plan_status(undo_plan, kept_dossier)
    _plan_closing(undo_plan, kept_dossier)
    _plan_references(undo_plan, kept_dossier)
    return undo_plan


def _plan_closing(undo_plan: UndoPlan, kept_dossier: Dossier) -> None:
    """Restore the closing reason and the archiving as they fit the status."""
    merge = undo_plan.merge
    # The closing reason is left with the status, and emptied if the dossier is opened.
    is_status_left = "status" in undo_plan.left.keys() & merge.changes.keys()
    if is_status_left and "closing_reason" in undo_plan.restored:
        del undo_plan.restored["closing_reason"]
        undo_plan.left["closing_reason"] = EDITED
    status = undo_plan.restored.get("status", [kept_dossier.status])[0]
    if kept_dossier.closing_reason_id and Dossier.is_opened(kept_dossier.status, status):
        undo_plan.left.pop("closing_reason", None)
        undo_plan.restored["closing_reason"] = [None, kept_dossier.closing_reason_id]
    if status not in CLOSED_STATUSES and undo_plan.restored.get(ARCHIVED, [None])[0]:
        del undo_plan.restored[ARCHIVED]
    if kept_dossier.archived_at is None:  # beside what stays, "archived" would say that it is
        undo_plan.left.pop(ARCHIVED, None)


def _plan_status(undo_plan: UndoPlan, kept_dossier: Dossier) -> None:
    """Restore the status that follows from the placements that the kept dossier keeps, or else the former one."""
    merge = undo_plan.merge
    if not _had_placements(kept_dossier) or _is_status_typed(merge, kept_dossier):
        return
    came = [key for relation, keys in iterate_known_fields(merge.moved) if relation.model is Placement
            for key in keys[CAME]]  # fmt: skip
    placements = kept_dossier.placements.exclude(pk__in=came)
    steps = set(placements.open().values_list("status", flat=True))
    merged = get_merged_step(merge)
    status = merged.status if merged else kept_dossier.status
    status, _now = merge.changes.get("status", [status, status])
    if status in PLACED_STATUSES or (steps and status not in CLOSED_STATUSES):
        status = derive_status(status, steps, find_unplaced_status(kept_dossier, came, merge.applied_at))
    elif status not in CLOSED_STATUSES and placements.filter(created_at__gt=merge.applied_at).exists():
        status = Status.AVAILABLE.value
    undo_plan.left.pop("status", None)
    undo_plan.restored.pop("status", None)
    if status != kept_dossier.status:
        undo_plan.restored["status"] = [status, kept_dossier.status]


def _is_status_typed(merge: Merge, kept_dossier: Dossier) -> bool:
    """Whether somebody changed the status since the merge, so that it does not follow from the placements now."""
    steps = kept_dossier.history.filter(history_date__gte=merge.applied_at).order_by("history_date", "history_id")
    statuses = [*steps.values_list("status", flat=True), kept_dossier.status]
    if kept_dossier.status in PLACED_STATUSES | {statuses[0]}:
        return False
    return any(
        old != new and new not in PLACED_STATUSES and (old not in PLACED_STATUSES or new in CLOSED_STATUSES)
        for old, new in pairwise(statuses)
    )


def _had_placements(dossier: Dossier) -> bool:
    """Whether the dossier has or had a placement, which may be deleted since."""
    return dossier.placements.exists() or Placement.history.filter(dossier_id=dossier.pk).exists()


def find_later_changes(merge: Merge) -> list[str]:
    """Return the fields of the kept dossier that the merge left alone, and that were changed since."""
    merged = get_merged_step(merge)
    if merged is None:
        return []
    before, now = merged.instance, merge.kept
    names = [field.name for field in merged.tracked_fields] + sorted({*getattr(before, EXTRA), *getattr(now, EXTRA)})
    changed = [
        name for name in names if name not in NOT_COMPARED and get_json_value(before, name) != get_json_value(now, name)
    ]
    if merged.sector_names != ", ".join(now.sectors.values_list("name", flat=True)):
        changed.append("sectors")
    return [name for name in changed if name not in merge.changes]


def get_merged_step(merge: Merge) -> Any:
    """Return the step in the history of the kept dossier with its values right after the merge; None if it is gone."""
    steps = merge.kept.history.filter(history_date__gte=merge.applied_at)
    return steps.order_by("history_date", "history_id").first()


def count_returned(moved: Moved, other: Dossier) -> list[str]:
    """Return the counts of what a merge moved and what is at the other dossier again, as texts for people."""
    counts = []
    for relation, keys in iterate_known_fields(moved):
        if relation.model is not CandidateLink:  # the merge revoked these, so they are of no use to anybody
            there = {str(key) for key in get_keys(relation, other)}
            returned = len(there.intersection(map(str, keys[CAME]))) + len(keys[SHARED])
            counts += [format_count(relation, returned)] if returned else []
    return counts


def _plan_references(undo_plan: UndoPlan, kept_dossier: Dossier) -> None:
    moved = dict(iterate_known_fields(undo_plan.merge.moved))
    merged = get_merged_step(undo_plan.merge)
    for relation in find_foreign_keys(Dossier):
        keys = moved.get(relation, {OWN: [], CAME: [], SHARED: []})
        here = {str(key) for key in get_keys(relation, kept_dossier)}  # some keys are texts in JSON
        came, own = ({str(key) for key in keys[part]} for part in (CAME, OWN))
        if relation.model is CandidateLink:  # the merge revoked these, so they are of no use to anybody
            came, own = set(), own | came
        added = set() if relation.model is Merge else here - came - own  # a merge itself is no addition
        for texts, count in (
            (undo_plan.returning, len(here & came) + len(keys[SHARED])),
            (undo_plan.gone, len(came - here)),
            (undo_plan.added, len(added)),
        ):
            if count:
                texts.append(format_count(relation, count))
        undo_plan.added_records += filter_rows(relation, pk__in=added)
        if merged and hasattr(relation.model, "history"):
            edits = relation.model.history.filter(id__in=here & came, history_date__gt=merged.history_date)
            undo_plan.edited_records += filter_rows(relation, pk__in=edits.values("id"))


def undo(merge_id: int, user: User | None, shown: str) -> UndoPlan:
    """Undo a merge; raises NotUndone. `shown` is the version mark of the kept dossier that the user saw."""
    with transaction.atomic():
        kept_dossier = Dossier.objects.select_for_update().filter(merges=merge_id).order_by().first()
        merge = Merge.objects.select_for_update().get(pk=merge_id)
        if reason := merge.find_undo_refusal():
            raise NotUndone(reason)
        if kept_dossier is None or get_version_mark(kept_dossier) != shown:
            raise NotUndone(gettext("This dossier was changed meanwhile. Look again at what comes back, then undo it."))
        merge.kept = kept_dossier
        undo_plan = plan_undo(merge)
        change_reason = str(MERGE_UNDONE)
        other: Dossier = rebuild_record(Dossier, merge.snapshot)
        other.changed_at = timezone.now()
        other.save_base(raw=True, force_insert=True)  # `save()` would overwrite the creation date
        restore_lists(other, merge.snapshot)
        Dossier.history.bulk_history_create([other], default_user=user, default_change_reason=change_reason)
        other.record_sectors_in_history()
        restore_references(merge.moved, kept_dossier, other, user, change_reason)
        Deletion.objects.return_references(merge.moved, kept_dossier.pk, other.pk)
        for name, (former, _now) in undo_plan.restored.items():
            set_json_value(kept_dossier, name, former)
        save_with_reason(kept_dossier, user, change_reason)
        for dossier in (kept_dossier, other):
            if _had_placements(dossier):
                former_status = dossier.status
                sync_dossier_status(dossier, find_unplaced_status(dossier, until=merge.applied_at))
                if dossier is other and dossier.status != former_status:
                    undo_plan.other_status = dossier.status
        for dossier, reference in ((kept_dossier, other.reference), (other, kept_dossier.reference)):
            log(dossier, "dossiers.unmerge", user=user, content_changed=True, data={"reference": reference})
        merge.undone_at, merge.undone_by, merge.left = timezone.now(), user, undo_plan.left
        merge.forget()
        merge.save()
    return undo_plan
