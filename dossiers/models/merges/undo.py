"""Takes a merge back: the dossier that went returns, what people did since stays and is named."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.imports.import_run import UNDO_WITHIN
from dossiers.models.merges.merge import Merge, save_told, seen
from dossiers.models.merges.reassign import CAME, OWN, SHARED, counted, keys_at, known, move_back, pointing_at
from dossiers.models.merges.snapshots import exists, lost, made_again, present, put, put_lists, value_of
from dossiers.models.placements.status_sync import sync_dossier_status

EDITED, UNKNOWN = "edited", "unknown"
REASONS = {EDITED: _("changed since"), UNKNOWN: _("its former value is no longer in the list")}


class NotUndone(Exception):
    """Nothing was undone; carries one sentence that says why."""


@dataclass
class UndoPlan:
    """What an undo gives back and what it leaves."""

    merge: Merge
    person: str  # name of the one that returns
    returning: list[str] = field(default_factory=list)  # "2 supplies", to the dossier that returns
    incomplete: list[str] = field(default_factory=list)  # its fields that stay empty: what they named was deleted
    restored: dict[str, list[Any]] = field(default_factory=dict)  # of the kept one: {field: [former, now]}
    left: dict[str, str] = field(default_factory=dict)  # of the kept one: {field: reason}
    gone: list[str] = field(default_factory=list)  # moved along, and no longer with the kept one
    added: list[str] = field(default_factory=list)  # came to the kept one since, and stays there


def refusal(merge: Merge) -> str:
    """Why this merge can't be undone, as one sentence; empty when it can."""
    if merge.undone_at:
        day = timezone.localtime(merge.undone_at)
        return gettext("This merge was undone already, on %(day)s.") % {"day": f"{day:%d-%m-%Y}"}
    if merge.undo_until < timezone.now() or not merge.snapshot:
        return gettext("These dossiers were merged more than %(days)d days ago. That can't be undone any more.") % {
            "days": UNDO_WITHIN // timedelta(days=1)
        }
    later = Merge.objects.not_undone().filter(kept=merge.kept_id, pk__gt=merge.pk).order_by("-pk").first()
    if later:
        return gettext("%(later)s was merged into this dossier after it. Undo that first.") % {"later": later.reference}
    return ""


def plan(merge: Merge) -> UndoPlan:
    """Look at all that the merge changed and moved, and at what became of it."""
    kept_dossier, person = merge.kept, made_again(Dossier, merge.snapshot)
    undo_plan = UndoPlan(merge, person.full_name, incomplete=lost(Dossier, merge.snapshot))
    for name, (former, now) in present(Dossier, merge.changes).items():
        if value_of(kept_dossier, name) != now:
            undo_plan.left[name] = EDITED
        elif not exists(Dossier, name, former):
            undo_plan.left[name] = UNKNOWN
        else:
            undo_plan.restored[name] = [former, now]
    _plan_moved(undo_plan, kept_dossier)
    return undo_plan


def _plan_moved(undo_plan: UndoPlan, kept_dossier: Dossier) -> None:
    moved = dict(known(undo_plan.merge.moved))
    for relation in pointing_at(Dossier):
        keys = moved.get(relation, {OWN: [], CAME: [], SHARED: []})
        here = {str(key) for key in keys_at(relation, kept_dossier)}  # JSON keeps some keys as text
        came, own = ({str(key) for key in keys[part]} for part in (CAME, OWN))
        added = set() if relation.model is Merge else here - came - own  # this merge itself came since, and is no news
        for texts, count in (
            (undo_plan.returning, len(here & came) + len(keys[SHARED])),
            (undo_plan.gone, len(came - here)),
            (undo_plan.added, len(added)),
        ):
            if count:
                texts.append(counted(relation, count))


def undo(merge_id: int, user: User | None, shown: str) -> UndoPlan:
    """Take it back; raises NotUndone. `shown` is the mark of the kept dossier as the user saw it (see merging.seen)."""
    with transaction.atomic():
        kept_dossier = Dossier.objects.select_for_update().filter(merges=merge_id).order_by().first()
        merge = Merge.objects.select_for_update().get(pk=merge_id)
        if reason := refusal(merge):
            raise NotUndone(reason)
        if kept_dossier is None or seen(kept_dossier) != shown:
            raise NotUndone(gettext("This dossier was changed meanwhile. Look again at what comes back, then undo it."))
        merge.kept = kept_dossier
        undo_plan = plan(merge)
        change_reason = gettext("Merge undone")
        other = _bring_back(merge, user, change_reason)
        move_back(merge.moved, kept_dossier, other, user, change_reason)
        for name, (former, _now) in undo_plan.restored.items():
            put(kept_dossier, name, former)
        save_told(kept_dossier, user, change_reason)
        for dossier in (kept_dossier, other):
            if dossier.placements.exists():
                sync_dossier_status(dossier)
        for dossier, reference in ((kept_dossier, other.reference), (other, kept_dossier.reference)):
            log(dossier, "dossiers.unmerge", user=user, content_changed=True, data={"reference": reference})
        merge.undone_at, merge.undone_by, merge.left = timezone.now(), user, undo_plan.left
        merge.forget()
        merge.save()
    return undo_plan


def _bring_back(merge: Merge, user: User | None, reason: str) -> Dossier:
    """Under its own key, with the moment at which it was made; a save would give it a new one."""
    other: Dossier = made_again(Dossier, merge.snapshot)
    other.changed_at = timezone.now()
    other.save_base(raw=True, force_insert=True)
    put_lists(other, merge.snapshot)
    Dossier.history.bulk_history_create([other], default_user=user, default_change_reason=reason)
    other.record_sectors_in_history()
    return other
