"""Fills the cells of a column that are merged to one, since a spreadsheet shows its value on each of its lines."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from dossiers.line_names import LINES_NAMED
from dossiers.models import ImportRun
from dossiers.models.imports.import_profile import fields_of_column
from dossiers.spreadsheets.imports.columns.columns import Column
from dossiers.spreadsheets.reader import Row, section_of
from dossiers.spreadsheets.resources import RecordResource

MERGED_CELLS = "merged_cells"
"""Key in `ImportRun.asked`: by the index of a column, for each merged cell its first line and the lines that it fills;
at most MAX_NAMED cells, and one more that shows that there are others."""
MAX_NAMED = 5


class MergedCells:
    """Fills the rows of a list while they are read, except columns that identify a person or have the contact data.

    A name over two lines is one person with two lines, and not two people.
    """

    def __init__(
        self,
        run: ImportRun,
        columns: Sequence[Column],
        resource: RecordResource,
        ranges_by_column: Mapping[int, Sequence[tuple[int, int]]],
    ) -> None:
        self._run = run
        fields = resource.sheet_fields()
        personal = {name for name, field in fields.items() if field.differs_by_row}
        personal |= {*resource.identity, "date_of_birth"}
        self._ranges = {
            column.index: sorted(ranges)
            for column in columns
            if (ranges := ranges_by_column.get(column.index))
            and personal.isdisjoint(fields_of_column(column.field) if column.field else ())
        }
        self._cells: dict[int, tuple[int, Any]] = {}
        """The line and the value of the last merged cell, by the index of its column."""

    def fill(self, rows: list[Row]) -> list[Row]:
        """Return the rows with these cells filled; the lines must ascend."""
        if not self._ranges:
            return rows
        headers = [section["line"] for section in self._run.asked.get("sections", ()) if section["has_header"]]
        for line, cells in rows:
            if section_of(line, headers) < 0:  # other tables can have other columns
                for index, ranges in self._ranges.items():
                    place = bisect_right(ranges, line, key=itemgetter(0)) - 1
                    if place >= 0 and line <= ranges[place][1]:
                        self._fill_cell(line, index, ranges[place][0], cells)
        return rows

    def _fill_cell(self, line: int, index: int, first: int, cells: list[Any]) -> None:
        if line == first:
            self._cells[index] = first, cells[index]
            return
        first_of_value, value = self._cells.get(index, (0, None))
        if first_of_value != first or value is None or cells[index] is not None:
            return
        cells[index] = value
        named = self._run.asked.setdefault(MERGED_CELLS, {}).setdefault(str(index), [])
        if (not named or named[-1][0] != first) and len(named) <= MAX_NAMED:
            named.append([first])
        if named[-1][0] == first and len(named[-1]) <= LINES_NAMED + 1:
            named[-1].append(line)


def describe_merged_cells(run: ImportRun) -> Iterator[str]:
    """Yield for each column that is imported on which lines the values of its merged cells count too."""
    words = _("Merged cells in column “%(column)s”: %(cells)s.")
    cell_words = _("the value of line %(line)s also counts for line %(lines)s")
    cells_by_column = run.asked.get(MERGED_CELLS, {})
    for column in run.columns:
        cells = cells_by_column.get(str(column["index"]), ())
        if column["field"] and cells:
            described = [
                cell_words % {"line": run.name_lines([first]), "lines": run.name_lines(lines)}
                for first, *lines in cells[:MAX_NAMED]
            ]
            described += ["…"] if len(cells) > MAX_NAMED else []
            yield words % {"column": column["header"], "cells": "; ".join(described)}
