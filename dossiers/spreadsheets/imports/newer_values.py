"""Finds the values of dossiers that a partner's list would overwrite although they were set after it was sent.

A coordinator decides whether the newer values stay: then the list says nothing about these fields.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.functional import cached_property

from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.imports.import_run import SAME_LINES, WRITTEN_ACTIONS
from dossiers.spreadsheets.comparison import differs, find_lines, find_removed_lines
from dossiers.spreadsheets.provenance import Origin, find_origins, steps_since

NEWER = "newer"
UNDECIDED = (ImportRun.State.READING, ImportRun.State.PREVIEWED, ImportRun.State.APPLYING)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ChangedRow(Protocol):
    """A staged row, or the values of one before it is saved."""

    line: int
    target_id: int | None
    given: dict[str, Any]
    changes: dict[str, list[Any]]
    action: str


@dataclass(frozen=True)
class NewerValue:
    """Where a newer value comes from: another list, or a change by a user, the API or the candidate."""

    supplied_at: datetime
    saved_at: datetime
    """When it was written to the dossier, which may be long after it was supplied."""
    run: ImportRun | None = None
    user_name: str = ""


@dataclass(frozen=True)
class Decision:
    """A coordinator's answer: whether a list replaces the newer values that were saved until a moment."""

    key: str
    use_older: bool

    @property
    def until(self) -> datetime:
        return EPOCH + timedelta(microseconds=int(self.key.split("-")[1]))

    @property
    def run_keys(self) -> list[int]:
        """The keys of the lists that the question named."""
        return [int(key) for part in self.key.split("-")[2:] for key in part.split(".") if key]


