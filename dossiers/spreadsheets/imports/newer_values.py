"""Finds the values of records that a list would overwrite although they are newer than those of the list.

They were set after the list was sent, or they replaced the very value that the list gives again, or they are lines that
somebody else added to a text. A coordinator decides whether the newer values stay: then the list says nothing about
these fields.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.functional import cached_property

from dossiers.models import Action, ImportRow, ImportRun, RecordKind
from dossiers.models.imports.import_run import SAME_LINES, WRITTEN_ACTIONS
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.comparison import differs, find_lines, find_removed_lines
from dossiers.spreadsheets.field_histories import FieldHistory, fill_histories
from dossiers.spreadsheets.provenance import Origin, find_origins
from dossiers.spreadsheets.resources import RESOURCES, EmployerResource

NEWER = "newer"
BATCH = 5_000
UNDECIDED = (ImportRun.State.READING, ImportRun.State.PREVIEWED, ImportRun.State.APPLYING)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ChangedRow(Protocol):
    """A staged row, or the values of one before it is saved."""

    line: int
    target_id: int | None
    employer_id: int | None
    given: dict[str, Any]
    changes: dict[str, list[Any]]
    action: str


class Reason(StrEnum):
    """Why a value counts as newer than that of the list."""

    SINCE = "since"
    """It was supplied after the list was sent."""
    REPEATED = "repeated"
    """It replaced the value that the list gives again."""
    LINES = "lines"
    """It has lines that no earlier list of the same sender gave, and that the list would remove."""


@dataclass(frozen=True)
class NewerValue:
    """Where a newer value comes from: another list, or a change by a user, the API or the candidate."""

    supplied_at: datetime
    saved_at: datetime
    """When it was written to the dossier, which may be long after it was supplied."""
    run: ImportRun | None = None
    user_name: str = ""
    reason: Reason = Reason.SINCE

    @property
    def later_run(self) -> ImportRun | None:
        """The list that supplied it after the list at hand was sent."""
        return self.run if self.reason == Reason.SINCE else None


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
    """The newer values that a list would overwrite."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run

    @property
    def may_ask(self) -> bool:
        """Whether a coordinator can still decide on the list."""
        return not self.run.with_partner and self.run.state in UNDECIDED

    @cached_property
    def since(self) -> datetime | None:
        """The moment at which the list was sent for the first time; None for the coordinators' own lists.

        Nobody knows when those were sent.
        """
        return self.run.first_sent_at if self.run.sent_at else None

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

    def build_key(self, rows: list[tuple[Any, dict[str, NewerValue]]]) -> str:
        """Return the key of the decision in `decided["parts"]`; a value that is saved afterwards is asked about again.

        It has no text, so that it holds no personal data.
        """
        values = [value for _row, values in rows for value in values.values()]
        until = (max(value.saved_at for value in values) - EPOCH) // timedelta(microseconds=1)
        runs = sorted({value.later_run.pk for value in values if value.later_run})
        return f"{NEWER}-{until}-{'.'.join(map(str, runs))}"

    def is_decided(self, value: NewerValue) -> bool:
        return self.decision is not None and value.saved_at <= self.decision.until

    def find(self, rows: Iterable[ChangedRow]) -> dict[int, dict[str, NewerValue]]:
        """Return the newer values that these rows would overwrite, by record and field."""
        rows_by_target = {row.target_id: row for row in rows if row.target_id and row.changes}
        if not self.may_ask or not rows_by_target:
            return {}
        newer: dict[int, dict[str, NewerValue]] = defaultdict(dict)
        if self.run.policy == ImportRun.Policy.UPDATE:  # the others overwrite nothing
            for target, name, value in self._find_replacing(rows_by_target):
                newer[target][name] = value
        if self.since:
            for target, values in self._find_later(rows_by_target, self.since).items():
                newer[target] |= values
        return dict(newer)

    def _find_later(self, rows: Mapping[int, ChangedRow], since: datetime) -> dict[int, dict[str, NewerValue]]:
        """Return the values that were supplied after these rows, by record and field."""
        overwritten = {target: self._find_overwritten(row.changes) for target, row in rows.items()}
        later: dict[int, dict[str, NewerValue]] = defaultdict(dict)
        for target, name, value in [*self._find_saved(overwritten, since), *self._find_listed(overwritten)]:
            own_moment = self.run.get_moment_of_value(rows[target].line, name)
            known = later[target].get(name)
            if value.supplied_at > own_moment and not (known and known.supplied_at > value.supplied_at):
                later[target][name] = value
        return {target: values for target, values in later.items() if values}

    def _find_replacing(self, rows: Mapping[int, ChangedRow]) -> Iterator[tuple[int, str, NewerValue]]:
        """Yield the values that replaced what these rows give again, or that have lines of others that they remove."""
        histories = {target: self._build_histories(row) for target, row in rows.items()}
        fill_histories(RESOURCES[self.run.record](out_of_use=True), list(histories.items()))
        if self.run.record == RecordKind.EMPLOYER_INTEREST:
            by_employer = [(row.employer_id, histories[target]) for target, row in rows.items() if row.employer_id]
            fill_histories(EmployerResource(), by_employer)
        fields = [(target, name, field) for target, by_name in histories.items() for name, field in by_name.items()]
        origins = [o for _target, _name, field in fields for o in (field.origin, *field.line_origins.values()) if o]
        runs = ImportRun.objects.only("file_name", "organisation").in_bulk({o.run_id for o in origins if o.run_id})
        users = User.objects.in_bulk({o.user_id for o in origins if o.user_id})
        for target, name, field in fields:
            if value := self._build_replacing_value(field, runs, users):
                yield target, name, value

    def _build_histories(self, row: ChangedRow) -> dict[str, FieldHistory]:
        """Return the histories, not filled yet, of the fields that a row changes, except for cells that were typed."""
        lines = self.run.decided.get("lines", {})
        typed = () if self.run.by_hand else lines.get(str(row.line), {}).get("cells", ())
        return {
            name: FieldHistory(new, find_removed_lines(old, new) if name in APPENDED_FIELDS else ())
            for name, (old, new) in row.changes.items()
            if name not in typed
        }

    def _build_replacing_value(
        self, field: FieldHistory, runs: dict[int, ImportRun], users: dict[int, User]
    ) -> NewerValue | None:
        """Return the value that replaced the new value of a field, or that has lines of others; None if there is none.

        A later list of the same sender may change what an earlier one gave, unless nobody knows when it was sent.
        """

        def find_list(origin: Origin) -> ImportRun | None:
            # A line that the product adds about somebody who is not in a list stands on no line of that list.
            return runs.get(origin.run_id) if origin.run_id and origin.line is not None else None

        def is_own(origin: Origin) -> bool:
            run = find_list(origin)
            return bool(run and run.organisation_id == self.run.organisation_id)

        added = [origin for origin in field.line_origins.values() if not is_own(origin)]
        if field.origin and field.is_repeated and not (self.since and is_own(field.origin)):
            origin, reason = field.origin, Reason.REPEATED
        elif added:
            origin, reason = max(added, key=lambda origin: origin.at), Reason.LINES
        else:
            return None
        return NewerValue(origin.at, origin.at, find_list(origin), _get_user_name(origin, users), reason)

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
        return NewerValue(origin.at, origin.at, user_name=_get_user_name(origin, users))

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

    def find_rows(self) -> list[tuple[Any, dict[str, NewerValue]]]:
        """Return the rows of the list that would overwrite newer values, with these values by field."""
        if not self.may_ask:
            return []
        names = (
            "line",
            "target_id",
            "employer_id",
            "changes",
        )  # creating model instances would cost more than the rest
        changed = self.run.rows.filter(action=Action.CHANGED).order_by("pk").values_list(*names, named=True)
        overwriting = []
        for rows in batched(changed.iterator(BATCH), BATCH):
            newer = self.find(rows)
            overwriting += [(row, newer[row.target_id]) for row in rows if row.target_id in newer]
        return overwriting

    def remove(self, rows: list[Any]) -> None:
        """Remove from these classified rows what the coordinator decided not to overwrite."""
        if self.decision is None or self.decision.use_older:
            return
        newer = self.find(rows)
        for row in rows:
            for name, value in newer.get(row.target_id or 0, {}).items():
                if self.is_decided(value):
                    del row.changes[name], row.given[name]
            if row.action == Action.CHANGED and not row.changes:
                row.action = Action.UNCHANGED


def _get_user_name(origin: Origin, users: dict[int, User]) -> str:
    user = users.get(origin.user_id or 0)
    return (user.get_full_name() or user.get_username()) if user else ""
