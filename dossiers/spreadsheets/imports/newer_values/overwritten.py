"""Finds the values of records that a list would overwrite although they are newer than those of the list.

They were set after the list was supplied, or they replaced the very value that its sender gives again, or they are
lines that somebody else added to a text. What a user typed counts like a newer value too, and so does what a closed
interest has. A coordinator decides whether the newer values stay: then the list says nothing about these fields.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property

from dossiers.models import Action, ImportRun, Supply
from dossiers.models.dossiers.surnames import SURNAME_FIELDS
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS, IS_FROM_PARTNER
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.comparison import current_values, replace_changed_lines
from dossiers.spreadsheets.imports.newer_values.closed_interests import find_values_of_closed_interests
from dossiers.spreadsheets.imports.newer_values.later import LaterValues
from dossiers.spreadsheets.imports.newer_values.replacing import ReplacingValues
from dossiers.spreadsheets.imports.newer_values.sources import (
    ChangedRow,
    NewerValue,
    Reason,
    ValueSource,
    find_value_sources,
)
from dossiers.spreadsheets.imports.ranges import Ranges, build_ranges
from dossiers.spreadsheets.resources import RESOURCES

NEWER = "newer"  # what the keys of its answers in `decided["parts"]` begin with
OLDER_LIST = "older_list"  # what the key of the answer whether an older list replaces values begins with
NAMED = "named"  # key in ImportRun.decided: {key of an answer: {field: ranges of the keys of records}}
LETTERS = str.maketrans("0123456789", "ghijklmnop")  # a key has no digits that the privacy check may take for a BSN
BATCH = 5_000
UNDECIDED = (ImportRun.State.READING, ImportRun.State.PREVIEWED, ImportRun.State.APPLYING)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

OverwritingRows = list[tuple[Any, dict[str, NewerValue]]]
"""Rows with the newer values that they would overwrite, by field."""


def is_about_newer(key: str) -> bool:
    """Whether an answer in `decided["parts"]` is about newer values or a later list, not about a part of the file."""
    return key.startswith((f"{NEWER}-", f"{OLDER_LIST}-"))


def fills_from_older_list(run: ImportRun) -> bool:
    """Whether a list of an earlier day than an imported one fills only what is empty, as the user answered."""
    answers = run.decided.get("parts", {}).items()
    return run.policy == ImportRun.Policy.FILL and any(
        key.startswith(f"{OLDER_LIST}-") and not use_older for key, use_older in answers
    )


def find_named_records(rows: OverwritingRows) -> dict[str, list[list[int]]]:
    """Return the records with the newer values of these rows by field, as ranges of keys."""
    keys: dict[str, list[int]] = defaultdict(list)
    for row, values in rows:
        for name in values:
            keys[name].append(row.target_id)
    return {name: build_ranges(of_field) for name, of_field in keys.items()}


@dataclass(frozen=True)
class Decision:
    """A coordinator's answer: whether a list replaces the newer values that the question named.

    Values that were saved after that moment are others, and those that an earlier answer decided on stay with it.
    """

    key: str
    use_older: bool
    named: Mapping[str, Ranges] | None = field(default=None, compare=False)
    """The keys of the records with these values, by field; None if all values until the moment were named."""

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
        return {reason for part in self.key.split("-")[3:4] for reason in part.split(".")}

    def find_targets(self) -> set[int]:
        """Return the keys of the records that the question named."""
        return {key for ranges in (self.named or {}).values() for key in ranges}

    def is_about(self, target: int, name: str, value: NewerValue) -> bool:
        """Whether the question named this value of a field of a record."""
        is_named = self.named is None or target in self.named.get(name, ())
        return is_named and value.saved_at <= self.until


class NewerValues:
    """The newer values that a list would overwrite."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run

    @property
    def may_ask(self) -> bool:
        """Whether a coordinator can still decide on the list."""
        return not self.run.with_partner and self.run.state in UNDECIDED

    @cached_property
    def later_runs(self) -> dict[int, ImportRun]:
        """The lists that were imported after this one was supplied, by key, in the order of importing.

        If a coordinator uploaded both this list and that of another sender, nobody knows which of them is older.
        """
        applied = ImportRun.objects.filter(
            record=self.run.record, state=ImportRun.State.APPLIED, applied_at__gt=self.run.supplied_at
        )
        if not self.run.is_from_partner:
            applied = applied.filter(Q(organisation=self.run.organisation_id) | IS_FROM_PARTNER)
        fields = ("file_name", "sent_at", "first_sent_at", "created_at", "applied_at", "decided", "continues")
        return {run.pk: run for run in applied.only(*fields).order_by("applied_at", "pk")}

    @cached_property
    def decisions(self) -> list[Decision]:
        """The decisions of coordinators, in the order of the moments until which they count."""
        answers = self.run.decided.get("parts", {}).items()
        named = {
            key: {name: Ranges(ranges) for name, ranges in by_field.items()}
            for key, by_field in self.run.decided.get(NAMED, {}).items()
        }
        decisions = [
            Decision(key, use_older, named.get(key)) for key, use_older in answers if key.startswith(f"{NEWER}-")
        ]
        return sorted(decisions, key=lambda decision: decision.until)

    @property
    def stay(self) -> bool:
        """Whether a coordinator decided that newer values stay."""
        return any(not decision.use_older for decision in self.decisions)

    def build_key(self, rows: OverwritingRows) -> str:
        """Return the key of the decision in `decided["parts"]`, which is that of a question about these values only.

        It has no text, so that it holds no personal data.
        """
        values = [value for _row, values in rows for value in values.values()]
        until = (max(value.saved_at for value in values) - EPOCH) // timedelta(microseconds=1)
        runs = sorted({value.later_run.pk for value in values if value.later_run})
        reasons = sorted({reason for value in values for reason in value.reasons})
        digest = (
            sha256(json.dumps(find_named_records(rows), sort_keys=True).encode()).hexdigest()[:12].translate(LETTERS)
        )
        return f"{NEWER}-{until}-{'.'.join(map(str, runs))}-{'.'.join(reasons)}-{digest}"

    def find_decision(self, target: int, name: str, value: NewerValue) -> Decision | None:
        """Return the first decision about a value of a field of a record; those after that are about others."""
        return next((decision for decision in self.decisions if decision.is_about(target, name, value)), None)

    def select_undecided(self, target: int, values: Mapping[str, NewerValue]) -> dict[str, NewerValue]:
        """Return those of these newer values of a record that no decision is about."""
        return {name: value for name, value in values.items() if not self.find_decision(target, name, value)}

    def find(self, rows: Iterable[ChangedRow]) -> dict[int, dict[str, NewerValue]]:
        """Return the newer values that these rows would overwrite, by record and field.

        Several rows about one record are errors and overwrite nothing, until all but one of them are left out.
        """
        rows = list(rows)
        counts = Counter(row.target_id for row in rows)
        rows_by_target = {
            row.target_id: row for row in rows if row.target_id and row.changes and counts[row.target_id] == 1
        }
        if not self.may_ask or not rows_by_target:
            return {}
        newer: dict[int, dict[str, NewerValue]] = defaultdict(dict)
        for target, name, value in ReplacingValues(self.run).find(rows_by_target):
            newer[target][name] = value
        for target, values in LaterValues(self.run, self.later_runs).find(rows_by_target).items():
            for name, value in values.items():
                replacing = newer[target].get(name)
                if replacing and replacing.removes_text:
                    value = replace(value, removes_text=True, authors=replacing.authors)
                newer[target][name] = value
        for target, values in find_values_of_closed_interests(self.run, rows_by_target).items():
            newer[target] = values | newer[target]
        return dict(newer)

    def find_sources(self, rows: Iterable[ChangedRow]) -> dict[int, dict[str, ValueSource]]:
        """Return where the values come from that these rows change, by record and field, if others supplied them."""
        if not self.may_ask:
            return {}
        rows_by_target = {row.target_id: row for row in rows if row.target_id and row.changes}
        former_values = {
            target: {name: old for name, (old, _new) in row.changes.items() if name not in APPENDED_FIELDS}
            for target, row in rows_by_target.items()
        }
        sources = find_value_sources(self.run, former_values, rows_by_target)
        return {
            target: {name: source for name, source in fields.items() if not source.is_from_sender(self.run)}
            for target, fields in sources.items()
        }

    def find_rows(self) -> OverwritingRows:
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

    def find_rows_by_decision(self) -> dict[Decision | None, OverwritingRows]:
        """Return the rows with the newer values that each decision is about, and with the undecided ones below None."""
        by_decision: dict[Decision | None, dict[int, tuple[Any, dict[str, NewerValue]]]] = defaultdict(dict)
        for row, values in [*self.find_rows(), *self.find_rows_left_alone()]:
            for name, value in values.items():
                rows = by_decision[self.find_decision(row.target_id, name, value)]
                rows.setdefault(row.target_id, (row, {}))[1][name] = value
        return {decision: list(rows.values()) for decision, rows in by_decision.items()}

    def find_rows_left_alone(self) -> OverwritingRows:
        """Return the rows with newer values that stay, as a coordinator decided, with these values by field.

        A text that would replace only what its sender gave before removes no lines of others. If several columns fill
        it, nobody knows any more whether the row has all of them, so that it would replace the whole text.
        """
        if not self.may_ask or not self.stay:
            return []
        resource = RESOURCES[self.run.record](out_of_use=True)
        names = ("line", "target_id", "supply_id", "employer_id", "changes", "withheld")
        right = self.run.rows.filter(action__in=(Action.CHANGED, Action.UNCHANGED))  # none with an error is asked about
        withheld = right.exclude(withheld={}).order_by("pk").values_list(*names, named=True)
        columns = Counter(column["field"] for column in self.run.columns)
        left_alone = []
        for rows in batched(withheld.iterator(BATCH), BATCH):
            fields = list({name for row in rows for name in row.withheld})
            values = current_values(resource, [row.target_id for row in rows], fields)
            with_texts = [
                row.supply_id for row in rows if row.supply_id and not APPENDED_FIELDS.isdisjoint(row.withheld)
            ]
            supplies = Supply.objects.in_bulk(with_texts) if with_texts else {}
            changed = []
            for row in rows:
                if not (current := values.get(row.target_id)):
                    continue
                new_values, supply = dict(row.withheld), supplies.get(row.supply_id)
                for name in APPENDED_FIELDS & new_values.keys():
                    has_parts = columns[name] > 1 or bool(supply and len(supply.parts.get(name, ())) > 1)
                    if supply and (has_parts or name in self.run.appended):
                        supplied = supply.values.get(name, "")
                        new_values[name] = replace_changed_lines(current[name], supplied, new_values[name])
                changes = {name: [current[name], new] for name, new in new_values.items()}
                changed.append(row._replace(changes=changes))
            newer = self.find(changed)
            left_alone += [(row, newer[row.target_id]) for row in changed if row.target_id in newer]
        return left_alone

    def remove(self, rows: list[Any]) -> None:
        """Withhold from these classified rows what the coordinator decided not to overwrite.

        A row that is left out overwrites nothing. Of a text to which others added lines, the new lines are added to the
        text of the record, and so are those beside lines that were taken out of an earlier list.
        """
        if not self.stay:
            return
        rows = [row for row in rows if not row.left_out]
        newer = self.find(rows)
        for row in rows:
            values = newer.get(row.target_id or 0, {}).items()
            names = {
                name
                for name, value in values
                if (decision := self.find_decision(row.target_id, name, value)) and not decision.use_older
            }
            if not names.isdisjoint(SURNAME_FIELDS):
                names |= row.changes.keys() & SURNAME_FIELDS
            for name in names:
                old, new = row.changes.pop(name)
                value = newer[row.target_id].get(name)
                combined = value.combine(old, new) if value else old
                if combined != old:
                    row.changes[name] = [old, combined]
                elif name in row.given and (
                    not value or value.reason != Reason.LINES or value.refused_lines  # else the text has all its lines
                ):
                    row.withheld[name] = row.given.pop(name)
                    row.parts.pop(name, None)
            if row.action == Action.CHANGED and not row.changes:
                row.action = Action.UNCHANGED
