"""Finds the rows of which a column of the list says that they no longer count, such as “Afgemeld” with a cross."""

import re
from collections.abc import Iterable
from typing import Any

from dossiers.line_names import LINES_NAMED
from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.columns.columns import BESIDE, PRIVACY, UNKNOWN, Column
from dossiers.spreadsheets.imports.ranges import build_ranges
from dossiers.spreadsheets.imports.sanitized_copy import Private
from dossiers.spreadsheets.reader import Cell, Row
from dossiers.spreadsheets.values import fold
from dossiers.spreadsheets.values.base import as_text, is_placeholder
from dossiers.spreadsheets.values.choices import NO

WITHDRAWN = "withdrawn"  # the mark of these rows
WORDS = (
    "vervallen|afgemeld|afmelding|afgevallen|uitgestroomd|uitstroom|uitgeschreven|uitschrijving|vertrokken|gestopt|"
    "uit beeld|niet meer in beeld"
)
HEADER = re.compile(
    rf"(?:datum |reden |is )?(?:{WORDS})(?: op| per| datum| reden| ja nee| j n)?|(?:uitstroom|afmeld|uitschrijf)datum"
)
"""The folded header of a column in which anything but a no means that the row no longer counts."""
CELL = re.compile(rf"(?:is )?(?:{WORDS})\b(?! naar)")
"""How such a folded cell begins in a column that no field takes."""


def is_withdrawn(column: Column, cell: Cell) -> bool:
    """Whether the cell says that its row no longer counts."""
    text = "" if cell is None or isinstance(cell, Private) else as_text(cell)
    if not text or is_placeholder(text) or column.dropped in (PRIVACY, BESIDE):
        return False
    if HEADER.fullmatch(fold(column.header)):
        return fold(text) not in NO
    return column.dropped == UNKNOWN and CELL.match(fold(text)) is not None


def note_withdrawn_rows(run: ImportRun, columns: Iterable[Column], rows: Iterable[Row]) -> None:
    """Add the withdrawn rows of a batch to `run.asked`, with the columns that say so; the run is not saved."""
    facts: dict[str, Any] = run.asked.get(f"{WITHDRAWN}_rows", {"ranges": [], "lines": [], "count": 0, "columns": {}})
    columns = [column for column in columns if column.index >= 0]
    lines = []
    for line, cells in rows:
        if withdrawing := [column for column in columns if is_withdrawn(column, cells[column.index])]:
            facts["columns"] |= {str(column.index): column.label for column in withdrawing}
            lines.append(line)
    if lines:
        facts["ranges"] += build_ranges(lines)
        facts["lines"] = (facts["lines"] + lines)[: LINES_NAMED + 1]
        facts["count"] += len(lines)
        run.asked[f"{WITHDRAWN}_rows"] = facts
