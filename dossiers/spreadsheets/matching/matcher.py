"""Decides which record each row matches and what an import would do with the row."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from dossiers.models import Action, ImportRun, Merge, RecordKind, Supply
from dossiers.models.dossiers.surnames import SURNAME_FIELDS
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.comparison import (
    append_lines,
    changes,
    differs,
    find_removed_lines,
    find_repeated_values,
    may_open_record,
    opens_record,
    remove_lines,
    replace_changed_lines,
    replace_other_lines,
    select_better_spellings,
    split_lines,
)
from dossiers.spreadsheets.field_histories import FieldHistory, fill_histories
from dossiers.spreadsheets.imports.columns.columns import REMARKS
from dossiers.spreadsheets.imports.continuation import find_imported_lines
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.newer_values.overwritten import NewerValues
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.imports.remarks.contacts import ContactRemarks
from dossiers.spreadsheets.imports.remarks.earlier_parts import Parts, RememberedParts, find_emptied_lines
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.values import UserWidget


class Matcher(Protocol):
    """The interface of the matchers, one for each kind of record."""

    resource: RecordResource
    validated_together: tuple[str, ...]  # columns that are validated together, so that all current values are needed

    def match(self, parsed_rows: list[ParsedRow]) -> None:
        """Set `target_id`, `supply_id` and `employer_id` of matching rows, `errors` or `similar` of doubtful rows."""

    def current(self, keys: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
        """Return the current values of these records by key, as JSON, with `changed_at`."""

    def find_errors(self, parsed_row: ParsedRow, current: dict[str, Any] | None) -> dict[str, Any]:
        """Return the errors of the record's own rules by field; `current` is None for a new record."""

    def match_condition(self) -> str:
        """Return an SQL condition on staged rows `r` that is true for each row that may match a record now."""

    def outdated_condition(self) -> str:
        """Return an SQL condition on matched staged rows `r`: their supply or employer may be another one now."""


