"""Wagtail's own lists as files. In a workbook it marks as text what looks like a formula; in csv nothing can, and it
escapes nothing: the title of a page, or what a log calls a record, would run in the spreadsheet of who opens it."""

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from dossiers.spreadsheets.formulas import escape


def escape_formulas() -> None:
    """Once, when the site starts, for all of its lists: they share this method."""
    made_by_wagtail = SpreadsheetExportMixin.preprocess_field_value

    def made(view: Any, field: str, value: Any, export_format: str) -> Any:
        cell = made_by_wagtail(view, field, value, export_format)
        return escape(cell) if isinstance(cell, str) and export_format == view.FORMAT_CSV else cell

    SpreadsheetExportMixin.preprocess_field_value = made
