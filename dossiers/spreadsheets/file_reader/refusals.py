"""The reasons why a file is refused and the notices about a file that is read, as sentences for the user.

The child process imports this module and must start fast, so that Django is imported only when a sentence is needed.
The parameters are counts and the names of sheets and encodings, never the contents of cells.
"""

from typing import Any


def gettext_noop(message: str) -> str:
    """Mark a sentence for makemessages, without importing Django."""
    return message


SENTENCES = {
    "unreadable": gettext_noop("This file can't be opened. Check whether it exists and whether you may read it."),
    "gone": gettext_noop("The lines of this list are not kept any more. Upload the list again."),
    "too_big": gettext_noop(
        "This file is larger than %(limit)s MB. Remove pictures from it, or divide the list over several files."
    ),
    "empty": gettext_noop("This file is empty. Choose another file."),
    "blank": gettext_noop("There are only blank cells in this file. Choose another sheet or another file."),
    "damaged": gettext_noop(
        "This file is damaged or was not sent completely. Save the list anew, or get it once more from who made it."
    ),
    "encrypted": gettext_noop(
        "This file is protected with a password. Open it, remove the password, save it and try again."
    ),
    "not_a_sheet": gettext_noop(
        "This is not a spreadsheet, whatever its name says. Save the list as an Excel, LibreOffice or CSV file "
        "and try again."
    ),
    "other_kind": gettext_noop(
        "This kind of spreadsheet can't be read. Open it in Excel or LibreOffice, save it as .xlsx and try again."
    ),
    "no_table": gettext_noop(
        "This file is a web page without a table. Open it in Excel or LibreOffice, save the list as .xlsx and try "
        "again."
    ),
    "unpacks_too_far": gettext_noop(
        "This workbook unpacks to far more than any list needs. Copy only the list into a new workbook and try again."
    ),
    "too_heavy": gettext_noop(
        "This file takes more memory than any list needs: it is damaged, or there is a value far outside the list. "
        "Copy only the list into a new workbook and try again."
    ),
    "too_slow": gettext_noop(
        "Reading this file takes too long. Copy only the list into a new workbook, or divide it over several files, "
        "and try again."
    ),
    "entities": gettext_noop(
        "This workbook holds definitions that no spreadsheet program writes, so it was not opened. Open it in Excel or "
        "LibreOffice, save it as .xlsx and try again."
    ),
    "too_many_rows": gettext_noop(
        "This list has more than %(limit)s rows. Divide it over several files and try again."
    ),
    "too_many_columns": gettext_noop(
        "This list has more than %(limit)s columns. Remove the columns that are not needed and try again."
    ),
    "far_cell": gettext_noop(
        "On line %(line)s a cell far to the right of the list holds something, beyond column %(limit)s. Empty that "
        "cell and try again."
    ),
    "long_cell": gettext_noop(
        "On line %(line)s a cell holds more than %(limit)s characters. Shorten that cell and try again."
    ),
    "nul_bytes": gettext_noop(
        "There are unreadable characters (zero bytes) in this file. Open it in Excel or LibreOffice, save it again as "
        ".xlsx and try again."
    ),
    "open_quote": gettext_noop(
        "On line %(line)s a quotation mark opens a cell that is not closed. Add the missing mark or remove this one "
        "and try again."
    ),
    "encoding": gettext_noop("This file can't be read in the encoding that you chose. Choose another one."),
    "delimiter": gettext_noop("This can't be used to separate cells. Choose another delimiter: one character."),
    "no_sheet": gettext_noop("There is no sheet with this name in the file. Choose another sheet."),
    "no_row": gettext_noop("There is no header on line %(line)s. Choose another line for the header."),
}

NOTICES = {
    "other_lists": gettext_noop("Other sheets hold a list too: %(sheets)s. Only “%(sheet)s” was read."),
    "left_out": gettext_noop(
        "Totals and notes around the list are no rows and were left out: line %(lines)s. Check that nothing is missing."
    ),
    "cut": gettext_noop(
        "Some rows have more cells than there are headers; what stands beyond was left out: line %(lines)s."
    ),
    "comments": gettext_noop(
        "Cells of this list have comments. They are not imported: line %(lines)s. Put what has to be imported in a "
        "cell."
    ),
    "merged": gettext_noop(
        "This sheet has more than %(limit)s merged cells. They count as blank here, except on their first line. "
        "Unmerge them and fill each line to read them."
    ),
    "odd_bytes": gettext_noop(
        "Some characters could not be read and show as �. Choose another encoding if names look wrong."
    ),
    "dos_encoding": gettext_noop(
        "The letters with accents were read as those of an old (DOS) program. Choose another encoding if names "
        "look wrong."
    ),
    "mixed_encoding": gettext_noop("Some letters may look wrong (such as Ã«). If so, choose another encoding."),
    "no_result": gettext_noop(
        "Cells that hold a formula without its result count as blank here: %(count)s. Open the file in Excel or "
        "LibreOffice, save it and try again to read them."
    ),
}


class Refused(Exception):
    """The file can't be read; `str()` gives the reason as one sentence in the user's language."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return _sentence(SENTENCES[self.code], self.params)


class Notice:
    """A warning about a file that is read; `str()` gives one sentence in the user's language."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return _sentence(NOTICES[self.code], self.params)


def _sentence(message: str, params: dict[str, Any]) -> str:
    # Not above: the child process that reads files does not load Django.
    from django.utils.formats import number_format
    from django.utils.translation import gettext

    shown = {k: number_format(v, force_grouping=True) if k == "limit" else v for k, v in params.items()}
    return gettext(message) % shown
