"""Writes Excel workbooks with one sheet.

No library is used, since joining texts is many times as fast. The texts are in their cells (`inlineStr`) and not in a
shared list, which would have to stay in memory.
"""

import re
import zipfile
from datetime import date, timedelta
from itertools import chain
from typing import IO, Any
from xml.sax.saxutils import escape

from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.formulas import RUNS

from .table import ROWS_PER_CHUNK, Memo, Table, column_widths

LEVEL = 3  # the compression level; higher levels take twice the time for a tenth less
LONGEST = 32_767  # the largest number of characters of a cell in Excel
MARK = " […]"  # the end of a text that was cut
EPOCH, FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)  # Excel counts a 29 February 1900, so that earlier days differ
BOLD, DAY, TEXT = 1, 2, 3  # indexes of the cell styles below
UNWRITTEN = re.compile("[\x00\ufffe\uffff]")  # characters that neither XML nor Excel can write
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")  # characters that the name of a sheet may not contain
CODED = re.compile("[\x01-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\-mm\\-yyyy"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


def write_xlsx(table: Table, file: IO[bytes]) -> None:
    """Write one sheet with typed cells; a text is never a formula, even after a user edits its cell in Excel."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as package:
        for name, part in PARTS.items():
            package.writestr(name, START + part)
        with package.open("xl/worksheets/sheet1.xml", "w") as sheet:
            last_cell = _write_sheet(table, sheet)
        name = escape(sheet_name(table.title), {'"': "&quot;"})
        filtered = f"'{name}'!$A$1:{last_cell}"
        book = (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews>'
            f'<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets><definedNames>'
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">{filtered}</definedName>'
            "</definedNames></workbook>"
        )
        package.writestr("xl/workbook.xml", START + book)


def sheet_name(title: str) -> str:
    """Return the title as a valid name of a sheet."""
    return NOT_IN_A_NAME.sub(" ", title)[:31].strip() or "1"


def _write_sheet(table: Table, sheet: IO[bytes]) -> str:
    """Write the sheet and return the absolute reference of its last cell, up to which the header filters."""
    header = table.header
    letters = [column_letters(index) for index in range(len(header))]
    batches = batched(table.rows(), ROWS_PER_CHUNK)
    first = next(batches, [])
    widths = "".join(
        f'<col min="{index}" max="{index}" width="{width}" customWidth="1"/>'
        for index, width in enumerate(column_widths(header, first), start=1)
    )
    top = "".join(
        f'<c r="{letter}1" s="{BOLD}" t="inlineStr">{_inline(text)}'
        for letter, text in zip(letters, header, strict=True)
    )
    sheet.write(
        f'{START}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{widths}</cols><sheetData><row r="1">{top}</row>'.encode()
    )
    known, number = Memo(_content), 1
    for batch in chain([first], batches):
        rows = []
        for row in batch:
            number += 1
            cells = [
                f'<c r="{letter}{number}"{known[value] if isinstance(value, str | date) else _content(value)}'
                for letter, value in zip(letters, row, strict=True)
                if value is not None and value != ""
            ]
            rows.append(f'<row r="{number}">{"".join(cells)}</row>')
        sheet.write("".join(rows).encode())
    sheet.write(f'</sheetData><autoFilter ref="A1:{letters[-1]}{number}"/></worksheet>'.encode())
    return f"${letters[-1]}${number}"


def _content(value: Any) -> str:
    """Return the XML of a cell after its reference."""
    if isinstance(value, str):
        style = f' s="{TEXT}"' if RUNS.match(value) else ""
        return f'{style} t="inlineStr">{_inline(value)}'
    if isinstance(value, date):
        if value < FIRST_DAY:
            return f' t="inlineStr">{_inline(f"{value.day:02}-{value.month:02}-{value.year:04}")}'
        return f' s="{DAY}"><v>{(value - EPOCH) // timedelta(days=1)}</v></c>'
    if isinstance(value, bool):
        return f' t="b"><v>{int(value)}</v></c>'
    return f"><v>{value}</v></c>"


def _inline(text: str) -> str:
    if len(text) > LONGEST:
        text = text[: LONGEST - len(MARK)] + MARK
    # Excel has an escape sequence for a character that XML does not allow, or that begins such a sequence.
    coded = CODED.sub(lambda sign: f"_x{ord(sign[0]):04X}_", UNWRITTEN.sub("", text))
    return f'<is><t xml:space="preserve">{escape(coded)}</t></is></c>'


def column_letters(index: int) -> str:
    """Return the letters of a column by its index; 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters
