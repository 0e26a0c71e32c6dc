"""Finds the values that replaced what the sender of a list gives again, and those that somebody added or typed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dossiers import privacy
from dossiers.models import ImportRow, ImportRun, Supply
from dossiers.models.imports.import_run import BLANK_IS_NO
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.comparison import differs, find_removed_lines, remove_lines, split_lines
from dossiers.spreadsheets.field_histories import FieldHistory
from dossiers.spreadsheets.imports.columns.columns import find_labels_of_added_lines
from dossiers.spreadsheets.imports.newer_values.sources import (
    ChangedRow,
    NewerValue,
    Reason,
    ValueSource,
    ValueSources,
    fill_row_histories,
)
from dossiers.spreadsheets.imports.refused_values import RefusedValue, find_refused_values


class ReplacingValues:
    """The values that count as newer than those of a list, whenever they were saved."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.labels = find_labels_of_added_lines(run)

    def find(self, rows: Mapping[int, ChangedRow]) -> Iterator[tuple[int, str, NewerValue]]:
        """Yield the values that replaced what these rows give again, or that have lines of others that they remove."""
        histories: dict[int, dict[str, FieldHistory]] = {}
        for target, row in rows.items():
            # Somebody who types a value means to replace the other, but neither the lines of others in a text nor what
            # replaced the rest of a cell out of which a number was taken.
            typed = self.run.find_typed_cells(row.line) - APPENDED_FIELDS
            histories[target] = {
                name: FieldHistory(new, find_removed_lines(old, new), added_lines=find_removed_lines(new, old))
                if name in APPENDED_FIELDS
                else FieldHistory(new)
                for name, (old, new) in row.changes.items()
                if name not in typed or (isinstance(new, str) and privacy.MASK in new)
            }
        fill_row_histories(self.run, rows, histories)
        fields = [(target, name, field) for target, by_name in histories.items() for name, field in by_name.items()]
        sources = ValueSources(
            origin
            for _target, _name, field in fields
            for origin in (
                field.origin,
                *field.new_value_origins,
                *field.line_origins.values(),
                *field.line_removals.values(),
            )
        )
        supplied: dict[int | None, dict[str, Any]] = {}
        if sender := self.run.organisation_id:
            supplies = Supply.objects.filter(organisation=sender, dossier_id__in_batch=list(rows)).order_by("last_seen")
            supplied = {
                dossier: values
                for pk, dossier, values in supplies.values_list("pk", "dossier_id", "values")
                if rows[dossier].supply_id in (pk, None)  # a merged dossier may have more of the same sender
            }
        earlier_values, refused_values = self._find_earlier_values(list(rows)), find_refused_values(self.run, rows)
        for target, name, field in fields:
            earlier = [values[name] for values in earlier_values[target] if name in values]
            is_typed = name in self.run.find_typed_cells(rows[target].line)
            value = self._build_newer_value(
                name, field, sources, supplied.get(target, {}).get(name), earlier, is_typed=is_typed
            )
            if not is_typed:
                refused, origin = refused_values[target, name], field.origin
                present = sources.get(origin, name) if origin else None
                value = self._add_refusal(value, refused, rows[target].changes[name], field, present)
            if value:
                yield target, name, value

    def _add_refusal(
        self,
        value: NewerValue | None,
        refused: Sequence[RefusedValue],
        change: Sequence[Any],
        field: FieldHistory,
        present: ValueSource | None,
    ) -> NewerValue | None:
        """Return the newer value of a field also if its new value was refused in an earlier list.

        A value that was taken over since is not refused any more, and one that its sender sends after another one was
        taken over is news. Of a text each line counts.
        """
        old, new = change
        lines: frozenset[str] = frozenset()
        if isinstance(new, str) and any(refusal.lines for refusal in refused):
            refused_lines = {line for refusal in refused for line in refusal.lines}
            lines = frozenset(refused_lines.intersection(find_removed_lines(new, old)))
            repeated = [refusal for refusal in refused if not lines.isdisjoint(refusal.lines)]
        else:
            repeated = [refusal for refusal in refused if not differs(refusal.value, new)]
        last = max(repeated, key=lambda refusal: refusal.at, default=None)
        if last is None:
            return value
        is_taken_over_since = any(origin.at > last.at for origin in field.new_value_origins)
        is_from_sender_since = present and present.is_from_sender(self.run) and present.saved_at > last.at
        if not lines and (is_taken_over_since or (self.run.sent_at and is_from_sender_since)):
            return value
        if value and lines and value.changes_text:
            lines |= value.refused_lines
            return replace(value, refused_lines=lines, previous_text="", saved_at=max(value.saved_at, last.at))
        if value:
            return value
        saved_at = max(last.at, present.saved_at) if present else last.at
        return NewerValue(
            supplied_at=saved_at, saved_at=saved_at, run=last.run, reason=Reason.REFUSED, refused_lines=lines
        )

    def _find_earlier_values(self, dossiers: Collection[int]) -> dict[int, list[dict[str, Any]]]:
        """Return what each of the sender's supplies of these dossiers had before its later lists, by dossier.

        A dossier does not have all of it in its history if it came by a merge.
        """
        earlier_values: dict[int, list[dict[str, Any]]] = defaultdict(list)
        if sender := self.run.organisation_id:
            supplies = Supply.objects.filter(organisation=sender, dossier_id__in_batch=dossiers)
            dossier_by_supply: dict[Any, int] = dict(supplies.values_list("pk", "dossier_id"))
            rows = ImportRow.objects.filter(run__state=ImportRun.State.APPLIED, supply_before__isnull=False)
            rows = rows.filter(supply_id__in_batch=list(dossier_by_supply))
            for supply, values in rows.values_list("supply_id", "supply_before__values").iterator():
                earlier_values[dossier_by_supply[supply]].append(values or {})  # erased ones
        return earlier_values

    def _build_newer_value(
        self,
        name: str,
        field: FieldHistory,
        sources: ValueSources,
        supplied: Any,
        earlier: list[Any],
        *,
        is_typed: bool,
    ) -> NewerValue | None:
        """Return the value that counts as newer than the new one of a field; None if there is none.

        It replaced the new value, or has lines of others, or a user typed it, or a blank cell would make it a no.
        """
        present = sources.get(field.origin, name) if field.origin else None
        line_sources = {line: sources.get_of_line(origin, name, line) for line, origin in field.line_origins.items()}
        # What the sender gave of a dossier that was merged into this one is still the sender's.
        own_lines = split_lines(supplied) if isinstance(supplied, str) else ()
        of_others = {
            line: source
            for line, source in line_sources.items()
            if not (source.is_from_sender(self.run) or (source.change_reason and line in own_lines))
        }
        added = of_others.values()
        is_repeated = present and self._is_repeated(name, field, sources, present, supplied, earlier)
        repeated_lines: frozenset[str] = frozenset()
        if not (is_repeated or is_typed):
            repeated_lines = self._find_repeated_lines(name, field, sources, own_lines)
        repeats_text = present and self._repeats_text(field, present, supplied or "", earlier)
        if present and (is_repeated or repeated_lines or repeats_text):
            source, reason = present, Reason.REPEATED
        elif added:
            source, reason = max(added, key=lambda source: source.saved_at), Reason.LINES
        elif present and field.value is True and field.new is False and self._is_blank_of(name, present):
            source, reason = present, Reason.BLANK
        elif present and present.is_typed and name not in APPENDED_FIELDS and not (field.is_empty or field.is_default):
            source, reason = present, Reason.TYPED
        else:
            return None
        return NewerValue(
            **vars(source),
            supplied_at=source.saved_at,
            reason=reason,
            removes_text=bool(added),
            authors=tuple(dict.fromkeys(source.author for source in added if source.author)),
            # A user may have typed lines when that list was taken over.
            previous_text=remove_lines(supplied or "", of_others) if reason == Reason.LINES or repeated_lines else "",
            refused_lines=repeated_lines,
        )

    def _find_repeated_lines(
        self, name: str, field: FieldHistory, sources: ValueSources, own_lines: Collection[str]
    ) -> frozenset[str]:
        """Return the lines that a text gives again although others took them out, beside what is new in it.

        `own_lines` are those that the sender gave last; of a list without a sender anybody may have given them.
        """
        removers = {line: sources.get(origin, name) for line, origin in field.line_removals.items()}
        return frozenset(
            line
            for line, remover in removers.items()
            if not remover.is_from_sender(self.run) and (line in own_lines or not self.run.organisation_id)
        )

    def _is_repeated(
        self,
        name: str,
        field: FieldHistory,
        sources: ValueSources,
        present: ValueSource,
        supplied: Any,
        earlier: list[Any],
    ) -> bool:
        """Whether the present value of a field replaced the new one, which the sender of the list gave before.

        Of a list without a sender anybody may have given it. `supplied` is the value that the sender gave last, which
        the record may have had already by then: what the sender gave before that is not repeated. A later list of the
        same sender may change what an earlier one gave, unless nobody knows when it was sent: then it repeats what a
        list of the sender gave, also if a user corrected it there, one of the `earlier` values of the supply, or
        anything in the very same list.
        """
        is_of_sender = present.is_from_sender(self.run)
        if self.run.sent_at and is_of_sender:
            return False
        if not self.run.organisation_id:
            return field.is_repeated
        if field.is_empty and self._repeats_list_before(present.saved_at):  # whoever emptied it, and the supply too
            return True
        if supplied is not None and not is_of_sender:
            return field.is_repeated and not differs(supplied, field.new)
        if self._repeats_list_before(present.saved_at) or not all(differs(value, field.new) for value in earlier):
            return differs(field.value, field.new)
        origins = (sources.get(origin, name) for origin in field.new_value_origins)
        return field.is_repeated and any(origin.is_in_list_of_sender(self.run) for origin in origins)

    def _repeats_text(self, field: FieldHistory, present: ValueSource, supplied: Any, earlier: Sequence[Any]) -> bool:
        """Whether a text is an earlier one apart from what other columns added, and from lines that others added.

        The sender replaced it by the text that it `supplied` last.
        """
        is_of_sender = present.is_from_sender(self.run)
        if not field.former_texts or (is_of_sender and self.run.sent_at):
            return False
        if self.run.organisation_id and not is_of_sender:
            return False
        last, now, new = map(self._find_own_lines, (supplied, field.value, field.new))
        texts = map(self._find_own_lines, earlier if self.run.organisation_id else field.former_texts)
        return now != new and any(lines and lines != last and lines == new - (now - last - lines) for lines in texts)

    def _find_own_lines(self, text: str) -> set[str]:
        return {line for line in split_lines(text) if line and not line.startswith(self.labels)}

    def _repeats_list_before(self, moment: datetime) -> bool:
        """Whether the same list was imported before this moment."""
        same_list = self.run.same_list
        is_in_force = same_list is not None and same_list.state == ImportRun.State.APPLIED
        return bool(is_in_force and same_list and same_list.applied_at and same_list.applied_at < moment)

    def _is_blank_of(self, name: str, present: ValueSource) -> bool:
        """Whether a no of this field is a blank cell, which does not contradict the present yes of somebody else."""
        is_own = present.is_from_sender(self.run) and not present.is_answer
        return name in self.run.asked.get(BLANK_IS_NO, ()) and not is_own
