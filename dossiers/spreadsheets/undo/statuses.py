"""Which status a record has when an import that changed it is undone: the one that it would have without that import.

Meanwhile placements went on, and a status follows from them; a former value that was true then may not be true now.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from dossiers.models import (
    CLOSED_STATUSES,
    BulkChange,
    BulkRow,
    EmployerInterest,
    ImportRow,
    ImportRun,
    InterestStatus,
    Placement,
    RecordKind,
    Step,
)
from dossiers.models.placements.status_sync import derive_status
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.undo.reasons import AT_WORK, EDITED

Kept = dict[int, dict[str, list[str]]]  # of undo_plan.py: it makes an entry for who asks
Former = Callable[[int, str], str]  # of a record and its status before the import: what that has become


class Statuses:
    """Of the records that a run changed."""

    def __init__(self, run: ImportRun, own_steps: list[int]) -> None:
        self.run, self.own_steps = run, own_steps

    def judge(self, rows: list[ImportRow], current: dict[int, dict[str, Any]], reasons_by_pk: Kept) -> dict[int, str]:
        """What comes back instead of the former status, by row; `kept` gets what was decided about it since."""
        reasons: dict[int, str] = {}
        changed = {row.pk: row.target_id or 0 for row in rows if "status" in row.changes}
        keys = list(changed.values())
        since, former = self._since(keys), self._former(keys)
        for row in rows:
            if row.pk not in changed:
                continue
            (old, new), key = row.changes["status"], changed[row.pk]
            if since[key] - {new}:  # it became another one, and perhaps this one again
                reasons_by_pk[row.pk].setdefault("status", [EDITED])
            if "status" not in reasons_by_pk.get(row.pk, {}):
                if (back := former(key, old)) != old:
                    reasons[row.pk] = back
            elif row.changes.get("closing_reason", [""])[0] and not _is_closed(current[key]["status"]):
                reasons_by_pk[row.pk].setdefault("closing_reason", [EDITED])
        return reasons

    def _since(self, keys: list[int]) -> dict[int, set[str]]:
        """What these records have been since, by anybody's hand."""
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
        for key, status in undone.values_list("record_id", "new"):  # it came to nothing
            statuses[key].discard(status)
        return statuses

    def _former(self, keys: list[int]) -> Former:
        return self._of_dossiers(keys) if self.run.record == RecordKind.DOSSIERS else self._of_interests(keys)

    def _of_dossiers(self, keys: list[int]) -> Former:
        statuses: dict[int, set[str]] = defaultdict(set)
        for key, step in Placement.objects.open().filter(dossier_id__in_batch=keys).values_list("dossier", "status"):
            statuses[key].add(step)
        return lambda key, status: status if status in CLOSED_STATUSES else derive_status(status, statuses[key])

    def _of_interests(self, keys: list[int]) -> Former:
        """Staff may also have set it: only what happened to placements since the import changes that."""
        shared = Placement.objects.filter(interest_id__in_batch=keys).exclude(shared_on=None)
        since = shared.filter(changed_at__gt=self.run.applied_at)
        open_now, told_since = _interests(shared.open()), _interests(since.open())
        ended_since = _interests(since.filter(status=Step.ENDED))

        def become(key: int, status: str) -> str:
            if status == InterestStatus.MATCHED and key in ended_since - open_now:
                return InterestStatus.CONTACTED.value
            if status in (InterestStatus.NEW, InterestStatus.CONTACTED) and key in told_since:
                return InterestStatus.MATCHED.value
            return status

        return become


def judge_places(rows: list[ImportRow], reasons_by_pk: Kept) -> None:
    """No fewer places come back than people work there."""
    changed = {row.pk: row.target_id or 0 for row in rows if "positions" in row.changes}
    working = _at_work(changed.values())
    for row in rows:
        if row.pk in changed and EmployerInterest.find_position_errors(
            row.changes["positions"][0], working[changed[row.pk]]
        ):
            reasons_by_pk[row.pk].setdefault("positions", [AT_WORK])


def _is_closed(status: str) -> bool:
    return status in CLOSED_STATUSES or status == InterestStatus.CLOSED


def _interests(placements: Any) -> set[int]:
    return set(placements.values_list("interest", flat=True))


def _at_work(keys: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for key in Placement.objects.at_work().filter(interest_id__in_batch=list(keys)).values_list("interest", flat=True):
        counts[key] += 1
    return counts
