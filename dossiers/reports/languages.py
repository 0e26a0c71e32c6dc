"""Translates reports.

The report is built again in the other language, and only its texts are used, so that the numbers can't differ.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.conf import settings
from django.utils import translation

from dossiers.reports.tables import Report, Row, Table

Reports = tuple[Report, ...]


def translate_reports(reports: Reports, again: Callable[[], Iterable[Report]]) -> dict[str, Reports]:
    """Return {language: translated reports}; `again` builds the same reports in the active language."""
    editions = {}
    for language in settings.OWN_LANGUAGES:
        if language == settings.LANGUAGE_CODE:
            continue
        translated = []
        with translation.override(language):
            for report, made in zip(reports, again(), strict=True):
                pairs = zip(report.tables, made.tables, strict=True)
                tables = tuple(_translate_table(*pair) for pair in pairs)
                translated.append(replace(report, title=made.title, tables=tables))
        editions[language] = tuple(translated)
    return editions


def _translate_table(table: Table, made: Table) -> Table:
    columns = {column.name: column.label for column in made.columns}
    rows = {row.part: row.label for row in made.all_rows}

    def worded(row: Row) -> Row:
        return replace(row, label=rows.get(row.part, row.label))  # the record may have been deleted meanwhile

    return replace(
        table,
        title=made.title,
        rows_label=made.rows_label,
        explanation=made.explanation,
        columns=tuple(replace(column, label=columns[column.name]) for column in table.columns),
        rows=tuple(map(worded, table.rows)),
        total=worded(table.total) if table.total else None,
    )
