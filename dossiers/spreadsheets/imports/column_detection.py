"""Detects the fields of the columns of a list from its header, its first rows and the decisions about it."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import privacy
from dossiers.models import ImportRun, RecordKind
from dossiers.models.imports.import_profile import fields_of_column
from dossiers.spreadsheets.imports.column_questions import (
    SEVERAL_COLUMNS,
    SEVERAL_NUMBERS,
    WHOSE_NUMBERS,
    are_others_numbers,
    find_rows,
)
from dossiers.spreadsheets.imports.columns import (
    PRIVACY,
    UNKNOWN,
    Column,
    Headers,
    TwoFieldsForOneColumn,
    UnclearHeaders,
    build_columns,
    column_choices,
    suggest,
)
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.file_parts import HIDDEN_COLUMNS
from dossiers.spreadsheets.imports.sanitized_copy import Private
from dossiers.spreadsheets.reader import Row
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
NO_ROWS = gettext_lazy("There is no row below the header. Choose a list with people in it.")


def number_columns(resource: RecordResource) -> frozenset[str]:
    """Return the columns of telephone numbers, KvK numbers and dates, which are not searched for BSNs."""
    fields = resource.sheet_fields().items()
    return frozenset(name for name, field in fields if field.digits or isinstance(field.widget, DateWidget))


def hidden_column_indexes(run: ImportRun) -> set[int]:
    """Return the indexes of the columns that are skipped because the file hides them and no user chose a field."""
    if run.decided.get("parts", {}).get(HIDDEN_COLUMNS):
        return set()
    chosen = {fold(key) for key, field in run.decided.get("columns", {}).items() if field}
    return {column["index"] for column in run.asked.get(HIDDEN_COLUMNS, []) if fold(column["header"]) not in chosen}


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
        columns = self._suggest_columns(header, first)
        self._drop_row_counts(columns, first)
        if not any(column.field and not self._is_guess(column) for column in columns):
            raise ColumnsUnclear(NOTHING_KNOWN)
        if not first:
            raise ImportRefused(NO_ROWS)
        if asks:
            self._ask_about_missing_fields(columns)
            self._ask_about_cells(columns, first)
        return columns

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
            and (fold(text) in remembered or self.headers.exact(text) or self.headers.near(text))
        ]

    def has_needed_columns(self, header: list[str]) -> bool:
        """Whether a list with this header can be imported, possibly after a question about its columns."""
        try:
            columns = suggest(header, self.headers, self.decided.columns)
        except UnclearHeaders:
            return True
        names = self._find_filled_fields(columns)
        return bool(names & self.resource.identity) or names.issuperset(self.resource.required_fields())

    def _find_filled_fields(self, columns: list[Column]) -> set[str]:
        """Return the names of the fields that get a value from these columns or from a decision."""
        names = {name for column in columns if column.field for name in fields_of_column(column.field)}
        return names | self.decided.fixed.keys()

    def _is_guess(self, column: Column) -> bool:
        """Whether the field of a column follows from a vague header about which nobody decided."""
        is_vague = column.field is not None and self.headers.vague(column.header) == column.field
        return is_vague and fold(column.key) not in {fold(key) for key in self.decided.columns}

    def _suggest_columns(self, header: list[str], first: list[Row]) -> list[Column]:
        """Return the columns with the fields that follow from their headers; raises ColumnsUnclear."""
        try:
            return suggest(header, self.headers, self.decided.columns, hidden_column_indexes(self.run))
        except UnclearHeaders as unclear:
            headers = ", ".join(f"“{header}”" for header in unclear.headers)
            if isinstance(unclear, TwoFieldsForOneColumn):
                labels = column_choices(self.resource)
                text = _("Column %(header)s can be more than one field: %(fields)s. Say which one it is.")
                text %= {"header": headers, "fields": ", ".join(str(labels[name]) for name in unclear.fields)}
            else:
                text = _(
                    "Two columns of this list mean the same: %(headers)s. Say which one counts, or choose another "
                    "field for one of them."
                )
                text %= {"headers": headers}
            indexes = [column.index for column in build_columns(header) if column.key in unclear.headers]
            raise ColumnsUnclear(text, find_rows(SEVERAL_COLUMNS, indexes, first)) from None

    def _drop_row_counts(self, columns: list[Column], first: list[Row]) -> None:
        """Leave out a column that was taken for the partner's number, but only counts the rows: 1, 2, 3 and so on."""
        for column in columns:
            if column.field != "external_id" or not self._is_guess(column):
                continue
            cells = [row_cells[column.index] for _line, row_cells in first]
            numbers = [as_text(cell) for cell in cells if not isinstance(cell, Private) and cell not in (None, "")]
            if numbers == [str(number) for number in range(1, len(numbers) + 1)]:
                column.field, column.dropped = None, UNKNOWN

    def _ask_about_missing_fields(self, columns: list[Column]) -> None:
        """Raise ColumnsUnclear if no column has a needed field, while the list has columns on which nobody decided.

        A list with numbers or references can be about known people, of whom it need not give the name.
        """
        names = self._find_filled_fields(columns)
        certain = names - {column.field for column in columns if self._is_guess(column)}
        undecided = {fold(column.key) for column in columns if column.dropped == UNKNOWN and column.header}
        undecided -= {fold(key) for key in self.decided.columns}
        if self.run.record != RecordKind.DOSSIERS or certain & self.resource.identity or not undecided:
            return
        fields = self.resource.sheet_fields()
        missing = [str(fields[name].column_name) for name in self.resource.required_fields() if name not in names]
        if missing:
            text = _("No column of this list is recognised as: %(fields)s. Say which column it is.")
            raise ColumnsUnclear(text % {"fields": ", ".join(missing)})

    def _ask_about_cells(self, columns: list[Column], first: list[Row]) -> None:
        """Raise ColumnsUnclear if cells have several numbers, or numbers that are not ours, and nobody decided."""
        fields, decided = self.resource.sheet_fields(), {fold(key) for key in self.decided.columns}
        for column in columns:
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
