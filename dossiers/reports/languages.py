"""Reports in other languages: the same numbers, in the words that they have there.

Only words are taken from reports that are made again in another language: what two editions tell can't differ.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.conf import settings
from django.utils import translation

from dossiers.reports.tables import Report, Row, Table

Reports = tuple[Report, ...]


def in_others(reports: Reports, again: Callable[[], Iterable[Report]]) -> dict[str, Reports]:
    """{language: the reports}; `again` makes the same ones, in the language that is active then."""
    editions = {}
    for language in settings.OWN_LANGUAGES:
        if language == settings.LANGUAGE_CODE:
            continue
        with translation.override(language):
            editions[language] = tuple(_worded(*pair) for pair in zip(reports, again(), strict=True))
    return editions


def _worded(report: Report, made: Report) -> Report:
    pairs = zip(report.tables, made.tables, strict=True)
    return replace(report, title=made.title, tables=tuple(_worded_table(*pair) for pair in pairs))


def _worded_table(table: Table, made: Table) -> Table:
    columns = {column.name: column.label for column in made.columns}
    rows = {row.part: row.label for row in (*made.rows, *([made.total] if made.total else []))}

    def worded(row: Row) -> Row:
        return replace(row, label=rows.get(row.part, row.label))  # of one that went meanwhile nobody knows the words

    return replace(
        table,
        title=made.title,
        rows_label=made.rows_label,
        explanation=made.explanation,
        columns=tuple(replace(column, label=columns[column.name]) for column in table.columns),
        rows=tuple(map(worded, table.rows)),
        total=worded(table.total) if table.total else None,
    )
