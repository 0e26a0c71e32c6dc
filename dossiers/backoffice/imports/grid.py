"""The grid of a preview: a row for each row of the list and a column for each of its fields."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, TextField
from django.utils.text import capfirst

from dossiers import privacy
from dossiers.backoffice.imports.cells import EMPTY, format_cell, get_cell_text, is_emptied
from dossiers.backoffice.imports.previews import (
    CellError,
    Change,
    ShownRow,
    find_correctable_fields,
    find_required_fields,
    get_row_label,
)
from dossiers.backoffice.labels import NOTHING
from dossiers.models import NAME_FIELDS, Action, ImportRow, ImportRun
from dossiers.models.imports.import_row import ImportRowQuerySet
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.imports.row_corrections import Correction
from dossiers.spreadsheets.imports.staged_rows import FIELDS_OF_INTEREST
from dossiers.spreadsheets.imports.staging import matcher_for, resource_for
from dossiers.spreadsheets.imports.warnings import OPENING
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values import DateWidget, DecimalWidget, NumberWidget
from dossiers.spreadsheets.values.base import is_emptying

MAX_ROWS_REPLACED = 1_000
MAX_TEXT_SOUGHT = 200
DATE_PART = re.compile(r"(\d{1,2})-(\d{1,2})(?:-(\d{4}))?", re.ASCII)
PHONE = re.compile(r"0[\d ()-]+", re.ASCII)


class GridColumn(NamedTuple):
    field: str
    label: str
    choices: list[str]
    """The values that a cell can have, or none if it can have any."""
    is_number: bool
    is_long: bool
    """Whether a cell can have several lines."""
    is_default: bool
    """Whether the list does not have it, so that new records get a default value."""
    is_fixed: bool
    """Whether it has a value for all lines, which is changed with the columns and not in a cell."""


@dataclass
class GridCell:
    column: GridColumn
    name: str
    """The name of its input."""
    text: str
    """What stands in the cell of the list, or was typed there."""
    is_editable: bool
    change: Change | None = None
    differing: Change | None = None
    """The value of the record and that of the list, if the latter is not taken over."""
    error: CellError | None = None
    is_left: bool = False
    """Whether the value of the list is not taken over, and the record stays as it is."""
    default: str = ""
    """What a new record gets here, if the list does not say."""
    words: Sequence[str] = ()
    """The words of the list that an answer replaced."""
    known: str = ""
    """The value of the record that stays, since the answer was not to fill in the words of the list."""
    empties_nothing: bool = False
    """Whether it would empty a field of the record in which there is nothing to empty."""

    @property
    def has_texts_of_others(self) -> bool:
        """Whether the field can hold texts of others, which the list does not empty."""
        return self.column.field in APPENDED_FIELDS

    @property
    def is_filled_in(self) -> bool:
        """Whether a new record gets a default value for a blank cell of the list, which the header does not say."""
        return self.default not in ("", NOTHING) and not self.column.is_default

    @property
    def is_long(self) -> bool:
        """Whether its text can have several lines, which a text input would lose."""
        return self.column.is_long or "\n" in self.text


@dataclass
class GridRow:
    row: ShownRow
    action: Action
    label: str
    """What happens with the row."""
    is_edited: bool
    """Whether all its cells are open to typing."""
    cells: list[GridCell]
    other_errors: list[CellError]
    """The errors of fields without a column."""


class CellFilter(NamedTuple):
    """A search in the rows: for a text in one column or in all, and for the rows in which one column matters."""

    text: str = ""
    field: str = ""
    """The column to search the text in."""
    about: str = ""
    """The column that is wrong or changes in the rows, or else is filled."""

    def __bool__(self) -> bool:
        return bool(self.text or self.about)

    @property
    def query(self) -> str:
        """The part of a link that keeps the filter; empty if there is none."""
        parameters = {"text": self.text, "column": self.field, "about": self.about}
        return urlencode({name: value for name, value in parameters.items() if value})

    @property
    def search_query(self) -> str:
        """The same for another column that matters."""
        return self._replace(about="").query

    @classmethod
    def parse(cls, parameters: Mapping[str, str], columns: Collection[GridColumn]) -> "CellFilter":
        """Return the filter of a link, without numbers that may not be stored.

        A column that is not in the list is ignored. One that is searched for no text is the column that matters.
        """
        text = privacy.masked(parameters.get("text", "").strip()[:MAX_TEXT_SOUGHT])
        fields = {column.field for column in columns}
        field, about = (parameters.get(name, "") for name in ("column", "about"))
        field, about = field if field in fields else "", about if about in fields else ""
        return cls(text, field, about) if text else cls(about=field or about)


def find_columns(
    run: ImportRun, fields: dict[str, SheetField], action: str = "", first: Iterable[str] = (), edited: str = ""
) -> list[GridColumn]:
    """Return the columns of the rows with this action in the order of the list, after those that stand `first`.

    A field without a column in the list has one here once it was typed in, and if it is needed while a row is `edited`.
    """
    names = [name for name in run.fields if name in run.column_indexes]
    if "name_prefix" not in names and run.rows.filter(given__has_key="name_prefix").exists():
        names.insert(names.index("family_name") if "family_name" in names else len(names), "name_prefix")
    if run.splits_names:
        names = sorted(names, key=lambda name: NAME_FIELDS.index(name) if name in NAME_FIELDS else len(NAME_FIELDS))
    typed = run.find_fields_of_cells()
    names = [*first, *names, *(name for name in fields if name in typed)]
    if edited and not run.by_hand:
        names += find_required_fields(run, fields)
    if action == Action.NEW and not run.with_partner:
        names += [name for name, sheet_field in fields.items() if sheet_field.initial not in EMPTY]
    return build_columns(run, fields, names)


def build_columns(run: ImportRun, fields: dict[str, SheetField], names: Iterable[str]) -> list[GridColumn]:
    """Return the columns of these fields in this order; an unknown name is left out."""
    indexes = run.column_indexes
    fixed = {column["field"] for column in run.columns if column["index"] < 0 and not column.get("mode")}
    columns = []
    for name in dict.fromkeys(names):
        if name not in fields:
            continue
        sheet_field, widget = fields[name], fields[name].widget
        columns.append(
            GridColumn(
                name,
                capfirst(str(sheet_field.column_name)),
                [] if widget.multiple else [label for _value, label in widget.settable_options()],
                isinstance(widget, DateWidget | DecimalWidget | NumberWidget),
                isinstance(sheet_field.model_field, TextField),
                name not in indexes and sheet_field.initial not in EMPTY,
                name in fixed,
            )
        )
    return columns


def build_grid(
    run: ImportRun,
    fields: dict[str, SheetField],
    columns: list[GridColumn],
    rows: list[ImportRow],
    shown_rows: list[ShownRow],
    edited: str,
) -> list[GridRow]:
    """Return the rows of the grid with a cell for each column; `edited` is the id of the row of which all are open."""
    grid = []
    opening_lines, known_values = run.asked.get(OPENING, []), _find_known_values(run, fields, rows)
    for row, shown in zip(rows, shown_rows, strict=True):
        editable = find_correctable_fields(run, row, fields) if run.state == ImportRun.State.PREVIEWED else ()
        changes = {change.field: change for change in shown.changes}
        if shown.number:
            changes[shown.number.field] = shown.number
        differing = {value.field: value for value in shown.differing}
        errors = {error.field: error for error in shown.faults}
        words = run.find_answered_words(row.line)
        cells = [
            GridCell(
                column,
                f"cell-{row.pk}-{column.field}",
                get_cell_text(row, fields, column.field),
                column.field in editable,
                changes.get(column.field),
                differing.get(column.field),
                errors.get(column.field),
                column.field in row.withheld or (column.field == "status" and row.line in opening_lines),
                _find_default(run, row, fields, column.field),
                words.get(column.field, ()),
                known_values.get((row.pk, column.field), ""),
                run.policy != ImportRun.Policy.NEW
                and row.action in (Action.CHANGED, Action.UNCHANGED)
                and is_emptied(row.given, fields, column.field)
                and not {column.field} & (changes.keys() | differing.keys() | row.withheld.keys()),
            )
            for column in columns
        ]
        names = {column.field for column in columns}
        other = [error for error in shown.faults if error.field not in names]
        grid.append(
            GridRow(
                shown,
                Action(row.action),
                get_row_label(run, row),
                str(row.pk) == edited,
                cells,
                other,
            )
        )
    return grid


def _find_known_values(
    run: ImportRun, fields: dict[str, SheetField], rows: list[ImportRow]
) -> dict[tuple[int, str], str]:
    """Return the values that stay since an answer was not to fill in the words of the list, by row and field."""
    names_by_row = {
        row: run.find_answered_words(row.line).keys() - row.given.keys()
        for row in rows
        if row.target_id and row.action in (Action.CHANGED, Action.UNCHANGED)
    }
    names = {*chain(*names_by_row.values())}
    if not names or run.state != ImportRun.State.PREVIEWED:
        return {}
    current = matcher_for(run, resource_for(run)).current([row.target_id or 0 for row in names_by_row], list(names))
    return {
        (row.pk, name): format_cell(fields, name, value)
        for row, own in names_by_row.items()
        for name in own
        if (value := current.get(row.target_id or 0, {}).get(name)) not in EMPTY
    }


def _find_default(run: ImportRun, row: ImportRow, fields: dict[str, SheetField], name: str) -> str:
    """Return what a new record gets in a field that its row does not give, or empties; empty if that is not shown."""
    if row.action != Action.NEW:
        return ""
    if name in row.given:
        return NOTHING if row.given[name] in EMPTY else ""
    is_filled = not run.with_partner and fields[name].initial not in EMPTY
    return format_cell(fields, name, fields[name].initial) if is_filled else ""


def filter_rows(
    run: ImportRun, fields: dict[str, SheetField], columns: Collection[GridColumn], sought: CellFilter
) -> ImportRowQuerySet:
    """Return the rows that match a search.

    People who are no longer in the list have no cells to search in, so that they are always among the rows.
    """
    rows: ImportRowQuerySet = run.rows.all()
    if sought.about:
        wrong_or_changed = Q(action=Action.ERROR, errors__has_key=sought.about)
        wrong_or_changed |= Q(action=Action.CHANGED, changes__has_key=sought.about)
        others = Q(given__has_key=sought.about) & ~Q(action__in=FIELDS_OF_INTEREST)
        rows = rows.filter(wrong_or_changed | others | Q(action=Action.ABSENT))
    if not sought.text:
        return rows
    names = [sought.field] if sought.field else [column.field for column in columns]
    condition = Q(action=Action.ABSENT)
    for name in names:
        for text in _find_stored_texts(fields[name], sought.text):
            condition |= Q(**{f"given__{name}__icontains": text})
        if is_emptying(sought.text):
            condition |= Q(**{f"given__{name}": fields[name].emptied})
        condition |= Q(**{f"bad__{name}__icontains": sought.text})
    return rows.filter(condition)


def _find_stored_texts(sheet_field: SheetField, text: str) -> list[str]:
    """Return the texts of which one stands in a stored value of this column if the text stands in its cell."""
    widget = sheet_field.widget
    if isinstance(widget, DateWidget) and (date_part := DATE_PART.fullmatch(text)):
        day, month, year = date_part.groups()
        return ["-".join(filter(None, [year, month.zfill(2), day.zfill(2)]))]
    if sheet_field.digits and PHONE.fullmatch(text):
        return ["".join(filter(str.isdecimal, text)).lstrip("0")]
    if options := widget.options():
        values = [value for value, label in options if text.casefold() in label.casefold()]
        return [f'"{value}"' for value in values] if widget.multiple else values
    return [text]


def find_replacements(run: ImportRun, name: str, text: str, replacement: str, *, whole_cells: bool) -> list[Correction]:
    """Return the corrections of the rows in which a text stands in this column, in any case, with another in its place.

    The text is a whole cell, or else a part of one. At most MAX_ROWS_REPLACED, in the order of the list.
    """
    fields, pattern = resource_for(run).sheet_fields(), re.compile(re.escape(text), re.IGNORECASE)
    corrections: list[Correction] = []
    for row in run.rows.filter(Q(given__has_key=name) | Q(bad__has_key=name)).order_by("line").iterator():
        before = get_cell_text(row, fields, name)
        if whole_cells and not pattern.fullmatch(before.strip()):
            continue
        after = pattern.sub(lambda _match: replacement, before)
        if after != before and name in find_correctable_fields(run, row, fields):
            corrections.append(Correction(row, {name: after}))
        if len(corrections) == MAX_ROWS_REPLACED:
            break
    return corrections


def count_replacements(run: ImportRun, sought: CellFilter) -> dict[str, int]:
    """Return the number of rows in which the text can be replaced, where it is a whole cell and where it is in one."""
    if not (sought.text and sought.field):
        return {}
    modes = {"whole": True, "part": False}
    return {  # by a text that no cell has, since the replacement is not known yet
        mode: len(find_replacements(run, sought.field, sought.text, "\0", whole_cells=whole_cells))
        for mode, whole_cells in modes.items()
    }
