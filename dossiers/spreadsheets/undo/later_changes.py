"""Finds because of which later imports and bulk changes the undo of an import or a bulk change leaves something."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db.models import Model

from dossiers.models import Action, BulkChange, BulkRow, ImportRow, ImportRun
from dossiers.models.closing import ClosableRecord
from dossiers.models.dossiers.surnames import SURNAME_FIELDS
from dossiers.models.imports.import_row import RECORD_ACTIONS
from dossiers.spreadsheets.undo.earlier_changes import SHARED, Changed
from dossiers.spreadsheets.undo.given_values import AnyChangeSet, ChangeSets, GivenValues, get_sheet_name
from dossiers.spreadsheets.undo.reasons import BULK, EDITED, IMPORTED, MISSED, RENEWED
from dossiers.spreadsheets.undo.statuses import find_closing_reasons
from dossiers.spreadsheets.undo.typed_values import find_ever_typed_values, find_typed_steps

ReadValues = Callable[[Collection[int], list[str]], dict[int, dict[str, Any]]]


class Step(NamedTuple):
    """A change of a value by a bulk change or an import, of which several rows may have changed the same value."""

    old: Any
    new: list[Any]


class LaterChanges:
    """The changes after an import or a bulk change of the records with their keys in one column of ImportRow."""

    def __init__(
        self,
        change_set: AnyChangeSet,
        model: type[Model],
        column: str,
        whole: Collection[str] = (),
        since: datetime | None = None,
    ) -> None:
        """`whole` are the names that reasons have for records and not for their fields.

        `since` is the moment of the step in the history, of a merge, whose steps look like those of people.
        """
        self.change_set, self.model, self.column, self.whole = change_set, model, column, whole
        self.since = since or change_set.applied_at
        self.sender = change_set.organisation_id if isinstance(change_set, ImportRun) else None
        until = {"applied_at__lt": change_set.undone_at} if change_set.undone_at else {}
        self.later = ChangeSets(model, state__in=("applied", "undone"), applied_at__gt=change_set.applied_at, **until)
        self.reasons: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.written: dict[Changed, list[Any]] = defaultdict(list)
        # The changes by those in force, and those that an undo left.
        self.steps: dict[Changed, dict[ImportRun | BulkChange, Step]] = defaultdict(dict)
        # What those in force gave that the record had already.
        self.repeated: dict[Changed, dict[ImportRun | BulkChange, GivenValues]] = defaultdict(dict)

    def add_left(self, key: int, reasons: Mapping[str, Iterable[str]], written: Mapping[str, Any]) -> None:
        """Add a record of which something stays, with the reasons and the written values by field."""
        for name, codes in reasons.items():
            self.reasons[key][name].update(codes)
            if name in written:
                self.written[key, name].append(written[name])

    def find_change_sets(self, read_values: ReadValues) -> set[ImportRun | BulkChange]:
        """Return those in force because of which something stays.

        `read_values` returns the present values of these fields of records, by key and field.
        """
        self._drop_typed_values()
        change_sets: set[ImportRun | BulkChange] = {*self._read_import_rows(), *self._read_bulk_rows()}
        edited = [
            (key, name) for key, reasons in self.reasons.items() for name, codes in reasons.items() if EDITED in codes
        ]
        names = {name for _key, name in edited} - {*self.whole}
        current = {} if self.change_set.undone_at else read_values(self.reasons, sorted(names))
        for key, name in edited:
            change_sets |= self._follow_changes((key, name), current.get(key, {}))
        return change_sets

    def _drop_typed_values(self) -> None:
        """Drop the reasons of values and records that stay whatever is undone, because somebody changed them since.

        The parts of a surname stay together.
        """
        if not hasattr(self.model, "history"):  # actions
            return
        since: Any = self.since
        until = self.change_set.undone_at
        names = {
            name
            for reasons in self.reasons.values()
            for name, codes in reasons.items()
            if name not in self.whole and not codes.isdisjoint({EDITED, *SHARED})
        }
        stays = find_ever_typed_values(self.model, self.reasons, names, since, until)
        stays |= {(key, part) for key, name in stays if name in SURNAME_FIELDS for part in SURNAME_FIELDS}
        steps = find_typed_steps(self.model, self.reasons, since)
        edited = (steps.filter(history_date__lt=until) if until else steps).values_list("id", flat=True)
        stays |= {
            (key, name) for key in set(edited) for name in self.whole if EDITED in self.reasons[key].get(name, ())
        }
        for key, name in stays:
            self.reasons[key].pop(name, None)

    def _read_import_rows(self) -> Iterable[ImportRun]:
        """Read the changes by lists; return the lists that gave or supplied something that stays."""
        runs = {run.pk: run for run in self.later.runs.select_related("organisation", "user")}
        rows = ImportRow.objects.filter(run__in=runs, action__in=(*RECORD_ACTIONS, Action.ABSENT))
        rows = rows.filter(**{f"{self.column}__in_batch": list(self.reasons)}).order_by("pk")
        for row in rows.only("run", "action", "given", "changes", "kept", self.column).iterator():
            key, run = getattr(row, self.column), runs[row.run_id]
            is_in_force = self._is_in_force(run)
            for name in row.changes if is_in_force else row.changes.keys() & (row.kept or {}).keys():
                self._add_step((key, name), run, *row.changes[name])
            is_missed = row.action == Action.ABSENT
            if is_in_force and not is_missed:
                for name in (row.given.keys() & self.reasons[key].keys()) - row.changes.keys():
                    self.repeated[key, name][run] = GivenValues(run.applied_at, {name: row.given[name]}, IMPORTED)
            is_given = any(
                (MISSED in codes and row.changes)
                if is_missed
                else (not SHARED.isdisjoint(codes) and (name in self.whole or name in row.given))
                or (RENEWED in codes and run.organisation_id == self.sender)
                for name, codes in self.reasons[key].items()
            )
            if is_in_force and is_given:
                yield run

    def _read_bulk_rows(self) -> Iterable[BulkChange]:
        """Read the changes by bulk changes; return those that gave a value or changed a record that stays."""
        changed_in_bulk = {
            key for key, reasons in self.reasons.items() if any(EDITED in reasons.get(name, ()) for name in self.whole)
        }
        actions = (BulkRow.Action.CHANGES, BulkRow.Action.SAME)
        opened: dict[BulkChange, list[int]] = defaultdict(list)
        for change, row in self.later.iterate_bulk_rows(self.column, self.reasons, *actions):
            name, is_in_force = get_sheet_name(change), self._is_in_force(change)
            is_change = row.action == BulkRow.Action.CHANGES
            if is_in_force and not is_change:
                value = self.later.bulk_values.to_names(name, row.new)
                self.repeated[row.record_id, name][change] = GivenValues(change.applied_at, {name: value}, BULK)
            if is_change if is_in_force else row.kept:
                pair: tuple[Any, Any] = row.restored_value, row.new
                values = (self.later.bulk_values.to_names(name, value) for value in pair)
                self._add_step((row.record_id, name), change, *values)
                has_reason = name == "status" and "closing_reason" in self.reasons[row.record_id]
                if has_reason and issubclass(self.model, ClosableRecord) and self.model.is_opened(*pair):
                    opened[change].append(row.record_id)
            is_given = not SHARED.isdisjoint(self.reasons[row.record_id].get(name, ()))
            if is_in_force and (is_given or (is_change and row.record_id in changed_in_bulk)):
                yield change
        for change, keys in opened.items():  # that empties the closing reason
            reasons = find_closing_reasons(self.model, keys, cast(datetime, change.applied_at))
            for key, reason in reasons.items():
                old = self.later.bulk_values.to_names("closing_reason", reason)
                self._add_step((key, "closing_reason"), change, old, "")

    def _add_step(self, changed: Changed, change_set: ImportRun | BulkChange, old: Any, new: Any) -> None:
        self.steps[changed].setdefault(change_set, Step(old, [])).new.append(new)

    def _follow_changes(self, changed: Changed, current: dict[str, Any]) -> set[ImportRun | BulkChange]:
        """Return those in force that changed a value, one after another, from the written to the current one.

        There are none if somebody changed it in between, since their undo would not bring back the written value. After
        the undo the value is taken to be that of the last change. Those that gave such a value again are among them.
        """
        steps = sorted(self.steps[changed].items(), key=lambda step: step[0].applied_at or datetime.max)
        in_force = [step for change_set, step in steps if self._is_in_force(change_set)]
        if not in_force:
            return set()
        value, until = current.get(changed[1], in_force[-1].new[-1]), None
        chain: list[ImportRun | BulkChange] = []
        length = 0  # of the part of the chain whose undo brings back the written value
        for change_set, step in reversed(steps):
            # A value that an undo left comes back only with a change that was in force at that undo.
            undone_at = None if self._is_in_force(change_set) else change_set.undone_at
            is_gone = undone_at and (not until or undone_at <= until)
            if value in step.new and not is_gone:
                chain.append(change_set)
                value, until = step.old, change_set.applied_at
                length = len(chain) if value in self.written[changed] else length
        changing = [change_set for change_set in chain[:length] if self._is_in_force(change_set)]
        change_sets = set(changing)
        for repeating, values in self.repeated[changed].items():
            for change_set in changing:
                old, written = self.steps[changed][change_set]
                is_later = cast(datetime, repeating.applied_at) > cast(datetime, change_set.applied_at)
                if is_later and any(values.gives_too(changed[1], old, new) for new in written):
                    change_sets.add(repeating)
        return change_sets

    def _is_in_force(self, change_set: ImportRun | BulkChange) -> bool:
        """Whether a later change set has an effect, or had it at the undo of this one."""
        undone_at, at = change_set.undone_at, self.change_set.undone_at
        return undone_at is None or bool(at and undone_at > at)
