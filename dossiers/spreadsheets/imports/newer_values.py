"""Finds the values that a partner's list would overwrite although they come from a list that was sent later.

A coordinator decides whether the newer values stay: then the list says nothing about these fields.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.imports.import_run import SAME_LINES, WRITTEN_ACTIONS
from dossiers.spreadsheets.comparison import differs

NEWER = "newer"
UNDECIDED = (ImportRun.State.READING, ImportRun.State.PREVIEWED, ImportRun.State.APPLYING)


class ChangedRow(Protocol):
    """A staged row, or the values of one before it is saved."""

    target_id: int | None
    given: dict[str, Any]
    changes: dict[str, list[Any]]
    action: str


class NewerValues:
    """The values of later lists of the same organisation that a list would overwrite."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run

    @cached_property
    def later_runs(self) -> dict[int, ImportRun]:
        """The applied lists of the organisation that were sent later, by key, in the order of sending.

        A list that a coordinator uploaded counts from its upload. The coordinators' own lists and those that are still
        with the partner have none, since nobody knows when they were sent.
        """
        if not self.run.sent_at or self.run.with_partner or self.run.state not in UNDECIDED:
            return {}
        applied = ImportRun.objects.filter(
            record=self.run.record, organisation=self.run.organisation_id, state=ImportRun.State.APPLIED
        )
        uploaded_again = Q(sent_at=None, decided__has_key=SAME_LINES)
        later = applied.exclude(uploaded_again).annotate(since=Coalesce("sent_at", "created_at"))
        return {run.pk: run for run in later.filter(since__gt=self.run.sent_at).order_by("since", "pk")}

    @property
    def key(self) -> str:
        """The key of the decision in `decided["parts"]`; a list that is applied meanwhile asks again."""
        return f"{NEWER}-{next(reversed(self.later_runs), '')}"

    @property
    def decision(self) -> bool | None:
        """Whether the older values are imported too; None as long as nobody decided."""
        answer: bool | None = self.run.decided.get("parts", {}).get(self.key)
        return answer

    def find(self, rows: Iterable[ChangedRow]) -> dict[int, dict[str, ImportRun]]:
        """Return the later list of each value that these rows would overwrite, by record and field."""
        if not self.later_runs:
            return {}
        changes = {row.target_id: row.changes for row in rows if row.target_id and row.changes}
        later_rows = ImportRow.objects.filter(
            run__in=list(self.later_runs),
            action__in=(*WRITTEN_ACTIONS, Action.UNCHANGED),
            target_id__in_batch=list(changes),
        )
        newer: dict[int, dict[str, ImportRun]] = defaultdict(dict)
        rows_by_run: dict[int, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        for key, target, row_values in later_rows.values_list("run_id", "target_id", "given"):
            if target:
                rows_by_run[key].append((target, row_values))
        for key, run in self.later_runs.items():  # of two later lists, the last one has given the value
            for target, row_values in rows_by_run[key]:
                for name, (old, _new) in changes[target].items():
                    if name in row_values and name not in self.run.appended and not differs(old, row_values[name]):
                        newer[target][name] = run
        return dict(newer)

    def find_rows(self) -> list[tuple[ImportRow, dict[str, ImportRun]]]:
        """Return the rows of the list that would overwrite newer values, with the later list of each field."""
        if not self.later_runs:
            return []
        targets = ImportRow.objects.filter(run__in=list(self.later_runs)).values("target_id")
        rows = list(self.run.rows.filter(action=Action.CHANGED, target_id__in=targets))
        newer = self.find(rows)
        return [(row, newer[row.target_id]) for row in rows if row.target_id in newer]

    def remove(self, rows: list[Any]) -> None:
        """Remove from these classified rows what the coordinator decided not to overwrite."""
        if not self.later_runs or self.decision is not False:
            return
        newer = self.find(rows)
        for row in rows:
            for name in newer.get(row.target_id or 0, ()):
                del row.changes[name], row.given[name]
            if row.action == Action.CHANGED and not row.changes:
                row.action = Action.UNCHANGED
