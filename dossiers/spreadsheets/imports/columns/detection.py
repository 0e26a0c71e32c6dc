"""Detects the fields of the columns of a list from its header, its first rows and the decisions about it."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from xlsxwriter.utility import xl_col_to_name

from dossiers import privacy
from dossiers.line_names import TABLES_PER_SHEET
from dossiers.models import NAME_FIELDS, ImportRun, RecordKind
from dossiers.models.imports.import_profile import SPLIT_FIELDS, fields_of_column, split_target
from dossiers.spreadsheets.imports.columns.columns import (
    AS_ROWS,
    BESIDE,
    HIDDEN,
    PRIVACY,
    UNKNOWN,
    Column,
    Headers,
    TwoFieldsForOneColumn,
    UnclearHeaders,
    build_columns,
    column_choices,
    match_columns,
    suggest,
)
from dossiers.spreadsheets.imports.columns.needed_fields import ask_for_columns
from dossiers.spreadsheets.imports.columns.questions import (
    SEVERAL_COLUMNS,
    SEVERAL_NUMBERS,
    WHOSE_NUMBERS,
    are_others_numbers,
    find_rows,
    find_split_rows,
)
from dossiers.spreadsheets.imports.columns.split import is_shown
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.file_parts.facts import HIDDEN_COLUMNS, LIST_BESIDE, TABLES_BESIDE
from dossiers.spreadsheets.imports.sanitized_copy import Private
from dossiers.spreadsheets.reader import NO_HEADER, Row, find_columns, split_into_blocks
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.values import DateWidget, fold
from dossiers.spreadsheets.values.base import as_text


class ColumnsUnclear(Exception):
    """The fields of the columns can't be derived, so that a user must choose them; `reason` is one sentence.

    `rows` are some that show why.
    """

    def __init__(self, reason: str | Promise, rows: Sequence[Row] = ()) -> None:
        self.reason, self.rows = str(reason), rows
        super().__init__(self.reason)


class ImportRefused(Exception):
    """The list can't be imported; `reason` is one sentence for the user."""

    def __init__(self, reason: str | Promise) -> None:
        self.reason = str(reason)
        super().__init__(self.reason)


NOTHING_KNOWN = gettext_lazy(
    "No column of this list is recognised. Say of each column what it is, or put a row with the names of the columns "
    "above the list and try again."
)
NO_HEADERS = gettext_lazy(
    "This list has no names of columns. Check what is filled in here as a suggestion, and say of each other column "
    "what it is; or put a row with the names of the columns above the list and try again."
)
LIKE_EARLIER = gettext_lazy(
    "This list has no names of columns. The fields are those of the same columns in an earlier list: check whether "
    "this list has them in the same order."
)
PLACEMENTS = gettext_lazy(
    "Does this list hold placements? They are not taken over from a list: add them at “Placements”. The people in the "
    "list are taken over."
)
NO_ROWS = gettext_lazy("There is no row below the header. Choose a list with people in it.")


MAX_TITLE = 80  # characters


def number_columns(resource: RecordResource) -> frozenset[str]:
    """Return the columns of telephone numbers, KvK numbers and dates, which are not searched for BSNs."""
    fields = resource.sheet_fields().items()
    return frozenset(name for name, field in fields if field.digits or isinstance(field.widget, DateWidget))


def find_skipped_columns(run: ImportRun) -> dict[int, str]:
    """Return {index: reason} of the columns of which a user neither said that they belong to the list, nor the field.

    The file hides them, or they stand in another table beside the list. Those of a table whose rows belong to the list
    are among them, since its cells are read in the columns of the list.
    """
    answers = run.decided.get("parts", {})
    chosen = {fold(key) for key, field in run.decided.get("columns", {}).items() if field}
    hidden = [] if answers.get(HIDDEN_COLUMNS) else run.asked.get(HIDDEN_COLUMNS, [])
    skipped = {column["index"]: HIDDEN for column in hidden if fold(column["header"]) not in chosen}
    for table in run.asked.get(TABLES_BESIDE, []):
        if table.get("is_read"):
            skipped |= {column["index"]: AS_ROWS for column in table["columns"]}
        elif table.get("is_list") or not answers.get(table["key"]):
            skipped |= {column["index"]: BESIDE for column in table["columns"] if fold(column["key"]) not in chosen}
    return skipped


