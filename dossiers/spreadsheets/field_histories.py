"""The values that fields of records had before, and from which changes their present values come."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from dossiers.models import Action, Employer, ImportRow, ImportRun
from dossiers.models.imports.import_row import WRITTEN_ACTIONS
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.comparison import EMPTY, differs, split_lines
from dossiers.spreadsheets.provenance import ORIGIN_COLUMNS, Origin, get_steps
from dossiers.spreadsheets.resources import RecordResource, SheetField
from dossiers.spreadsheets.values import NamedRecordsWidget


class FieldHistory:
    """The history of one field of a record, beside a value that may replace its present one."""

    def __init__(
        self,
        new: Any,
        removed_lines: Iterable[str] = (),
        since: datetime | None = None,
        *,
        added_lines: Iterable[str] = (),
    ) -> None:
        """`removed_lines` are the lines of the present text that the new one lacks, `added_lines` those that it adds.

        Changes from before `since` are left out.
        """
        self.new, self.removed_lines, self.since = new, set(removed_lines), since
        self.added_lines = set(added_lines)
        self.previous: tuple[Any, ...] = ()
        """The value that the last step left, also if its import was undone; empty before the first step."""
        self.value: Any = None
        """The value that the record has from `origin`."""
        self.initial: Any = None
        self.is_default = False
        """Whether the record was made with the value that each new one gets if nobody gives one, and still has it."""
        self.origin: Origin | None = None
        self.new_value_origins: list[Origin] = []
        """The changes that gave the field the new value before."""
        self.line_origins: dict[str, Origin] = {}
        """The changes that added the removed lines, also those of undone imports that somebody left in the text."""
        self.former_line_origins: dict[str, Origin] = {}
        """The same of the lines that the text had at any time; an undo that brings one back did not add it."""
        self.line_removals: dict[str, Origin] = {}
        """The changes that took the added lines out of the text, as far as it had them."""
        self.former_texts: list[str] = []
        """The texts that the field had, if lines are added or removed."""
        self._lines: set[str] = set()
        self.run_ids: set[int | None] = set()
        """The imports of the steps until now; a later step of one of them is its undo."""
        self.undone: Origin | None = None
        """The undone change that wrote the value that the last step left."""
        self.undone_writers: list[tuple[Any, Origin]] = []
        """The values that undone changes left, each with the change that wrote it first."""

    def add(self, value: Any, origin: Origin, *, is_undone: bool = False, initial: Any = None) -> None:
        """Add the value that a step left; steps are added from the oldest one.

        `initial` is what each new record gets if nobody gives a value.

        A step changes a value if the step directly before it left another one, even if that one was undone. A list
        also gives a value that the record had from an undone import only.
        """
        if self.since and origin.at < self.since:
            return
        previous, self.previous = self.previous, (value,)
        if not previous:
            self.initial, self.is_default = initial, value == initial
        if self.removed_lines:
            lines = self.removed_lines.intersection(split_lines(value))
            lines_before = split_lines(*previous) if previous else []
            is_undo = is_undone and origin.run_id in {None, *self.run_ids}
            self.line_origins = {
                line: self.former_line_origins.get(line, origin) if is_undo or line in lines_before else origin
                for line in lines
            }
            self.former_line_origins |= self.line_origins
        self.run_ids |= {origin.run_id} - {None}
        if is_undone:
            if previous != (value,):
                writers = (writer for written, writer in self.undone_writers if written == value)
                self.undone = next(writers, origin)
                self.undone_writers.append((value, self.undone))
            return
        if self.added_lines or self.removed_lines:
            self._add_text(value, origin)
        is_given = origin.run_id and not (self.origin and value == self.value)
        if previous == (value,) and not is_given:
            return
        self.value, self.origin, self.undone = value, origin, None
        self.is_default = self.is_default and not previous
        # Nobody gave the empty value of a new record.
        if not differs(value, self.new) and (previous or value not in EMPTY):
            self.new_value_origins.append(origin)

    def _add_text(self, text: str, origin: Origin) -> None:
        lines = self.added_lines.intersection(split_lines(text))
        self.line_removals |= dict.fromkeys(self._lines - lines, origin)
        self.line_removals = {line: removal for line, removal in self.line_removals.items() if line not in lines}
        self._lines = lines
        self.former_texts.append(text)

    @property
    def is_left(self) -> bool:
        """Whether the record still has a value that only an undone import wrote."""
        return bool(self.undone and self.previous) and (self.origin is None or self.previous[0] != self.value)

    def take_over_left_value(self, giver: Origin | None) -> None:
        """Attribute a left value to the list that gave it too, or else to the undone import that wrote it.

        A user who saved the record in between did not give it.
        """
        if self.is_left and (origin := giver or self.undone):
            (self.value,), self.origin = self.previous, origin
            self.is_default = self.is_default and self.value == self.initial
            self.line_origins = {line: origin if by == self.undone else by for line, by in self.line_origins.items()}

    @property
    def is_empty(self) -> bool:
        return self.value in EMPTY

    @property
    def is_repeated(self) -> bool:
        """Whether the field had the new value before, and another one replaced it."""
        return bool(self.new_value_origins) and differs(self.value, self.new)


def fill_histories(
    resource: RecordResource,
    histories_by_key: Sequence[tuple[int, Mapping[str, FieldHistory]]],
    until: datetime | None = None,
) -> None:
    """Add the values that fields of records had, before `until`; imports that were undone by then are no origins.

    `histories_by_key` has the histories by field with the key of their record, which may occur more than once.
    """
    model: Any = resource._meta.model
    readers = {
        name: _Reader(resource, name, field)
        for name, field in resource.sheet_fields().items()
        if field.own or field.model_field.model is model
    }
    histories: dict[int, list[tuple[str, FieldHistory]]] = defaultdict(list)
    for key, fields in histories_by_key:
        histories[key] += [(name, field) for name, field in fields.items() if name in readers]
    names = {name for fields in histories.values() for name, _field in fields}
    if not names:
        return
    steps = get_steps(model, until).filter(id__in_batch=list(histories)).order_by("history_date", "history_id")
    steps = steps.exclude(history_type="-")  # that of a deletion, of a record that was restored since, has no sectors
    paths = list(dict.fromkeys(readers[name].path for name in names))  # all own fields have the same path
    places = {name: paths.index(readers[name].path) for name in names}
    columns = ("id", "is_undone", *ORIGIN_COLUMNS, *paths)
    for key, is_undone, *step in steps.values_list(*columns).iterator():
        origin, values = Origin(*step[: len(ORIGIN_COLUMNS)]), step[len(ORIGIN_COLUMNS) :]
        for name, field in histories[key]:
            reader = readers[name]
            value = reader.read(values[places[name]])
            field.add(value, origin, is_undone=is_undone, initial=reader.initial)
    _take_over_left_values("employer_id" if model is Employer else "target_id", histories, until)


def _take_over_left_values(
    column: str, histories: Mapping[int, list[tuple[str, FieldHistory]]], until: datetime | None
) -> None:
    """Find which lists gave the values too that undone imports left; `column` is the one of ImportRow with the keys."""
    left = {
        key: fields
        for key, by_name in histories.items()
        if (fields := [(name, field) for name, field in by_name if field.is_left])
    }
    if not left:
        return
    rows = ImportRow.objects.filter(run__state=ImportRun.State.APPLIED, **{f"{column}__in_batch": list(left)})
    rows = rows.filter(action__in=(*WRITTEN_ACTIONS, Action.UNCHANGED))
    givers: dict[FieldHistory, Origin] = {}  # the last one of each
    columns = (column, "given", "run__applied_at", "run__user_id", "run_id", "line")
    for key, values, at, user_id, run_id, line in rows.order_by("run__applied_at", "pk").values_list(*columns):
        for name, field in left[key]:
            is_later = field.undone and field.undone.at < at and not (until and at >= until)
            if is_later and name in values and not differs(values[name], field.previous[0]):
                givers[field] = Origin(at, user_id, run_id, line)
    for fields in left.values():
        for _name, field in fields:
            field.take_over_left_value(givers.get(field))


class _Reader:
    """Reads the values of one column from the history, in the form that an import gives them."""

    def __init__(self, resource: RecordResource, name: str, field: SheetField) -> None:
        self.field, self.initial = field, field.initial
        self.has_names = isinstance(field.widget, NamedRecordsWidget)
        self.path = "sector_names" if self.has_names else EXTRA if field.own else resource.orm_path(name) or name

    def read(self, value: Any) -> Any:
        if not self.has_names:
            return self.field.to_json(value)
        try:
            return self.field.widget.clean(value) if value else []
        except ValidationError:  # a record with one of these names is gone
            return value
