"""The lines of the parts that don't belong to the list, and the titles that belong to lines."""

from dossiers.line_names import split_line
from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.file_parts.answers import find_added_titles
from dossiers.spreadsheets.imports.file_parts.facts import (
    ABOVE,
    MARK_LABELS,
    MARKED_ROWS,
    SHEETS,
    STRUCK_CELLS,
    TABLES_BESIDE,
    UNFIT,
    group_sections_by_key,
)
from dossiers.spreadsheets.imports.ranges import Ranges
from dossiers.spreadsheets.reader import Row, section_of


def blank_struck_cells(run: ImportRun, rows: list[Row]) -> list[Row]:
    """Return the rows without the single cells that are struck through, unless the user said that these count."""
    ranges_by_column = run.asked.get(STRUCK_CELLS, {})
    if not ranges_by_column or run.decided.get("parts", {}).get(STRUCK_CELLS):
        return rows
    struck = {int(index): Ranges(ranges) for index, ranges in ranges_by_column.items()}
    return [
        (line, [None if index in struck and line in struck[index] else cell for index, cell in enumerate(cells)])
        for line, cells in rows
    ]


class ExcludedLines:
    """The lines of the parts that don't belong to the list; parts without an answer are excluded too."""

    def __init__(self, run: ImportRun) -> None:
        answers = run.decided.get("parts", {})
        excluded = {
            mark: run.asked[key]["ranges"]
            for key, mark in MARKED_ROWS.items()
            if key in run.asked and not answers.get(key)
        }
        self._marked = {mark: Ranges(ranges) for mark, ranges in excluded.items() if ranges}
        above = () if answers.get(ABOVE) else run.asked.get(ABOVE, ())
        self._above = frozenset((*above, *run.asked.get(UNFIT, ())))
        self._headers = [section["line"] for section in run.asked.get("sections", [])]
        taken = {
            section["line"]
            for key, sections in group_sections_by_key(run).items()
            for section in sections
            if answers.get(key)
        }
        self._left_out = [line not in taken for line in self._headers]
        self._tables_left_out = {
            table["index"]
            for table in run.asked.get(TABLES_BESIDE, ())
            if table.get("is_read") and not answers.get(table["key"])
        }
        self._has_first_sheet_only = answers.get(SHEETS) is False and bool(run.sheets)

    def __bool__(self) -> bool:
        has_tables_left_out = self._has_first_sheet_only or self._tables_left_out
        return bool(self._above or self._marked or has_tables_left_out) or any(self._left_out)

    def __contains__(self, line: int) -> bool:
        if line in self._above or self.find_mark(line):
            return True
        if self._has_first_sheet_only or self._tables_left_out:
            sheet, table, _number = split_line(line)
            if (self._has_first_sheet_only and sheet) or table in self._tables_left_out:
                return True
        section = section_of(line, self._headers)
        return section >= 0 and self._left_out[section]

    def find_mark(self, line: int) -> str:
        """Return the label of the mark of a line that is excluded because of it; empty if it is not."""
        return next((str(MARK_LABELS[mark]) for mark, lines in self._marked.items() if line in lines), "")


class TitlesByLine:
    """Finds the title that is added to the remarks of a line."""

    def __init__(self, run: ImportRun) -> None:
        titles = find_added_titles(run)
        self._headers = [section["line"] for section in run.asked.get("sections", [])]
        self._of_sections = {
            section["line"]: titles[key]
            for key, sections in group_sections_by_key(run).items()
            for section in sections
            if key in titles
        }
        self._of_tables = {
            table["index"]: titles[table["key"]] for table in run.asked.get(TABLES_BESIDE, ()) if table["key"] in titles
        }

    def find(self, line: int) -> str:
        """Return the title of a line; "" if its part has none, or none that is added."""
        section = section_of(line, self._headers)
        title = self._of_sections.get(self._headers[section], "") if section >= 0 else ""
        return title or self._of_tables.get(split_line(line)[1], "")
