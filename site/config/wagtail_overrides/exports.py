"""Protection of Wagtail's CSV exports against formula injection.

In a workbook Wagtail marks text as text, but in CSV it escapes nothing, so that a spreadsheet program would run a page
title that starts with "=".
"""

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from dossiers.spreadsheets.formulas import escape


def escape_formulas() -> None:
    """Patch the method that all of Wagtail's exports share; called once, when the site starts."""
    original_method = SpreadsheetExportMixin.preprocess_field_value

    def preprocess_field_value(view: Any, field: str, value: Any, export_format: str) -> Any:
        cell = original_method(view, field, value, export_format)
        return escape(cell) if isinstance(cell, str) and export_format == view.FORMAT_CSV else cell

    SpreadsheetExportMixin.preprocess_field_value = preprocess_field_value
