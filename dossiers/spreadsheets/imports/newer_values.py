"""Finds the values of records that a list would overwrite although they are newer than those of the list.

They were set after the list was sent, or they replaced the very value that its sender gives again, or they are lines
that somebody else added to a text. What a user typed counts like a newer value too. A coordinator decides whether the
newer values stay: then the list says nothing about these fields.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.functional import cached_property

from dossiers.models import Action, ImportRow, ImportRun, RecordKind, Supply
from dossiers.models.dossiers.surnames import SURNAME_FIELDS
from dossiers.models.imports.import_row import WRITTEN_ACTIONS
from dossiers.models.imports.import_run import SAME_LINES
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.comparison import add_new_lines, current_values, differs, find_lines, find_removed_lines
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
    supply_id: int | None
    employer_id: int | None
    given: dict[str, Any]
    changes: dict[str, list[Any]]
    action: str


class Reason(StrEnum):
    """Why a value counts as newer than that of the list."""

    SINCE = "since"
    """It was supplied after the list was sent."""
    REPEATED = "repeated"
    """It replaced the value that the sender of the list gives again."""
    LINES = "lines"
    """It has lines that no earlier list of the same sender gave, and that the list would remove."""
    TYPED = "typed"
    """A user typed it, in a form or when an earlier list was taken over."""


@dataclass(frozen=True, kw_only=True)
class ValueSource:
    """Where a value of a record comes from: a list, or a change by a user, the API or the candidate."""

    saved_at: datetime
    """When it was written to the record, which may be long after it was supplied."""
    run: ImportRun | None = None
    user_name: str = ""
    is_typed: bool = False
    """Whether a user typed it, in a form or when the list was taken over."""
    is_answer: bool = False
    """Whether it is the answer to what a word of the list means."""

    @property
    def author(self) -> str:
        """The name of the organisation that sent the list, or else that of the user; "" if neither is known."""
        sender = self.run.organisation if self.run and not self.is_typed else None
        return sender.name if sender else self.user_name


class ValueSources:
    """The lists or users that changes of records come from."""

    def __init__(self, origins: Iterable[Origin | None]) -> None:
        known = {origin for origin in origins if origin}
        # A line that the product adds about somebody who is not in a list stands on no line of that list.
        keys = {origin: origin.run_id for origin in known if origin.run_id and origin.line is not None}
        senders = ImportRun.objects.select_related("organisation")
        used = ("file_name", "organisation__name", "by_partner", "decided", "asked", "columns")
        runs = senders.only(*used).in_bulk(keys.values())
        users = User.objects.in_bulk({origin.user_id for origin in known if origin.user_id})
        self._runs = {origin: runs.get(key or 0) for origin, key in keys.items()}
        self._user_names = {origin: _get_user_name(origin, users) for origin in known}
        self._typed = {origin: run.find_typed_fields(origin.line) for origin, run in self._runs.items() if run}
        self._answered = {origin: run.find_answered_fields(origin.line) for origin, run in self._runs.items() if run}

    def get(self, origin: Origin, name: str) -> ValueSource:
        """Return where a change got the value of this field from."""
        return ValueSource(
            saved_at=origin.at,
            run=self._runs.get(origin),
            user_name=self._user_names[origin],
            is_typed=origin.is_typed or name in self._typed.get(origin, ()),
            is_answer=name in self._answered.get(origin, ()),
        )


@dataclass(frozen=True, kw_only=True)
class NewerValue(ValueSource):
    """Where a newer value comes from, and why it counts as newer."""

    supplied_at: datetime
    reason: Reason = Reason.SINCE
    authors: tuple[str, ...] = ()
    """Who added the lines that the list would remove, as far as they are known."""
    previous_text: str = ""
    """The text that the sender of the list supplied before, of a text with such lines."""

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
        return [int(key) for part in self.key.split("-")[2:3] for key in part.split(".") if key]

    @property
    def reasons(self) -> set[str]:
        """The reasons of the values that the question was about."""
        return {reason for part in self.key.split("-")[3:] for reason in part.split(".")}


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

    @property
    def stay(self) -> bool:
        """Whether a coordinator decided that the newer values stay."""
        return self.decision is not None and not self.decision.use_older

    def build_key(self, rows: list[tuple[Any, dict[str, NewerValue]]]) -> str:
        """Return the key of the decision in `decided["parts"]`; a value that is saved afterwards is asked about again.

        It has no text, so that it holds no personal data.
        """
        values = [value for _row, values in rows for value in values.values()]
        until = (max(value.saved_at for value in values) - EPOCH) // timedelta(microseconds=1)
        runs = sorted({value.later_run.pk for value in values if value.later_run})
        reasons = sorted({value.reason for value in values})
        return f"{NEWER}-{until}-{'.'.join(map(str, runs))}-{'.'.join(reasons)}"

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
        overwritten: dict[int, dict[str, Any]] = {}
        for target, row in rows.items():
            values = {name: old for name, (old, _new) in row.changes.items() if name not in self.run.appended}
            lines = {name: find_removed_lines(*row.changes[name]) for name in row.changes.keys() & self.run.appended}
            overwritten[target] = values | {name: removed for name, removed in lines.items() if removed}
        later: dict[int, dict[str, NewerValue]] = defaultdict(dict)
        for target, name, value in [*self._find_saved(overwritten, since), *self._find_listed(overwritten)]:
            own_moment = self.run.get_moment_of_value(rows[target].line, name)
            known = later[target].get(name)
            if value.supplied_at > own_moment and not (known and known.supplied_at > value.supplied_at):
                later[target][name] = value
        return {target: values for target, values in later.items() if values}

    def _find_replacing(self, rows: Mapping[int, ChangedRow]) -> Iterator[tuple[int, str, NewerValue]]:
        """Yield the values that replaced what these rows give again, or that have lines of others that they remove."""
        histories: dict[int, dict[str, FieldHistory]] = {}
        for target, row in rows.items():
            typed = self.run.find_typed_cells(row.line)  # somebody who types a value means to replace the other
            histories[target] = {
                name: FieldHistory(new, find_removed_lines(old, new) if name in APPENDED_FIELDS else ())
                for name, (old, new) in row.changes.items()
                if name not in typed
            }
        self._fill_histories(rows, histories)
        fields = [(target, name, field) for target, by_name in histories.items() for name, field in by_name.items()]
        sources = ValueSources(
            origin
            for _target, _name, field in fields
            for origin in (field.origin, *field.new_value_origins, *field.line_origins.values())
        )
        supplied: dict[int | None, dict[str, Any]] = {}
        if sender := self.run.organisation_id:
            supplies = Supply.objects.filter(organisation=sender, dossier_id__in_batch=list(rows)).order_by("last_seen")
            supplied = {
                dossier: values
                for pk, dossier, values in supplies.values_list("pk", "dossier_id", "values")
                if rows[dossier].supply_id in (pk, None)  # a merged dossier may have more of the same sender
            }
        for target, name, field in fields:
            if value := self._build_replacing_value(name, field, sources, supplied.get(target, {}).get(name)):
                yield target, name, value

    def _fill_histories(self, rows: Mapping[int, ChangedRow], histories: dict[int, dict[str, FieldHistory]]) -> None:
        fill_histories(RESOURCES[self.run.record](out_of_use=True), list(histories.items()))
        if self.run.record == RecordKind.EMPLOYER_INTEREST:
            by_employer = [(row.employer_id, histories[target]) for target, row in rows.items() if row.employer_id]
            fill_histories(EmployerResource(), by_employer)

    def _is_own(self, source: ValueSource) -> bool:
        return bool(source.run and source.run.organisation_id == self.run.organisation_id and not source.is_typed)

    def _build_replacing_value(
        self, name: str, field: FieldHistory, sources: ValueSources, supplied: Any
    ) -> NewerValue | None:
        """Return the value that counts as newer than the new one of a field; None if there is none.

        It replaced the new value, or has lines of others, or a user typed it.

        The sender must have given the new value before; of a list without a sender anybody may have. `supplied` is the
        value that the sender gave last, which the record may have had already by then: what the sender gave before that
        is not repeated. A later list of the same sender may change what an earlier one gave, unless nobody knows when
        it was sent.
        """
        present = sources.get(field.origin, name) if field.origin else None
        if not self.run.organisation_id:
            is_given_before = True
        elif supplied is None or (present and self._is_own(present)):
            is_given_before = any(self._is_own(sources.get(origin, name)) for origin in field.new_value_origins)
        else:
            is_given_before = not differs(supplied, field.new)
        line_sources = [sources.get(origin, name) for origin in field.line_origins.values()]
        added = [source for source in line_sources if not self._is_own(source)]
        if present and field.is_repeated and is_given_before and not (self.since and self._is_own(present)):
            source, reason = present, Reason.REPEATED
        elif added:
            source, reason = max(added, key=lambda source: source.saved_at), Reason.LINES
        elif present and present.is_typed and name not in APPENDED_FIELDS and not (field.is_empty or field.is_default):
            source, reason = present, Reason.TYPED
        else:
            return None
        return NewerValue(
            supplied_at=source.saved_at,
            saved_at=source.saved_at,
            run=source.run,
            user_name=source.user_name,
            is_typed=source.is_typed,
            reason=reason,
            authors=tuple(dict.fromkeys(source.author for source in added if source.author)),
            previous_text=(supplied or "") if reason == Reason.LINES else "",
        )

    def find_sources(self, rows: Iterable[ChangedRow]) -> dict[int, dict[str, ValueSource]]:
        """Return where the values come from that these rows change, by record and field, if others supplied them."""
        if not self.may_ask:
            return {}
        rows_by_target = {row.target_id: row for row in rows if row.target_id and row.changes}
        former_values = {
            target: {name: old for name, (old, _new) in row.changes.items() if name not in APPENDED_FIELDS}
            for target, row in rows_by_target.items()
        }
        sources = self.find_value_sources(former_values, rows_by_target)
        return {
            target: {name: source for name, source in fields.items() if not self._is_own(source)}
            for target, fields in sources.items()
        }

    def find_value_sources(
        self, values_by_key: Mapping[int, Mapping[str, Any]], rows: Mapping[int, ChangedRow] = MappingProxyType({})
    ) -> dict[int, dict[str, ValueSource]]:
        """Return where these present values of records come from, by record and field, as far as that is known.

        `rows` are those of the records of which values of the employer are asked.
        """
        histories = {
            key: {name: FieldHistory(value) for name, value in values.items() if value not in ("", None, [])}
            for key, values in values_by_key.items()
        }
        self._fill_histories(rows, histories)
        sources = ValueSources(field.origin for fields in histories.values() for field in fields.values())
        return {
            key: {
                name: source
                for name, field in fields.items()
                if field.origin
                and not field.is_default
                and (source := sources.get(field.origin, name)).author
                # A value that was not saved with its history has an unknown source.
                and not differs(field.value, values_by_key[key][name])
            }
            for key, fields in histories.items()
        }

    def _find_saved(
        self, overwritten: dict[int, dict[str, Any]], since: datetime
    ) -> Iterator[tuple[int, str, NewerValue]]:
        """Yield the values that were saved since, from the history of the dossiers; an older list has none."""
        removed_lines = {
            target: {name: values[name] for name in values.keys() & self.run.appended}
            for target, values in overwritten.items()
        }
        origins = find_origins(overwritten, removed_lines, since)
        users = User.objects.in_bulk({o.user_id for fields in origins.values() for o in fields.values() if o.user_id})
        for target, fields in origins.items():
            for name, origin in fields.items():
                if not origin.run_id:
                    user_name = _get_user_name(origin, users)
                    yield target, name, NewerValue(supplied_at=origin.at, saved_at=origin.at, user_name=user_name)
                elif run := self.later_runs.get(origin.run_id):
                    supplied_at = run.get_moment_of_value(origin.line, name)
                    yield target, name, NewerValue(supplied_at=supplied_at, saved_at=origin.at, run=run)

    def _find_listed(self, overwritten: dict[int, dict[str, Any]]) -> Iterator[tuple[int, str, NewerValue]]:
        """Yield the values that a later list gave too, also if the dossier had them already."""
        listed = ImportRow.objects.filter(
            run__in=list(self.later_runs),
            action__in=(*WRITTEN_ACTIONS, Action.UNCHANGED),
            target_id__in_batch=list(overwritten),
        )
        for key, target, line, row_values in listed.values_list("run_id", "target_id", "line", "given"):
            run = self.later_runs[key]
            for name, old in overwritten.get(target or 0, {}).items():
                if name not in row_values:
                    continue
                if name in self.run.appended:
                    is_given = any(find_lines(row_values[name], text) is not None for text in old)
                else:
                    is_given = not differs(old, row_values[name])
                if is_given:
                    supplied_at, saved_at = run.get_moment_of_value(line, name), run.applied_at or run.created_at
                    yield target or 0, name, NewerValue(supplied_at=supplied_at, saved_at=saved_at, run=run)

    def find_rows(self) -> list[tuple[Any, dict[str, NewerValue]]]:
        """Return the rows of the list that would overwrite newer values, with these values by field."""
        if not self.may_ask:
            return []
        names = (
            "line",
            "target_id",
            "supply_id",
            "employer_id",
            "changes",
        )  # creating model instances would cost more than the rest
        changed = self.run.rows.filter(action=Action.CHANGED).order_by("pk").values_list(*names, named=True)
        overwriting = []
        for rows in batched(changed.iterator(BATCH), BATCH):
            newer = self.find(rows)
            overwriting += [(row, newer[row.target_id]) for row in rows if row.target_id in newer]
        return overwriting

    def find_rows_left_alone(self) -> list[tuple[Any, dict[str, NewerValue]]]:
        """Return the rows of which a coordinator decided that the newer values stay, with these values by field."""
        if not self.may_ask or not self.stay:
            return []
        resource = RESOURCES[self.run.record](out_of_use=True)
        names = ("line", "target_id", "supply_id", "employer_id", "changes", "withheld")
        withheld = self.run.rows.exclude(withheld={}).order_by("pk").values_list(*names, named=True)
        left_alone = []
        for rows in batched(withheld.iterator(BATCH), BATCH):
            fields = list({name for row in rows for name in row.withheld})
            values = current_values(resource, [row.target_id for row in rows], fields)
            known = [row for row in rows if row.target_id in values]
            changed = [
                row._replace(changes={name: [values[row.target_id][name], new] for name, new in row.withheld.items()})
                for row in known
            ]
            newer = self.find(changed)
            left_alone += [(row, newer[row.target_id]) for row in changed if row.target_id in newer]
        return left_alone

    def remove(self, rows: list[Any]) -> None:
        """Withhold from these classified rows what the coordinator decided not to overwrite.

        Of a text to which others added lines, the new lines are added to the text of the record.
        """
        if not self.stay:
            return
        newer = self.find(rows)
        for row in rows:
            names = {name for name, value in newer.get(row.target_id or 0, {}).items() if self.is_decided(value)}
            if not names.isdisjoint(SURNAME_FIELDS):
                names |= row.changes.keys() & SURNAME_FIELDS
            for name in names:
                old, new = row.changes.pop(name)
                value = newer[row.target_id].get(name)
                if value and value.reason == Reason.LINES:
                    combined = add_new_lines(old, value.previous_text, new)
                    if combined != old:
                        row.changes[name] = [old, combined]
                elif name in row.given:
                    row.withheld[name] = row.given.pop(name)
            if row.action == Action.CHANGED and not row.changes:
                row.action = Action.UNCHANGED


def _get_user_name(origin: Origin, users: dict[int, User]) -> str:
    user = users.get(origin.user_id or 0)
    return (user.get_full_name() or user.get_username()) if user else ""