class RowClassifier:
    """Decides for each row what applying the import will do: the `action` and the `changes`."""

    def __init__(self, matcher: Matcher, run: ImportRun) -> None:
        self.matcher, self.resource, self.policy = matcher, matcher.resource, run.policy
        self.fields = self.resource.sheet_fields()
        self.required = self.resource.required_fields()
        self.appended, self.by_hand, self.gives_whole_fields = run.appended, run.by_hand, run.gives_whole_fields
        self.organisation_id = run.organisation_id
        self.kept_from_others = APPENDED_FIELDS if run.organisation_id and not run.is_from_partner else frozenset()
        self.imported_lines = find_imported_lines(run)
        self.newer_values = NewerValues(run)
        self.remembered_parts = RememberedParts(run, self.fields)
        self.contact_remarks = ContactRemarks(run)
        self.with_partner, self.lines = run.with_partner, Decisions.about(run).lines
        self.user_widgets = {
            name: widget for name in run.fields if isinstance(widget := self.fields[name].widget, UserWidget)
        }
        self.compared = [name for name in run.fields if name not in self.resource.identity]

    def classify(self, parsed_rows: list[ParsedRow]) -> None:
        """Match and validate a batch, and set the action of each row; lines imported before are left alone."""
        for parsed_row in parsed_rows:
            if target := self.imported_lines.get(parsed_row.line):
                parsed_row.action, parsed_row.target_id, parsed_row.left_out = Action.SKIPPED, target, False
                parsed_row.errors, parsed_row.bad = {}, {}
        parsed_rows = [parsed_row for parsed_row in parsed_rows if parsed_row.line not in self.imported_lines]
        for parsed_row in parsed_rows:
            self.remembered_parts.remove(parsed_row)
            parsed_row.split_surname()
        self.matcher.match(parsed_rows)
        targets = {parsed_row.target_id for parsed_row in parsed_rows if parsed_row.target_id}
        added_to = [REMARKS] if self.contact_remarks.is_used else []
        names = list(dict.fromkeys((*self.compared, *self.matcher.validated_together, *added_to)))
        current = self.matcher.current(targets, names) if targets else {}
        added = self.appended | self.kept_from_others
        merged = {} if self.with_partner else Merge.objects.find_last_merges(self.resource._meta.model, targets)
        remembered = self.remembered_parts.find(parsed_rows)
        keys = [
            row.supply_id
            for row in parsed_rows
            if row.supply_id
            and (row.target_id in merged or added & row.given.keys() or row.parts or remembered.get(row.line))
        ]
        supplies = Supply.objects.filter(pk__in_batch=keys).values_list("pk", "values") if keys else ()
        supplied, remarks = dict(supplies), self._find_remarks_of_others(parsed_rows)
        if self.policy != ImportRun.Policy.NEW:
            for row in parsed_rows:
                self._set_changes(row, current.get(row.target_id or 0), supplied, remembered, remarks)
        self._drop_decided_values([row for row in parsed_rows if row.target_id in merged], supplied, merged)
        for parsed_row in parsed_rows:
            if parsed_row.target_id:
                self._classify_existing(parsed_row, current.get(parsed_row.target_id))
            else:
                self._classify_new(parsed_row)
            if parsed_row.errors:
                parsed_row.action = Action.ERROR
            if parsed_row.left_out:
                parsed_row.action = Action.SKIPPED
        self.newer_values.remove(parsed_rows)
        self.contact_remarks.add(parsed_rows, current)

    def _set_changes(
        self,
        row: ParsedRow,
        current: dict[str, Any] | None,
        supplied: dict[int, dict[str, Any]],
        remembered: dict[int, Parts],
        remarks: dict[int, dict[str, list[str]]],
    ) -> None:
        """Set what a row changes of its record, or of the employer of a new interest."""
        parts = remembered.get(row.line, {})
        if current is not None:
            supplied_values = supplied.get(row.supply_id or 0, {})
            # An organisation that supplies somebody for the first time gave nothing of what the dossier has. An export
            # of ours has what the dossier has, whoever gave it.
            has_supplies = self.organisation_id and self.resource.kind == RecordKind.DOSSIERS
            earlier = supplied_values if has_supplies and not self.gives_whole_fields else current
            edits = self.remembered_parts.add(row, parts, earlier)
            others = remarks.get(row.target_id or 0, {})
            appended = self._combine_texts(row, current, supplied_values, others)
            appended |= self.remembered_parts.edit(current, appended.keys() & edits.keys(), edits)
            for name, text in appended.items():
                of_others = {line for other in others.get(name, []) for line in split_lines(other)}
                emptied = find_emptied_lines(row, name, parts.get(name, []), supplied_values.get(name) or "")
                if emptied := emptied - of_others:
                    appended[name] = remove_lines(text, emptied)
                lost = of_others.intersection(find_removed_lines(current[name], appended[name]))
                lines = [line for line in current[name].splitlines() if " ".join(line.split()) in lost]
                appended[name] = append_lines(appended[name], "\n".join(lines))
                same_lines = sorted(split_lines(appended[name])) == sorted(split_lines(current[name]))
                if same_lines and not differs(supplied_values.get(name), row.given[name]):  # a user chose their order
                    appended[name] = current[name]
            all_changes = changes(current, row.given | appended, self.policy, self.find_typed_fields(row))
            # Somebody who types a name in a form means what it changes.
            row.changes = all_changes if self.by_hand else select_better_spellings(all_changes)
            for name in self.remembered_parts.find_unchanged(row, earlier, current) & row.changes.keys():
                del row.changes[name]
        elif row.employer_values:
            self.remembered_parts.add(row, parts, row.employer_values)
            row.changes = changes(row.employer_values, row.given, self.policy, self.find_typed_fields(row))

    def find_typed_fields(self, row: ParsedRow) -> Collection[str]:
        """Return the fields of a row in which a user means each letter: in a form, an export of ours or typed cells."""
        if self.by_hand or self.gives_whole_fields:
            return row.given.keys()
        return self.lines[row.line].cells.keys() if row.line in self.lines else ()

    def _find_remarks_of_others(self, parsed_rows: list[ParsedRow]) -> dict[int, dict[str, list[str]]]:
        """Return the remarks of other organisations, by dossier and field, of the rows that have such a field."""
        added = self.appended | self.kept_from_others
        keys = [row.target_id for row in parsed_rows if row.target_id and added & row.given.keys()]
        remarks: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        if keys:
            others = Supply.objects.filter(dossier_id__in_batch=keys).exclude(organisation=self.organisation_id)
            for key, values in others.order_by("pk").values_list("dossier_id", "values"):
                for name in added & values.keys():
                    remarks[key or 0][name].append(values[name])
        return remarks

    def _drop_decided_values(
        self, parsed_rows: list[ParsedRow], supplied: dict[int, dict[str, Any]], merged: dict[int, datetime]
    ) -> None:
        """Drop the changes of merged records by values that their senders repeat and that the merge decided against.

        The merge decided which of the values that were supplied until then count. A repeated value that the record has
        had since is a change, as that of any other record. So is a cell that a user corrects, or edits in an export.
        """
        if self.gives_whole_fields:
            return
        histories: list[tuple[int, dict[str, FieldHistory]]] = []
        for row in parsed_rows:
            key, typed = row.target_id or 0, self.lines[row.line].cells if row.line in self.lines else {}
            untyped = {name: value for name, value in row.given.items() if name not in typed}
            repeated = find_repeated_values(untyped, supplied.get(row.supply_id or 0, {})) & row.changes.keys()
            fields = {name: FieldHistory(row.changes[name][1], since=merged[key]) for name in repeated}
            histories.append((key, fields))
        fill_histories(self.resource, histories)
        for row, (_key, fields) in zip(parsed_rows, histories, strict=True):
            decided = {name for name, field in fields.items() if not field.is_repeated}
            if not decided.isdisjoint(SURNAME_FIELDS):  # a surname is one value
                decided |= {*SURNAME_FIELDS}
            row.changes = {name: pair for name, pair in row.changes.items() if name not in decided}

    def _classify_existing(self, parsed_row: ParsedRow, current: dict[str, Any] | None) -> None:
        """Validate the changes of a row to the record that it matched."""
        if current is None:
            gone = _("This record was removed meanwhile. Upload the list again.")
            parsed_row.refuse(next(iter(self.compared), "reference"), gone)
            return
        parsed_row.target_changed_at = current["changed_at"]
        if self.policy == ImportRun.Policy.NEW:
            parsed_row.action = Action.SKIPPED
            return
        if opens_record(self.resource, parsed_row.changes):
            if not may_open_record(self.resource, parsed_row.given):
                del parsed_row.changes["status"]
            elif current["closing_reason"]:
                parsed_row.changes.setdefault("closing_reason", [current["closing_reason"], ""])
        if parsed_row.changes.get("name_prefix", [None, None])[1] == "":
            parsed_row.given.setdefault("name_prefix", "")  # so that the supply loses it too
        for name in (self.appended | self.kept_from_others) & parsed_row.changes.keys():
            length, limit = len(parsed_row.changes[name][1]), self.fields[name].model_field.max_length
            if limit and length > limit:
                too_long = _(
                    "Below what the dossier says already, this text makes %(length)d characters; %(limit)d at most fit "
                    "there. Make one of the two shorter."
                )
                parsed_row.refuse(name, too_long % {"length": length, "limit": limit})
        new_values = {name: new for name, (_old, new) in parsed_row.changes.items()}
        self._refuse_other_users(parsed_row, new_values)
        for name, message in self.matcher.find_errors(parsed_row, current | new_values).items():
            parsed_row.refuse(name, str(message))
        parsed_row.action = Action.CHANGED if parsed_row.changes else Action.UNCHANGED

    def _combine_texts(
        self,
        parsed_row: ParsedRow,
        current: dict[str, Any],
        supplied: dict[str, Any],
        remarks_of_others: dict[str, list[str]],
    ) -> dict[str, str]:
        """Return the texts of the record with those of the row in them, by field.

        A text in an export of ours is the whole one, unless it is emptied.
        """
        values = parsed_row.given
        texts = (self.appended | self.kept_from_others) & values.keys()
        # Of an emptied text only the lines of the sender go.
        emptied = frozenset(name for name in texts if self.remembered_parts.is_emptied(parsed_row, name))
        if self.gives_whole_fields:
            texts = emptied
        corrected = texts & (self.appended | emptied)
        # Somebody who types in a form, which begins with the former text, says nothing about its other lines.
        return {
            name: replace_changed_lines(
                current[name], supplied.get(name, ""), values[name], adds_unchanged=not self.by_hand
            )
            for name in corrected
        } | {
            # The first remark of a sender corrects nothing; with our reference it may be the whole text of the dossier.
            name: replace_other_lines(
                current[name],
                remarks_of_others.get(name, []) if supplied.get(name) or "reference" in values else [current[name]],
                values[name],
            )
            for name in texts - corrected
        }

    def _refuse_other_users(self, parsed_row: ParsedRow, values: dict[str, Any]) -> None:
        """Refuse a user who is not a coordinator as the new value of a field; `values` are the new values."""
        for name, widget in self.user_widgets.items():
            if (login := values.get(name)) and login not in widget.coordinators:
                parsed_row.refuse(name, *widget.unknown([widget.labels[login]]).messages)

    def _classify_new(self, parsed_row: ParsedRow) -> None:
        for name in self.required:
            if (
                name not in parsed_row.given
                and name not in parsed_row.errors
                and name not in parsed_row.employer_values
            ):
                parsed_row.refuse(name, _("%(field)s is missing.") % {"field": self.fields[name].column_name})
        self._refuse_other_users(parsed_row, parsed_row.given)
        for name, message in self.matcher.find_errors(parsed_row, None).items():
            parsed_row.refuse(name, str(message))
        parsed_row.action = Action.SIMILAR if parsed_row.similar else Action.NEW