class NewerValues:
    """The values that were set after a list was sent, and that the list would overwrite."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run

    @cached_property
    def since(self) -> datetime | None:
        """The moment at which the list was sent for the first time.

        None for a list about which nothing is asked: the coordinators' own lists, since nobody knows when they were
        sent, those that are still with the partner, and those that were decided on.
        """
        if not self.run.sent_at or self.run.with_partner or self.run.state not in UNDECIDED:
            return None
        return self.run.first_sent_at

    @cached_property
    def later_runs(self) -> dict[int, ImportRun]:
        """The lists that were imported after this one was sent, by key, in the order of importing.

        A list that a coordinator uploaded counts from its upload, and its continuation does not count.
        """
        applied = ImportRun.objects.filter(
            record=self.run.record, state=ImportRun.State.APPLIED, applied_at__gt=self.since
        )
        uploaded_again = Q(sent_at=None, decided__has_key=SAME_LINES)
        fields = ("file_name", "sent_at", "first_sent_at", "created_at", "applied_at", "decided")
        return {run.pk: run for run in applied.exclude(uploaded_again).only(*fields).order_by("applied_at", "pk")}

    @cached_property
    def decision(self) -> Decision | None:
        """The last decision; None as long as nobody decided."""
        answers = self.run.decided.get("parts", {}).items()
        decisions = [Decision(key, use_older) for key, use_older in answers if key.startswith(f"{NEWER}-")]
        return max(decisions, key=lambda decision: decision.until, default=None)

    def build_key(self, rows: list[tuple[ImportRow, dict[str, NewerValue]]]) -> str:
        """Return the key of the decision in `decided["parts"]`; a value that is saved afterwards is asked about again.

        It has no text, so that it holds no personal data.
        """
        values = [value for _row, values in rows for value in values.values()]
        until = (max(value.saved_at for value in values) - EPOCH) // timedelta(microseconds=1)
        runs = sorted({value.run.pk for value in values if value.run})
        return f"{NEWER}-{until}-{'.'.join(map(str, runs))}"

    def is_decided(self, value: NewerValue) -> bool:
        return self.decision is not None and value.saved_at <= self.decision.until

    def find(self, rows: Iterable[ChangedRow]) -> dict[int, dict[str, NewerValue]]:
        """Return the newer values that these rows would overwrite, by record and field."""
        if not self.since:
            return {}
        rows_by_target = {row.target_id: row for row in rows if row.target_id and row.changes}
        overwritten = {target: self._find_overwritten(row.changes) for target, row in rows_by_target.items()}
        newer: dict[int, dict[str, NewerValue]] = defaultdict(dict)
        for target, name, value in [*self._find_saved(overwritten, self.since), *self._find_listed(overwritten)]:
            own_moment = self.run.get_moment_of_value(rows_by_target[target].line, name)
            known = newer[target].get(name)
            if value.supplied_at > own_moment and not (known and known.supplied_at > value.supplied_at):
                newer[target][name] = value
        return {target: values for target, values in newer.items() if values}

    def _find_overwritten(self, changes: dict[str, list[Any]]) -> dict[str, Any]:
        """Return the old values by field; of the notes the lines that are replaced, if there are any."""
        values = {name: old for name, (old, _new) in changes.items() if name not in self.run.appended}
        lines = {name: find_removed_lines(*changes[name]) for name in changes.keys() & self.run.appended}
        return values | {name: removed for name, removed in lines.items() if removed}

    def _find_saved(self, overwritten: dict[int, dict[str, Any]], since: datetime) -> list[tuple[int, str, NewerValue]]:
        """Return the values that were saved since, from the history of the dossiers; an older list has none."""
        removed_lines = {
            target: {name: values[name] for name in values.keys() & self.run.appended}
            for target, values in overwritten.items()
        }
        origins = find_origins(overwritten, removed_lines, since)
        users = User.objects.in_bulk({o.user_id for fields in origins.values() for o in fields.values() if o.user_id})
        return [
            (target, name, value)
            for target, fields in origins.items()
            for name, origin in fields.items()
            if (value := self._build_saved_value(origin, name, users))
        ]

    def _build_saved_value(self, origin: Origin, name: str, users: dict[int, User]) -> NewerValue | None:
        if origin.run_id:
            run = self.later_runs.get(origin.run_id)
            return NewerValue(run.get_moment_of_value(origin.line, name), origin.at, run) if run else None
        user = users.get(origin.user_id or 0)
        return NewerValue(origin.at, origin.at, user_name=(user.get_full_name() or user.get_username()) if user else "")

    def _find_listed(self, overwritten: dict[int, dict[str, Any]]) -> list[tuple[int, str, NewerValue]]:
        """Return the values that a later list gave too, also if the dossier had them already."""
        listed = ImportRow.objects.filter(
            run__in=list(self.later_runs),
            action__in=(*WRITTEN_ACTIONS, Action.UNCHANGED),
            target_id__in_batch=list(overwritten),
        )
        values = []
        for key, target, line, row_values in listed.values_list("run_id", "target_id", "line", "given"):
            run = self.later_runs[key]
            for name, old in overwritten.get(target or 0, {}).items():
                if name in row_values and self._is_same(name, old, row_values[name]):
                    value = NewerValue(run.get_moment_of_value(line, name), run.applied_at or run.created_at, run)
                    values.append((target or 0, name, value))
        return values

    def _is_same(self, name: str, old: Any, value: Any) -> bool:
        if name in self.run.appended:
            return any(find_lines(value, line) is not None for line in old)
        return not differs(old, value)

    def find_rows(self) -> list[tuple[ImportRow, dict[str, NewerValue]]]:
        """Return the rows of the list that would overwrite newer values, with these values by field."""
        if not self.since:
            return []
        listed = ImportRow.objects.filter(run__in=list(self.later_runs)).values("target_id")
        saved = steps_since(self.since).values("id")
        changed = self.run.rows.filter(action=Action.CHANGED)
        rows = list(changed.filter(Q(target_id__in=listed) | Q(target_id__in=saved)))
        newer = self.find(rows)
        return [(row, newer[row.target_id]) for row in rows if row.target_id in newer]

    def remove(self, rows: list[Any]) -> None:
        """Remove from these classified rows what the coordinator decided not to overwrite."""
        if not self.since or self.decision is None or self.decision.use_older:
            return
        newer = self.find(rows)
        for row in rows:
            for name, value in newer.get(row.target_id or 0, {}).items():
                if self.is_decided(value):
                    del row.changes[name], row.given[name]
            if row.action == Action.CHANGED and not row.changes:
                row.action = Action.UNCHANGED
