"""Translates reports.

The report is built again in the other language, and only its texts are used, so that the numbers can't differ.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.conf import settings
from django.utils import translation

from dossiers.reports.tables import Report

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
                tables = tuple(table.with_texts_of(made_table) for table, made_table in pairs)
                translated.append(replace(report, title=made.title, tables=tables))
        editions[language] = tuple(translated)
    return editions
