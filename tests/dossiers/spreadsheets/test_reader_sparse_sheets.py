"""Sheets with distant cells take little memory, and lists in them are read."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dossiers.spreadsheets.reader import Choice

from .reader_files import FILES, FileMaker, get_refusal, read, read_parts

PEOPLE = [["Naam", "Uren", "Plaats"], ["Jan", 3, "Ens"], ["Piet", 4, "Urk"]]
ROWS = [(2, ["Jan", 3, "Ens"]), (3, ["Piet", 4, "Urk"])]
FAR = ["A1", "XFD1", "A1048576", "GR1048576", "XFD1048576"]
SECONDS = 30


def make_book_with_cells(
    file_maker: FileMaker, cells: Sequence[str], rows: Sequence[Sequence[Any]] = PEOPLE, sheet: str = "Los"
) -> Path:
    """Make a workbook with a list, and with these cells filled in that sheet."""
    book = openpyxl.Workbook()
    book.active.title = "Lijst"
    for row in rows:
        book.active.append(row)
    if sheet not in book.sheetnames:
        book.create_sheet(sheet)
    for cell in cells:
        book[sheet][cell] = "x"
    path = file_maker.file(b"")
    book.save(path)
    return path


@pytest.mark.parametrize("cells", [["XFD1048576"], FAR, ["GR1", "GR1048576"]])
def test_a_list_is_read_from_a_workbook_with_a_sparse_sheet(file_maker: FileMaker, cells: list[str]) -> None:
    path = make_book_with_cells(file_maker, cells)
    assert path.stat().st_size < 10_000
    start = time.monotonic()
    assert read(path).rows == ROWS
    assert time.monotonic() - start < SECONDS
    assert get_refusal(path, Choice(sheet="Niet")).code == "no_sheet"


def test_a_distant_cell_below_a_list_is_skipped_with_a_warning(file_maker: FileMaker) -> None:
    table = read(make_book_with_cells(file_maker, ["A1048576"], sheet="Lijst"))
    assert (table.rows, table.warnings) == (ROWS, ["left_out"])


def test_a_distant_cell_beside_a_list_is_refused_with_its_line(file_maker: FileMaker) -> None:
    for cell in ("XFD3", "GS3"):
        refused = get_refusal(make_book_with_cells(file_maker, [cell], sheet="Lijst"))
        assert (refused.code, refused.params["line"]) == ("far_cell", 3)
    assert get_refusal(make_book_with_cells(file_maker, ["XFD1"], sheet="Lijst")).code == "too_many_columns"


def test_a_sheet_read_row_by_row_has_the_same_cells_and_lines(file_maker: FileMaker) -> None:
    path = FILES / "coa-lijst-juli.xlsx"
    parts = read_parts(path)
    name = "xl/worksheets/sheet1.xml"
    far = parts[name].replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')
    assert far != parts[name]
    table, expected = read(file_maker.package(parts | {name: far})), read(path)
    assert (table.header, table.rows) == (expected.header, expected.rows)
    assert [[type(cell) for cell in cells] for cells in table.cells] == [
        [type(cell) for cell in cells] for cells in expected.cells
    ]


ODS_LIST = (
    '<table:table table:name="Lijst"><table:table-row><table:table-cell office:value-type="string">'
    '<text:p>Naam</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Uren</text:p>'
    '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2">'
    '<table:table-cell office:value-type="string">'
    '<text:p>Jan</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="3"/>'
    "</table:table-row>{more}</table:table>"
)
FAR_ROW = (
    '<table:table-row table:number-rows-repeated="1048572"><table:table-cell table:number-columns-repeated="16384"/>'
    '</table:table-row><table:table-row><table:table-cell table:number-columns-repeated="{left}"/><table:table-cell '
    'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
)


def ods(file_maker: FileMaker, *tables: str) -> Path:
    parts = read_parts(FILES / "ingesprongen.ods")
    content = parts["content.xml"]
    start, end = content.index(b"<table:table "), content.rindex(b"</table:table>") + len(b"</table:table>")
    return file_maker.package(parts | {"content.xml": content[:start] + "".join(tables).encode() + content[end:]})


@pytest.mark.parametrize("repeated", ["", ' table:number-rows-repeated="1048576"'])
def test_blank_and_repeated_cells_of_an_ods_take_no_memory(file_maker: FileMaker, repeated: str) -> None:
    filled = (
        f'<table:table-row{repeated}><table:table-cell table:number-columns-repeated="16384" '
        'office:value-type="float" office:value="1"/></table:table-row>'
    )
    loose = f'<table:table table:name="Los">{filled}{FAR_ROW.format(left=16383)}</table:table>'
    start = time.monotonic()
    table = read(ods(file_maker, loose, ODS_LIST.format(more=FAR_ROW.format(left=0))), Choice(sheet="Lijst"))
    assert (table.rows, table.warnings) == ([(2, ["Jan", 3]), (3, ["Jan", 3])], ["left_out"])
    assert time.monotonic() - start < SECONDS
    assert read(ods(file_maker, ODS_LIST.format(more=FAR_ROW.format(left=16383)))).warnings == ["left_out"]
