"""An empty list to fill in: a sheet with the header of all columns, and one that explains each of them."""

from typing import IO

import xlsxwriter
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dossiers.spreadsheets.column_help import Explained, explained
from dossiers.spreadsheets.resources import RecordResource

ROWS = 1_000  # lines below the header in which a cell offers its choices
LONGEST_LIST = 255  # characters that Excel lets such an offer hold


def write_template(resource: RecordResource, file: IO[bytes]) -> None:
    """A workbook for lists with these columns. The list stands first and has all the headers, so that it is the sheet
    that is read; nothing stands below its header, so that no example is taken for a person."""
    columns = explained(resource)
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        _write_list(book, columns, capfirst(str(resource.kind.label)))
        _write_explanation(book, columns)


def _write_list(book: xlsxwriter.Workbook, columns: list[Explained], title: str) -> None:
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    plain, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd-mm-yyyy"})
    needed = book.add_format({"bold": True, "bg_color": "#FFF2CC"})
    text = book.add_format({"num_format": "@"})  # a telephone number keeps its first 0
    for index, column in enumerate(columns):
        sheet.set_column(index, index, max(12, len(column.header) + 2), day if column.is_date else text)
        sheet.write_string(0, index, column.header, needed if column.required else plain)
        sheet.write_comment(0, index, column.allowed, {"x_scale": 2, "author": ""})
        if column.choices and len(",".join(column.choices)) <= LONGEST_LIST:
            sheet.data_validation(
                1, index, ROWS, index, {"validate": "list", "source": column.choices, "error_type": "information"}
            )


def _write_explanation(book: xlsxwriter.Workbook, columns: list[Explained]) -> None:
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
        sheet.write_string(row, 2, column.allowed)
    for offset, sentence in enumerate(_rules(), start=len(columns) + 2):
        sheet.merge_range(offset, 0, offset, 2, sentence, wrapped)


def _rules() -> list[str]:
    """What holds for all columns."""
    return [
        _("One line for each record, under the header. A column that you don't need can be left out."),
        _("A blank cell changes nothing of what is known already."),
        _("Never write down a BSN, V-number, nationality, religion or anything about health: it is not stored."),
    ]