def find_title(row: Row, columns: Sequence[int]) -> str:
    """Return the only text of a row in these columns; "" if there is none, or more."""
    texts = [as_text(cell) for index, cell in enumerate(row[1]) if cell is not None and index in columns]
    return privacy.masked(texts[0])[:MAX_TITLE] if len(texts) == 1 else ""


def describe_unnamed_columns(run: ImportRun, header: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Return the sentence that cells below no header are not read, if there are any."""
    indexes = [index for index, text in enumerate(header) if not text]
    lines = {index: [line for line, cells in rows if cells[index] is not None] for index in indexes}
    filled = {index: numbers for index, numbers in lines.items() if numbers}
    if not filled:
        return []
    words = ngettext(
        "Column %(columns)s has no name. What stands there is not read: line %(lines)s.",
        "Columns %(columns)s have no name. What stands there is not read: line %(lines)s.",
        len(filled),
    )
    columns = ", ".join(map(xl_col_to_name, filled))
    return [words % {"columns": columns, "lines": run.name_lines(sorted({*chain.from_iterable(filled.values())}))}]


class ColumnDetector:
    """Detects the columns of the list of one run."""

    def __init__(self, run: ImportRun, resource: RecordResource, decided: Decisions) -> None:
        self.run, self.resource, self.decided = run, resource, decided
        self.headers = Headers(resource)

    def detect(self, header: list[str], first: list[Row], *, asks: bool) -> list[Column]:
        """Return a column with its field for each header; `first` is the first batch of rows.

        Raises ImportRefused if there are no rows, or ColumnsUnclear. `asks` tells whether a user can say what a column
        is; if not, a needed field may lack, and the cells are taken as they are.
        """
        columns = self._suggest_columns(header, first, with_splits=asks)
        self.drop_row_counts(columns, first)
        if not any(column.field and not self._is_guess(column) for column in columns):
            nothing_known = NO_HEADERS if self.run.choice.get("header_row") == NO_HEADER else NOTHING_KNOWN
            raise ColumnsUnclear(" ".join([str(nothing_known), *self.describe_placements(header)]))
        if not first:
            raise ImportRefused(NO_ROWS)
        if asks:
            self.split_by_content(columns, first)
            if self.run.choice.get("header_row") == NO_HEADER:
                remembered = {fold(key) for key in self.decided.remembered_columns}
                if any(column.field and fold(column.key) in remembered for column in columns):
                    raise ColumnsUnclear(LIKE_EARLIER)  # an earlier list proves nothing about the order of this one
            self._ask_about_missing_fields(columns)
            self._ask_about_vague_headers(columns)
            self._ask_about_cells(columns, first)
        return columns

    def is_export(self, header: Sequence[str], rows: Sequence[Row]) -> bool:
        """Whether the list is an export of ours, since it has our references below the name that we give them.

        A list of the sender may have them too: it is one if it has a column of another name that shares its field with
        others, as users answered.
        """
        fields, columns = self.resource.sheet_fields(), build_columns(header)
        names = {fold(str(field.column_name)): name for name, field in fields.items()}
        references = (column.index for column in columns if names.get(fold(column.key)) == "reference")
        if (index := next(references, None)) is None:
            return False
        cells = [row[index] for _line, row in rows]
        answers = (self.run.profile.columns if self.run.profile else {}) | self.run.decided.get("columns", {})
        targets = {fold(key): split_target(target) for key, target in answers.items() if target}
        shared = {key for key, (field, mode) in targets.items() if mode and field not in SPLIT_FIELDS}
        return (
            any(cell is not None for cell in cells)
            and not are_others_numbers(self.resource, cells)
            and (shared - names.keys()).isdisjoint(fold(column.key) for column in columns)
        )

    def drop_bsns(self, columns: list[Column], first: list[Row]) -> None:
        """Leave out the columns full of numbers that pass the eleven-test: they hold BSNs, whatever their header is."""
        digits = number_columns(self.resource)
        for column in columns:
            if (
                column.dropped != PRIVACY
                and column.field not in digits
                and privacy.forbidden_column(cells[column.index] for _line, cells in first)
            ):
                column.field, column.dropped = None, PRIVACY

    def find_hidden_columns(self, header: list[str], indexes: Sequence[int]) -> list[dict[str, Any]]:
        """Return the hidden columns of the file that would have a field if they were visible, as JSON."""
        remembered = {fold(text) for text, field in self.decided.columns.items() if field}
        return [
            {"index": index, "header": text}
            for index in indexes
            if index < len(header)
            and (text := header[index])
            and not privacy.forbidden_header(text)
            and (fold(text) in remembered or self._is_known(text))
        ]

    def find_tables_beside(
        self, header: Sequence[str], rows: Sequence[Row], above: Sequence[Row] = ()
    ) -> list[dict[str, Any]]:
        """Return the tables beside the list that have a known header, as JSON.

        `rows` are the first ones of the sheet below the header; the titles of the tables are in those `above`.

        The list is the part of the sheet with the columns that it needs. If no part has them all, the blank columns
        only separate columns of one list. A table is a list itself if the columns that it shares with the list name
        its people or companies.
        """
        columns = build_columns(header)
        filled = split_into_blocks(header, rows)
        blocks = [
            (indexes, named) for indexes in filled if (named := [columns[index] for index in indexes if header[index]])
        ]
        lists = [block for block in blocks if self.has_needed_columns([column.header for column in block[1]])]
        if not lists:
            return []
        own = max(
            lists,
            key=lambda block: self.has_needed_columns([column.header for column in block[1]], of_new_records=True),
        )
        own_indexes, own_columns = own
        own_header = [column.header for column in own_columns]
        tables: list[dict[str, Any]] = []
        for block in blocks:
            indexes, named = block
            if block is own or len(named) < 2 or not any(self._is_known(column.header) for column in named):
                continue
            texts = [column.header for column in named]
            shared = find_columns(own_header, texts, self.match_columns).values()
            names_people = self._has_names([texts[place] for place in sorted(shared)])
            is_list = names_people and len(tables) + 1 < TABLES_PER_SHEET
            table = {
                # An answer about columns is none about rows.
                "key": f"{LIST_BESIDE if is_list else TABLES_BESIDE}-{named[0].index}",
                "columns": [{"index": column.index, "header": column.header, "key": column.key} for column in named],
                "count": 0,
                "index": len(tables) + 1,
                "range": [indexes[0], indexes[-1] + 1],
                "list_range": [own_indexes[0], own_indexes[-1] + 1],
                "blank_from": max((other[-1] + 1 for other in filled if other[0] < indexes[0]), default=0),
                "is_list": is_list,
                "is_read": False,
                "title": next((title for row in reversed(above) if (title := find_title(row, indexes))), ""),
                "unread": [text for place, text in enumerate(texts) if place not in shared],
            }
            tables.append(table)
        return tables

    def match_columns(self, header: Sequence[str], other: Sequence[str]) -> dict[int, int]:
        """Return the index in `header` of the column with the same field, by the index in the header of a table."""
        return match_columns(header, other, self.headers, self.decided.columns)

    def describe_placements(self, header: Sequence[str]) -> list[str]:
        """Return the sentence that placements are not imported, if a list of people has a column about them."""
        if self.run.record != RecordKind.DOSSIERS or self.run.by_partner:
            return []
        texts = [fold(text) for text in header]
        # An asylum center has an “uitplaatsing” and an “overplaatsing”, which are no placements.
        words = {word for text in texts for word in text.split()}
        is_about = any(word.startswith("plaatsing") for word in words) or not {"werkgever", "bedrijf"}.isdisjoint(texts)
        return [str(PLACEMENTS)] if is_about else []

    def _is_known(self, header: str) -> bool:
        return bool(self.headers.exact(header) or self.headers.near(header))

    def has_needed_columns(self, header: list[str], *, of_new_records: bool = False) -> bool:
        """Whether a list with this header can be imported, possibly after a question about its columns.

        With `of_new_records` it needs what a new record needs, for which a number or reference is not enough.
        """
        try:
            columns = suggest(header, self.headers, self.decided.columns)
        except UnclearHeaders:
            return True
        names = self._find_filled_fields(columns)
        is_enough = not of_new_records and bool(names & self.resource.identity)
        return is_enough or not self.resource.find_missing_fields(names)

    def _has_names(self, header: list[str]) -> bool:
        try:
            columns = suggest(header, self.headers, self.decided.columns)
        except UnclearHeaders:
            return False
        fields = {name for column in columns if column.field for name in fields_of_column(column.field)}
        return fields.issuperset({*NAME_FIELDS, "company_name"}.intersection(self.resource.required_fields()))

    def _find_filled_fields(self, columns: list[Column]) -> set[str]:
        """Return the names of the fields that get a value from these columns or from a decision."""
        names = {name for column in columns if column.field for name in fields_of_column(column.field)}
        return names | self.decided.fixed.keys()

    def _is_guess(self, column: Column) -> bool:
        """Whether the field of a column follows from a vague header about which nobody decided."""
        is_vague = column.field is not None and self.headers.vague(column.header) == column.field
        return is_vague and fold(column.key) not in {fold(key) for key in self.decided.columns}

    def find_splits(self, header: Sequence[str], rows: Sequence[Row]) -> dict[int, str]:
        """Return how columns are split whose header says so and whose cells show it, by their index.

        Of several columns only the first is, and none if other columns have all its fields.
        """
        filled = {*map(self.headers.exact, header)}
        splits: dict[int, str] = {}
        for index, text in enumerate(header):
            name = self.headers.find_split(text)
            if name and not filled >= {*SPLIT_FIELDS[name]} and name not in splits.values():
                cells = (cells[index] for _line, cells in rows if index < len(cells))
                if is_shown(name, cells, by_header=True):
                    splits[index] = name
        return splits

    def split_by_content(self, columns: list[Column], rows: Sequence[Row]) -> None:
        """Set how columns are split whose cells show it, if nobody decided about them."""
        decided = {fold(key) for key in self.decided.columns}
        for column in columns:
            is_open = bool(column.header) and fold(column.key) not in decided
            others = {other.field for other in columns if other is not column}
            for name, split in self.headers.splits.items() if is_open else ():
                may_be = column.dropped == UNKNOWN or (column.field in split.stands_for and not column.dropped)
                if may_be and name not in others and not others >= {*SPLIT_FIELDS[name]}:
                    cells = (cells[column.index] for _line, cells in rows if column.index < len(cells))
                    if is_shown(name, cells, by_header=False):
                        column.field, column.dropped = name, None
                        break

    def _suggest_columns(self, header: list[str], first: list[Row], *, with_splits: bool) -> list[Column]:
        """Return the columns with the fields that follow from their headers; raises ColumnsUnclear."""
        try:
            decided = self.decided
            skipped = find_skipped_columns(self.run)
            splits = self.find_splits(header, first) if with_splits else {}
            return suggest(header, self.headers, decided.columns, skipped, decided.remembered_columns, splits)
        except UnclearHeaders as unclear:
            headers = ", ".join(f"“{header}”" for header in unclear.headers)
            if isinstance(unclear, TwoFieldsForOneColumn):
                text = self._describe_fields(headers, unclear.fields)
            else:
                text = _(
                    "Two columns of this list mean the same: %(headers)s. Say which one counts, or choose another "
                    "field for one of them."
                )
                text %= {"headers": headers}
            indexes = [column.index for column in build_columns(header) if column.key in unclear.headers]
            raise ColumnsUnclear(text, find_rows(SEVERAL_COLUMNS, indexes, first)) from None

    def _describe_fields(self, headers: str, names: Sequence[str]) -> str:
        """Return the sentence that a column can be each of these fields."""
        labels = column_choices(self.resource)
        text = _("Column %(header)s can be more than one field: %(fields)s. Say which one it is.")
        return text % {"header": headers, "fields": ", ".join(str(labels[name]) for name in names)}

    def drop_row_counts(self, columns: list[Column], first: list[Row]) -> None:
        """Leave out a column that was taken for the partner's number, but only counts the rows: 1, 2, 3 and so on."""
        for column in columns:
            if column.field != "external_id" or not self._is_guess(column):
                continue
            cells = [row_cells[column.index] for _line, row_cells in first if column.index < len(row_cells)]
            numbers = [as_text(cell) for cell in cells if not isinstance(cell, Private) and cell not in (None, "")]
            if numbers == [str(number) for number in range(1, len(numbers) + 1)]:
                column.field, column.dropped = None, UNKNOWN

    def _ask_about_missing_fields(self, columns: list[Column]) -> None:
        """Raise ColumnsUnclear if no column has a needed field, while the list has columns on which nobody decided.

        A list with numbers or references can be about known people, of whom it need not give the name.
        """
        certain = self._find_filled_fields(columns) - {column.field for column in columns if self._is_guess(column)}
        undecided = {fold(column.key) for column in columns if column.dropped == UNKNOWN and column.header}
        undecided -= {fold(key) for key in self.decided.columns}
        if self.run.record != RecordKind.DOSSIERS or certain & self.resource.identity or not undecided:
            return
        if missing := self.find_missing_fields(columns):
            placements = self.describe_placements([column.header for column in columns])
            raise ColumnsUnclear(" ".join([ask_for_columns(self.resource, missing), *placements]))

    def find_missing_fields(self, columns: list[Column]) -> list[str]:
        """Return the fields that a new record needs and that get no value from these columns or from a decision."""
        return self.resource.find_missing_fields(self._find_filled_fields(columns))

    def _ask_about_vague_headers(self, columns: list[Column]) -> None:
        """Raise ColumnsUnclear if a header that says little fits two fields that no other column has."""
        for column in columns:
            fields = self.headers.find_vague(column.header) if self._is_guess(column) else []
            others = {other.field for other in columns if other is not column}
            if len(fields) > 1 and others.isdisjoint(fields):
                raise ColumnsUnclear(self._describe_fields(f"“{column.label}”", fields))

    def _ask_about_cells(self, columns: list[Column], first: list[Row]) -> None:
        """Raise ColumnsUnclear if cells have several values, or numbers that are not ours, and nobody decided."""
        fields, decided = self.resource.sheet_fields(), {fold(key) for key in self.decided.columns}
        for column in columns:
            if column.field in self.headers.splits and fold(column.key) not in decided:
                text = _("Column “%(header)s” seems to hold more than one field. Say whether its cells are split.")
                rows = find_split_rows(column.field, column.index, first)
                raise ColumnsUnclear(text % {"header": column.header}, rows)
            is_phone = column.field in fields and fields[column.field].is_phone
            rows = find_rows(SEVERAL_NUMBERS, [column.index], first) if is_phone and not column.mode else []
            if rows:
                text = _("Column “%(header)s” has cells with more than one number. Say which one counts.")
                raise ColumnsUnclear(text % {"header": column.header}, rows)
            cells = [cells[column.index] for _line, cells in first] if column.field == "reference" else []
            if fold(column.key) not in decided and are_others_numbers(self.resource, cells):
                text = _("Column “%(header)s” has numbers that do not look like our references. Say whose they are.")
                rows = find_rows(WHOSE_NUMBERS, [column.index], first)
                raise ColumnsUnclear(text % {"header": column.header}, rows)
