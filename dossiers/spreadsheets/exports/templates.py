"""Writes an empty workbook to fill in, with a sheet with all headers and a sheet that explains the columns.

A third sheet, which is hidden, has the choices that the cells of the list offer.
"""

from datetime import date
from itertools import zip_longest
from typing import IO, Any

import xlsxwriter
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.spreadsheets.column_help import ColumnHelp, explain_columns
from dossiers.spreadsheets.resources import RecordResource, SuppliedResource
from dossiers.spreadsheets.values import DecimalWidget
from dossiers.spreadsheets.values.base import EMPTYING_WORD
from dossiers.spreadsheets.writer.table import column_widths
from dossiers.spreadsheets.writer.workbook import column_letters

ROWS = 1_000  # rows below the header whose cells offer choices or expect a date or a number
WITHDRAWALS = gettext_lazy(
    "A column that says who no longer takes part is not taken over. Leave that person out of your list: a coordinator "
    "then sees who is missing. Or say it on the person's own page, at “Pass on a barrier or an opportunity”."
)
MAX_TITLE, MAX_MESSAGE = 32, 255  # characters that Excel shows at a cell
MIN_NUMBER, MAX_NUMBER = -(10**12), 10**12  # of a column without limits
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)


def write_template(resource: RecordResource, file: IO[bytes]) -> None:
    """Write a workbook for lists with these columns.

    The list is the first sheet and has all headers, so that an import reads that sheet. It has no example row, which an
    import would take for a person.
    """
    columns = explain_columns(resource)
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        _write_list(book, columns, capfirst(str(resource.kind.label)))
        _write_explanation(book, columns, WITHDRAWALS if isinstance(resource, SuppliedResource) else "")
        # In the cells of the list itself they could have 255 characters together, and none could have a comma.
        choices = book.add_worksheet(_("Choices"))
        choices.hide()
        for index, column in enumerate(columns):
            for row, choice in enumerate(column.choices):
                choices.write_string(row, index, choice)


def _write_list(book: xlsxwriter.Workbook, columns: list[ColumnHelp], title: str) -> None:
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    plain, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd-mm-yyyy"})
    needed = book.add_format({"bold": True, "bg_color": "#FFF2CC"})
    text = book.add_format({"num_format": "@"})  # so that a telephone number does not lose its first 0
    values = list(zip_longest(*([column.example, *column.choices] for column in columns)))
    widths = column_widths([column.header for column in columns], values)
    for index, (column, width) in enumerate(zip(columns, widths, strict=True)):
        # A number in a cell of text would be refused as one by the rule of its column.
        sheet.set_column(index, index, width, day if column.is_date else None if column.number else text)
        sheet.write_string(0, index, column.header, needed if column.required else plain)
        sheet.write_comment(0, index, column.accepted_values, {"x_scale": 2, "author": ""})
        if rule := _build_validation(index, column):
            sheet.data_validation(1, index, ROWS, index, rule)


def _build_validation(index: int, column: ColumnHelp) -> dict[str, Any] | None:
    """Return what Excel checks in the cells of a column; a user can leave any value, since an import reads more."""
    if column.is_date:
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": FIRST_DAY,
            "maximum": LAST_DAY,
            "error_type": "warning",
            "error_title": _("No date"),
            "error_message": _("This is not a date. Write day-month-year: 28-02-2027."),
        }
    if column.number:
        low, high = column.number.limits
        return {
            "validate": "decimal" if isinstance(column.number, DecimalWidget) else "integer",
            "criteria": "between",
            "minimum": MIN_NUMBER if low is None else low,
            "maximum": MAX_NUMBER if high is None else high,
            "error_type": "warning",
            "error_title": _("No number, or not within the limits"),
            "error_message": column.accepted_values[:MAX_MESSAGE],
        }
    if not column.choices:
        return None
    letter = column_letters(index)
    return {
        "validate": "list",
        "source": f"='{_('Choices')}'!${letter}$1:${letter}${len(column.choices)}",
        "error_type": "information",
        "error_title": _("None of the choices"),
        "error_message": _("This is none of the choices. If you leave it, we may have to ask what it means."),
        "show_error": not column.several,  # several values in a cell are none of the choices
        "input_title": column.header[:MAX_TITLE],
        "input_message": _("Choose one from the list, or type several with commas between.")
        if column.several
        else _("Choose from the list: with the arrow beside the cell, or with Alt and the down arrow."),
    }


def _write_explanation(book: xlsxwriter.Workbook, columns: list[ColumnHelp], withdrawals: str | Promise) -> None:
    sheet = book.add_worksheet(_("Explanation"))
    sheet.freeze_panes(1, 0)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 26, wrapped)
    sheet.set_column(2, 2, 90, wrapped)
    sheet.set_column(3, 3, 26, wrapped)
    sheet.set_column(4, 4, 90, wrapped)
    titles = (
        *(_("Column"), _("Required"), _("What may stand in it"), _("Example")),
        _("Other headers that are recognized"),
    )
    for index, text in enumerate(titles):
        sheet.write_string(0, index, text, bold)
    for row, column in enumerate(columns, start=1):
        sheet.write_string(row, 0, column.header)
        sheet.write_string(row, 1, _("yes") if column.required else _("no"))
        sheet.write_string(row, 2, column.accepted_values)
        sheet.write_string(row, 3, column.example)
        sheet.write_string(row, 4, ", ".join(column.synonyms))
    rules = (
        _("One line for each record, under the header. A column that you don't need can be left out."),
        _("A blank cell changes nothing of what is known already."),
        _(
            "To empty a field on purpose of which something is known already, write “%(word)s” in its cell. Fields "
            "that are required, or that say who or what it is about, such as a number, can't be emptied."
        )
        % {"word": EMPTYING_WORD},
        _(
            "Write down no BSN or V-number, and nothing about nationality, origin, religion or health. Only a BSN or "
            "V-number is recognized in a text."
        ),
        withdrawals,
    )
    for offset, rule in enumerate(filter(None, rules), start=len(columns) + 2):
        sheet.merge_range(offset, 0, offset, 3, str(rule), wrapped)
