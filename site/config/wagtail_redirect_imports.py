"""Wagtail's own import of redirects. A workbook it reads in the web request, blank cells too and without a limit: one
of 5 kB would stop the site for everybody. Text it reads in no time."""

from wagtail.contrib.redirects.base_formats import DEFAULT_FORMATS, XLSX


def refuse_workbooks() -> None:
    """Once, when the site starts: the form and its refusal name what is left."""
    if XLSX in DEFAULT_FORMATS:
        DEFAULT_FORMATS.remove(XLSX)
