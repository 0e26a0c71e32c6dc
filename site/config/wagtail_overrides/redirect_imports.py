"""Protection of Wagtail's import of redirects.

Wagtail reads a workbook in the web request without a limit on the number of cells, so that a file of 5 kB could stop
the site. Text files are not affected.
"""

from wagtail.contrib.redirects.base_formats import DEFAULT_FORMATS, XLSX


def refuse_workbooks() -> None:
    """Remove XLSX from the formats of the form and its error message; called once, when the site starts."""
    if XLSX in DEFAULT_FORMATS:
        DEFAULT_FORMATS.remove(XLSX)
