"""Writes an empty workbook to fill in, with a sheet with all headers and a sheet that explains the columns."""

from typing import IO

import xlsxwriter
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.spreadsheets.column_help import ColumnHelp, explain_columns
from dossiers.spreadsheets.resources import RecordResource, SuppliedResource

ROWS = 1_000  # rows below the header whose cells have a list of choices
WITHDRAWALS = gettext_lazy(
    "A column that says who no longer takes part is not taken over. Leave that person out of your list: a coordinator "
    "then sees who is missing. Or say it on the person's own page, at “Pass on a barrier or an opportunity”."
)
LONGEST_LIST = 255  # the largest number of characters of such a list in Excel


def write_template(resource: RecordResource, file: IO[bytes]) -> None:
    """Write a workbook for lists with these columns.

    The list is the first sheet and has all headers, so that an import reads that sheet. It has no example row, which an
    import would take for a person.
    """
    columns = explain_columns(resource)
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        _write_list(book, columns, capfirst(str(resource.kind.label)))
        _write_explanation(book, columns, WITHDRAWALS if isinstance(resource, SuppliedResource) else "")


def _write_list(book: xlsxwriter.Workbook, columns: list[ColumnHelp], title: str) -> None:
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    plain, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd-mm-yyyy"})
    needed = book.add_format({"bold": True, "bg_color": "#FFF2CC"})
    text = book.add_format({"num_format": "@"})  # so that a telephone number does not lose its first 0
    for index, column in enumerate(columns):
        sheet.set_column(index, index, max(12, len(column.header) + 2), day if column.is_date else text)
        sheet.write_string(0, index, column.header, needed if column.required else plain)
        sheet.write_comment(0, index, column.accepted_values, {"x_scale": 2, "author": ""})
        if column.choices and len(",".join(column.choices)) <= LONGEST_LIST:
            sheet.data_validation(
                1, index, ROWS, index, {"validate": "list", "source": column.choices, "error_type": "information"}
            )


def _write_explanation(book: xlsxwriter.Workbook, columns: list[ColumnHelp], withdrawals: str | Promise) -> None:
    sheet = book.add_worksheet(_("Explanation"))
    sheet.freeze_panes(1, 0)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 26, wrapped)
    sheet.set_column(2, 2, 90, wrapped)
    for index, text in enumerate((_("Column"), _("Required"), _("What may stand in it"))):
        sheet.write_string(0, index, text, bold)
    for row, column in enumerate(columns, start=1):
        sheet.write_string(row, 0, column.header)
        sheet.write_string(row, 1, _("yes") if column.required else _("no"))
        sheet.write_string(row, 2, column.accepted_values)
    rules = (
        _("One line for each record, under the header. A column that you don't need can be left out."),
        _("A blank cell changes nothing of what is known already."),
        _(
            "Write down no BSN or V-number, and nothing about nationality, origin, religion or health. Only a BSN or "
            "V-number is recognized in a text."
        ),
        withdrawals,
    )
    for offset, rule in enumerate(filter(None, rules), start=len(columns) + 2):
        sheet.merge_range(offset, 0, offset, 2, str(rule), wrapped)
