"""Determines the status that a record gets when an import or a bulk change is undone: what it would have without that.

That may differ from its former status, since a status follows from placements, which may have changed since.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from dossiers.models import (
    CLOSED_STATUSES,
    BulkChange,
    BulkRow,
    Dossier,
    EmployerInterest,
    ImportRow,
    ImportRun,
    InterestStatus,
    Placement,
    Step,
)
from dossiers.models.placements.status_sync import derive_interest_status, derive_status
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.undo.reasons import AT_WORK, BACK, EDITED, PROPOSED

Reasons = dict[int, dict[str, list[str]]]  # a defaultdict: reasons to leave something, by row and field
RestoredStatus = Callable[[int, str], str]  # maps a record and its status before the import to the status to restore
CLOSING_FIELDS = ("status", "closing_reason")
CLOSED = frozenset({*CLOSED_STATUSES, InterestStatus.CLOSED})


def find_closing_reasons(
    model: type[Model], keys: Collection[int], before: datetime, statuses: Mapping[int, str] | None = None
) -> dict[int, int | None]:
    """Return the key of the closing reason that each record had last before this moment, with this status if given."""
    history: Any = model.history  # type: ignore[attr-defined]
    steps = history.filter(id__in_batch=list(keys), history_date__lt=before).order_by("history_date", "history_id")
    return {
        key: reason
        for key, status, reason in steps.values_list("id", "status", "closing_reason_id").iterator()
        if statuses is None or status == statuses[key]
    }


def find_later_reasons(change_set: ImportRun | BulkChange, model: type[Model], keys: Collection[int]) -> set[int]:
    """Return the records with a closing reason that was filled in or changed after a change set, before its undo."""
    if not keys or not change_set.applied_at:
        return set()
    reasons_at_change = find_closing_reasons(
        model, keys, change_set.applied_at + timedelta(microseconds=1)
    )  # its own step too
    last = find_closing_reasons(model, keys, change_set.undone_at or timezone.now())
    return {key for key, reason in last.items() if reason and reason != reasons_at_change.get(key)}


def get_restored_status(model: type[Model], keys: Collection[int], since: datetime) -> RestoredStatus:
    """Return a function of the status to restore: the former one, or what the placements of the record give by now.

    Staff may also set the status of an interest, so that only placements that changed since this moment count.
    """
    if model is Dossier:
        steps: dict[int, set[str]] = defaultdict(set)
        for key, step in Placement.objects.open().filter(dossier_id__in_batch=keys).values_list("dossier", "status"):
            steps[key].add(step)
        return lambda key, status: status if status in CLOSED_STATUSES else derive_status(status, steps[key])
    if model is not EmployerInterest:
        return lambda _key, status: status
    shared = Placement.objects.open().filter(interest_id__in_batch=keys).exclude(shared_on=None)
    open_now, shared_since = _interests(shared), _interests(shared.filter(changed_at__gt=since))
    later_steps = Placement.history.filter(interest_id__in_batch=keys, history_date__gt=since)
    gone_since = _interests(later_steps.filter(Q(status=Step.ENDED) | Q(history_type="-"))) - open_now
    return lambda key, status: derive_interest_status(
        status, has_shared=key in shared_since, has_fewer=key in gone_since
    )


class Statuses:
    """The statuses of the records that a run changed."""

    def __init__(self, run: ImportRun, own_steps: list[int]) -> None:
        self.run, self.own_steps = run, own_steps

    def find_changed_statuses(self, rows: list[ImportRow], reasons_by_pk: Reasons) -> dict[int, list[str]]:
        """Return [status to restore, new status] by row, where the first differs from the former status.

        Rows whose status somebody changed since get a reason in `reasons_by_pk` and are not restored.
        """
        changes: dict[int, list[str]] = {}
        changed = {row.pk: row.target_id or 0 for row in rows if "status" in row.changes}
        keys = list(changed.values())
        since = self._statuses_since(keys)
        applied_at: Any = self.run.applied_at
        restored_status = get_restored_status(RESOURCES[self.run.record]._meta.model, keys, applied_at)
        for row in rows:
            if row.pk not in changed:
                continue
            (old, new), key = row.changes["status"], changed[row.pk]
            if since[key] - {new}:  # the status changed since, even if it changed back
                reasons_by_pk[row.pk].setdefault("status", [EDITED])
            if "status" in reasons_by_pk.get(row.pk, {}) or (back := restored_status(key, old)) == old:
                continue
            if back == new:
                reasons_by_pk[row.pk]["status"] = [BACK]
            else:
                changes[row.pk] = [back, new]
        return changes

    def _statuses_since(self, keys: list[int]) -> dict[int, set[str]]:
        """Return the statuses that the records have had since the run, except those that were undone."""
        model: Any = RESOURCES[self.run.record]._meta.model
        steps = model.history.filter(id__in_batch=keys, history_date__gt=self.run.applied_at)
        statuses: dict[int, set[str]] = defaultdict(set)
        for key, status in steps.exclude(import_run__in=self.own_steps).values_list("id", "status"):
            statuses[key].add(status)
        undone = BulkRow.objects.filter(
            change__kind=model._meta.model_name,
            change__field="status",
            change__state=BulkChange.State.UNDONE,
            change__applied_at__gt=self.run.applied_at,
            action=BulkRow.Action.CHANGES,
            kept="",
            record_id__in_batch=keys,
        )
        for key, status in undone.values_list("record_id", "new"):
            statuses[key].discard(status)
        return statuses


def plan_closing_reasons(
    model: type[Model],
    rows: list[ImportRow],
    current: dict[int, dict[str, Any]],
    reasons_by_pk: Reasons,
    replaced_changes: dict[int, dict[str, list[Any]]],
) -> None:
    """Leave a closing reason that would come back to an open record, and empty that of a record that is opened."""
    for row in rows:
        record, reasons = current[row.target_id or 0], reasons_by_pk.get(row.pk, {})
        is_restored = "status" in row.changes and "status" not in reasons
        status = (row.changes | replaced_changes.get(row.pk, {}))["status"][0] if is_restored else record["status"]
        if status in CLOSED:
            continue
        if record["closing_reason"] and record["status"] in CLOSED:  # it is opened
            replaced_changes[row.pk]["closing_reason"] = ["", record["closing_reason"]]
            if reasons.pop("closing_reason", None) and not reasons:
                del reasons_by_pk[row.pk]
        elif row.changes.get("closing_reason", [""])[0]:
            reasons_by_pk[row.pk].setdefault("closing_reason", [EDITED])


def check_positions(rows: list[ImportRow], reasons_by_pk: Reasons) -> None:
    """Add a reason to leave the number of positions of interests where more people work than the former number."""
    changed = {row.pk: row.target_id or 0 for row in rows if "positions" in row.changes}
    placements = Placement.objects.at_work().filter(interest_id__in_batch=list(changed.values()))
    working = Counter(placements.values_list("interest", flat=True))
    for row in rows:
        if row.pk in changed and EmployerInterest.find_position_errors(
            row.changes["positions"][0], working[changed[row.pk]]
        ):
            reasons_by_pk[row.pk].setdefault("positions", [AT_WORK])


def check_closing(rows: list[ImportRow], reasons_by_pk: Reasons) -> None:
    """Add a reason to leave the status of interests that would be closed while candidates are proposed there."""
    closed = {row.pk: row.target_id or 0 for row in rows if row.changes.get("status", [""])[0] == InterestStatus.CLOSED}
    proposed = _interests(Placement.objects.before_work().filter(interest_id__in_batch=list(closed.values())))
    for pk, key in closed.items():
        if key in proposed:
            reasons_by_pk[pk].setdefault("status", [PROPOSED])


def _interests(placements: Any) -> set[int]:
    return set(placements.values_list("interest", flat=True))
