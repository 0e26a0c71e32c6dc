"""Reads from `ImportRun.asked` which parts of a file may not belong to the list.

A marked row is struck through, in a color that most rows do not have, or signed off or cancelled according to a column.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from dossiers.line_names import LINES_NAMED, split_line
from dossiers.models import ImportRun
from dossiers.models.imports.import_run import WHOLE_FIELDS
from dossiers.spreadsheets.file_reader.colors import OTHER
from dossiers.spreadsheets.file_reader.doubtful import HIDDEN
from dossiers.spreadsheets.file_reader.marked import STRUCK
from dossiers.spreadsheets.imports.columns.absent import ABSENT_COLUMNS
from dossiers.spreadsheets.imports.columns.merged_cells import MERGED_CELLS
from dossiers.spreadsheets.imports.list_dates import LIST_DATE
from dossiers.spreadsheets.imports.ranges import Ranges
from dossiers.spreadsheets.imports.withdrawn_rows import WITHDRAWN
from dossiers.spreadsheets.reader import OtherList, Row, Section, Table

ABOVE, UNFIT, HIDDEN_COLUMNS, SECTION, SHEETS = "above", "unfit", "hidden_columns", "section", "sheets"
TABLES_BESIDE, LIST_BESIDE = "beside", "list_beside"
STRUCK_CELLS = "struck_cells"
TITLE = "title-"  # before the key of a part: whether its title is added to the remarks of its rows
MARK_LABELS = {
    HIDDEN: gettext_lazy("hidden"),
    STRUCK: gettext_lazy("struck through"),
    "red": gettext_lazy("red"),
    "orange": gettext_lazy("orange"),
    "yellow": gettext_lazy("yellow"),
    "green": gettext_lazy("green"),
    "blue": gettext_lazy("blue"),
    "purple": gettext_lazy("purple"),
    "pink": gettext_lazy("pink"),
    "brown": gettext_lazy("brown"),
    "gray": gettext_lazy("gray"),
    "black": gettext_lazy("black"),
    OTHER: gettext_lazy("colored"),
    WITHDRAWN: gettext_lazy("signed off or cancelled"),
}
MARKED_ROWS = {f"{mark}_rows": mark for mark in MARK_LABELS}
"""The marks by the key of the part with these rows."""
FILE_FACTS = (
    *(ABOVE, UNFIT, *MARKED_ROWS, STRUCK_CELLS, HIDDEN_COLUMNS, TABLES_BESIDE, "sections", ABSENT_COLUMNS, SHEETS),
    *(MERGED_CELLS, WHOLE_FIELDS, LIST_DATE),
)
"""Keys of `ImportRun.asked` that are read from the file only, so that they remain when its sanitized copy is read."""


def find_titles(asked: Mapping[str, Any]) -> dict[str, str]:
    """Return the titles of the tables and rows below a title in a file, by the key of their part."""
    titles = {f"{SECTION}-{section['line']}": section["title"] for section in asked.get("sections") or ()}
    titles |= {table["key"]: table.get("title", "") for table in asked.get(TABLES_BESIDE) or ()}
    return {key: title for key, title in titles.items() if title}


def find_struck_cells(run: ImportRun) -> list[tuple[int, int]]:
    """Return the lines and columns of the single cells that are struck through, in the columns that have a field."""
    ranges_by_column = run.asked.get(STRUCK_CELLS, {})
    return sorted(
        (line, column["index"])
        for column in run.columns
        if column["field"]
        for first, last in ranges_by_column.get(str(column["index"]), ())
        for line in range(first, last + 1)
    )


def sheets_as_json(table: Table, others: list[OtherList]) -> dict[str, Any]:
    return {
        "read": {"sheet": table.format.sheet},
        "others": [
            {"sheet": other.sheet, "rows": other.rows, "hidden": other.hidden, "fits": other.fits} for other in others
        ],
    }


def asks_whether_sheets_are_one_list(run: ImportRun) -> bool:
    """Whether other sheets have the same shape, so that they can be read too."""
    return any(other.get("fits") for other in run.asked.get(SHEETS, {}).get("others", ()))


def group_sections_by_key(run: ImportRun) -> dict[str, list[dict[str, Any]]]:
    """Return the readable parts below the list by key, grouped by title, since a header may be repeated per page."""
    by_title: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for section in run.asked.get("sections", []):
        if section["readable"] and section["rows"]:
            by_title.setdefault((section["title"], _has_header(section)), []).append(section)
    return {f"{SECTION}-{sections[0]['line']}": sections for sections in by_title.values()}


def _has_header(section: dict[str, Any]) -> bool:
    return section.get("has_header", True)  # lists that were read before titles were found have only headers


def find_columns_apart(run: ImportRun) -> set[int]:
    """Return the indexes of the columns of tables whose rows are read as rows of the list, with the blank ones before.

    They are blank in all rows.
    """
    tables = (table for table in run.asked.get(TABLES_BESIDE, ()) if table.get("is_read"))
    return {index for table in tables for index in range(table["blank_from"], table["range"][1])}


def count_marked_rows(run: ImportRun, rows: list[Row]) -> None:
    """Add the hidden and marked rows of a batch to the counts and line numbers in `run.asked`; the run is not saved."""
    for facts in (run.asked[key] for key in MARKED_ROWS if key in run.asked):
        marked = Ranges(facts["ranges"])
        lines = [line for line, _cells in rows if line in marked]
        facts["count"] += len(lines)
        facts["lines"] = (facts["lines"] + lines)[: LINES_NAMED + 1]


def count_rows_beside(run: ImportRun, rows: list[Row]) -> None:
    """Add the rows of a batch to the counts of the tables beside the list that they fill; the run is not saved."""
    for table in run.asked.get(TABLES_BESIDE, []):
        if table["is_read"]:
            table["count"] += sum(split_line(line)[1] == table["index"] for line, _cells in rows)
        else:
            indexes = [column["index"] for column in table["columns"]]
            table["count"] += sum(any(cells[index] is not None for index in indexes) for _line, cells in rows)


def sections_as_json(sections: list[Section]) -> list[dict[str, Any]]:
    return [
        {
            "line": section.line,
            "title": section.title[:80],
            "readable": section.readable,
            "unread": section.unread[:20],
            "has_header": section.has_header,
            "rows": section.rows,
            "renamed": section.renamed[:20],
        }
        for section in sections
    ]
