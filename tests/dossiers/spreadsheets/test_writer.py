"""A written table can be read back unchanged in every format, and none of its texts is run as a formula."""

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dossiers.spreadsheets.formulas import escape, unescape
from dossiers.spreadsheets.writer import FORMATS
from dossiers.spreadsheets.writer.table import MAX_WIDTH
from dossiers.spreadsheets.writer.workbook import LONGEST, column_letters

from .reader_files import read

TABLE, STYLE = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("table", "style"))
HEADER = ["Nummer", "Tekst", "Aantal", "Dag", "Vinkje"]
NAMES = ["number", "text", "count", "day", "flag"]


@dataclass
class Sheet:
    lines: list[list[Any]]
    title: str = "Lijst"

    names, header = NAMES, HEADER

    def rows(self) -> Iterator[list[Any]]:
        return iter(self.lines)

    values = rows


def write(lines: list[list[Any]], format: str, path: Path) -> Path:
    with path.open("wb") as file:
        FORMATS[format].write(Sheet(lines), file)
    return path


# The characters of XML 1.0, which has no control characters except tab and line ends.
SIGNS = st.characters(
    exclude_categories=["Cs", "Cc"], include_characters="\t\n\r\x7f", exclude_characters="\ufffe\uffff"
)
AWKWARD = ["=1+1", "'=1+1", "''=1", "+31 6", "-", "@x", "\t=1", "\r", "'s-Hertogenbosch", "'a'", "a;b", 'a"b', "a  b ",
           "\n0", " a\t\tb", "a\r\nb", "_x0041_", "&amp;", "<b>", "\x85", "😀"]  # fmt: skip
TEXTS = st.text(SIGNS, max_size=30) | st.sampled_from(AWKWARD)
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.integers(-999_999_999, 999_999_999) | st.decimals(-9999, 9999, places=2).map(float) | st.none(),
        st.dates(date(1901, 1, 1), date(2100, 12, 31)) | st.none(),
        st.booleans() | st.none(),
    ),
    min_size=1,
    max_size=8,
)


def get_read_value(value: Any, format: str) -> Any:
    """Return what the reader gives for a cell: CSV contains only text, and a blank text is None."""
    if isinstance(value, str):
        written = escape(value) if format == "csv" else value
        return value if written and not written.isspace() else None
    if format != "csv" or value is None:
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value).removesuffix(".0").replace(".", ",")


@pytest.mark.parametrize("format", ["csv", "xlsx", "ods"])
@settings(max_examples=15)
@given(rows=ROWS)
@example(rows=[(text, 1, None, None) for text in AWKWARD])
def test_any_table_is_read_back_unchanged(format: str, rows: list[tuple], tmp_path: Path) -> None:
    lines = [[f"P{number}", *row] for number, row in enumerate(rows)]
    table = read(write(lines, format, tmp_path / f"uit.{format}"), known=HEADER.__contains__)
    plain = unescape if format == "csv" else str
    cells = [[plain(cell) if isinstance(cell, str) else cell for cell in row] for row in table.cells]
    assert table.header == HEADER
    assert cells == [[get_read_value(value, format) for value in line] for line in lines]


@settings(max_examples=30)
@given(rows=st.lists(st.tuples(st.text(), st.integers() | st.none(), st.dates() | st.none(), st.booleans())))
def test_any_table_is_written_as_a_json_array_of_objects(rows: list[tuple], tmp_path: Path) -> None:
    lines = [[f"P{number}", *row] for number, row in enumerate(rows)]
    records = json.loads(write(lines, "json", tmp_path / "uit.json").read_text("utf-8"))
    expected = [[value.isoformat() if isinstance(value, date) else value for value in line] for line in lines]
    assert [list(record.values()) for record in records] == expected
    assert all(list(record) == NAMES for record in records)


def test_control_characters_are_written_to_an_xlsx_and_omitted_from_an_ods(tmp_path: Path) -> None:
    lines = [["P1", "a\x01b\x0bc", 1, None, None]]
    path = write(lines, "xlsx", tmp_path / "uit.xlsx")
    assert read(path).cells[0][1] == "a\x01b\x0bc"
    with zipfile.ZipFile(path) as package:
        assert b"a_x0001_b_x000B_c" in package.read("xl/worksheets/sheet1.xml")  # raw, Excel would call it damaged
    assert read(write(lines, "ods", tmp_path / "uit.ods")).cells[0][1] == "abc"


def test_text_that_looks_like_a_formula_is_stored_as_quoted_text_in_xlsx(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(
        write([["P1", "=1+1", 36, date(1990, 3, 12), True]], "xlsx", tmp_path / "uit.xlsx")
    ).active
    text, number, day, flag = (sheet.cell(2, column) for column in (2, 3, 4, 5))
    assert (text.value, text.data_type, text.quotePrefix) == ("=1+1", "s", True)
    assert (number.value, day.value.date(), day.number_format, flag.value) == (
        36,
        date(1990, 3, 12),
        r"dd\-mm\-yyyy",
        True,
    )
    assert sheet.freeze_panes == "A2" and sheet.cell(1, 1).font.bold


WIDE = [["P1", "x" * 30, 1, date(2026, 1, 1), True], ["P2", "kort\nof " + "y" * 20, 2, None, None]]


def test_the_columns_of_a_workbook_fit_their_content_and_the_header_stays_and_filters(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(
        write([*WIDE, ["P3", "z" * 400, 1, None, None]], "xlsx", tmp_path / "uit.xlsx")
    ).active
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDE"]
    assert widths[1] == MAX_WIDTH and widths[0] < 15 and 10 < widths[3] < 15
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:E4"
    sheet = openpyxl.load_workbook(write(WIDE, "xlsx", tmp_path / "uit.xlsx")).active
    assert 30 < sheet.column_dimensions["B"].width < 35


def test_the_columns_of_an_ods_fit_their_content_and_the_header_stays_and_filters(tmp_path: Path) -> None:
    path = tmp_path / "uit.ods"
    with path.open("wb") as file:
        FORMATS["ods"].write(Sheet(WIDE, "Jan's lijst"), file)
    assert [row[1] for row in read(path).cells] == [row[1] for row in WIDE]
    with zipfile.ZipFile(path) as package:
        content, settings = (ElementTree.fromstring(package.read(f"{part}.xml")) for part in ("content", "settings"))
        assert "settings.xml" in package.read("META-INF/manifest.xml").decode()
    columns = [column.get(f"{{{TABLE}}}style-name") for column in content.iter(f"{{{TABLE}}}table-column")]
    styles = {style.get(f"{{{STYLE}}}name"): style for style in content.iter(f"{{{STYLE}}}style")}
    widths = [float(styles[name][0].get(f"{{{STYLE}}}column-width").removesuffix("cm")) for name in columns]
    assert len(widths) == 5 and widths[1] > 2 * widths[0]
    (filters,) = content.iter(f"{{{TABLE}}}database-range")
    assert filters.get(f"{{{TABLE}}}target-range-address") == "'Jan''s lijst'.A1:'Jan''s lijst'.E3"
    assert filters.get(f"{{{TABLE}}}display-filter-buttons") == "true"
    items = {next(iter(item.attrib.values())): item.text for item in settings.iter() if item.text}
    assert (items["VerticalSplitMode"], items["VerticalSplitPosition"]) == ("2", "1")


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_an_empty_table_has_a_header_that_fits(format: str, tmp_path: Path) -> None:
    path = write([], format, tmp_path / f"uit.{format}")
    assert read(path, known=HEADER.__contains__).header == HEADER


def test_text_that_looks_like_a_formula_is_prefixed_with_an_apostrophe_in_csv(tmp_path: Path) -> None:
    text = write([["P1", "=1+1", -5, None, False]], "csv", tmp_path / "uit.csv").read_text("utf-8-sig")
    assert list(csv.reader(io.StringIO(text), delimiter=";"))[1] == ["P1", "'=1+1", "-5", "", "nee"]


@pytest.mark.parametrize(
    "before", ["", " ", "\u00a0", "\u200b", "\ufeff", "\u00ad", "\u2060", "\x01", "\u3164", "' \u200d"]
)
@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦")
def test_invisible_and_fullwidth_characters_do_not_hide_a_formula_in_csv(before: str, sign: str) -> None:
    assert escape(f"{before}{sign}1+1") == f"'{before}{sign}1+1"
    assert unescape(escape(f"{before}{sign}1+1")) == f"{before}{sign}1+1"


@pytest.mark.parametrize("text", ["+31 6 12345678", "+49 15112345678", "+1 202 555 0123"])
def test_a_telephone_number_has_no_apostrophe_in_csv(text: str) -> None:
    assert escape(text) == text and unescape(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "+1+1", "+31-6", "+31 6-1", "+31 6-12345678", "+31 6*2", "+31 6/7", "+1 1/2", "+31 6^9", "+31 6%", "+31 6&7",
        "+31 6=6", "+31 6<7", "+31 (6) 1", "+31(6)12345678", "+31 6 SUM(1)", "+31 A1", "+A1 6", "+31 6:7", "+31 6!A1",
        "+31 6;7", "+31 6,7", "+31 6.7", "+31 6 '", '+31 6 "a"', "+31 6|cmd!A0", "+cmd|' /C calc'!A0", "+1 1E5",
        "+31612345678", "+31", "+ 31 6", "+31  6", "+31 6 ", " +31 6", "+31 6\n=1", "+31\n6", "+31\t6", "+31\r6",
        "+31\u00a06", "+31 6\u200b", "+٣١ ٦", "＋31 6", "++31 6", "-31 6", "=31 6", "@31 6", "\t+31 6", "'+31 6",
        "+31 6 \x00", "+31 ６",
    ],
)  # fmt: skip
def test_a_text_that_only_resembles_a_telephone_number_still_has_an_apostrophe_in_csv(text: str) -> None:
    assert escape(text) == f"'{text}"
    assert unescape(escape(text)) == text


def test_a_cell_with_a_comma_is_quoted(tmp_path: Path) -> None:
    path = write([["P1", "Ens, =1+1", 0.5, None, None], ["", 'a"b', 2, None, None]], "csv", tmp_path / "uit.csv")
    assert path.read_text("utf-8-sig").splitlines()[1:] == ['P1;"Ens, =1+1";"0,5";;', ';"a""b";2;;']


def test_a_csv_with_apostrophes_around_its_cells_is_read_back_unchanged(tmp_path: Path) -> None:
    lines = [["'P1'", "'a'", 1, None, None], ["'P2'", "'c'", 2, None, None]]
    cells = read(write(lines, "csv", tmp_path / "uit.csv")).cells
    assert [row[:2] for row in cells] == [["'P1'", "'a'"], ["'P2'", "'c'"]]


def test_an_ods_begins_with_its_mimetype_and_encodes_spaces_like_libreoffice(tmp_path: Path) -> None:
    path = write([["P1", " a  b\nc", 1, None, None]], "ods", tmp_path / "uit.ods")
    assert path.read_bytes()[30:38] == b"mimetype"
    with zipfile.ZipFile(path) as package:
        assert package.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        content = package.read("content.xml").decode()
    assert '<text:p><text:s text:c="1"/>a <text:s text:c="1"/>b</text:p><text:p>c</text:p>' in content


def test_text_longer_than_an_excel_cell_is_truncated_with_a_mark(tmp_path: Path) -> None:
    text = read(write([["P1", "x" * 40_000, 1, None, None]], "xlsx", tmp_path / "uit.xlsx")).cells[0][1]
    assert len(text) == LONGEST and text.endswith("x […]")


def test_a_date_before_the_first_date_of_excel_is_written_as_text(tmp_path: Path) -> None:
    cell = read(write([["P1", "a", 1, date(1899, 5, 4), None]], "xlsx", tmp_path / "uit.xlsx")).cells[0][3]
    assert cell == "04-05-1899"


def test_column_letters_are_those_of_excel() -> None:
    assert [column_letters(index) for index in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]


@pytest.mark.parametrize("title", ["Werk: [a]/b*?", "x" * 60, "", "'"])
def test_any_title_becomes_a_valid_sheet_name(title: str, tmp_path: Path) -> None:
    path = tmp_path / "uit.xlsx"
    with path.open("wb") as file:
        FORMATS["xlsx"].write(Sheet([["P1", "a", 1, None, None]], title), file)
    name = openpyxl.load_workbook(path).sheetnames[0]
    assert 0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'")


@pytest.mark.parametrize("format", FORMATS)
def test_memory_does_not_grow_with_the_table(format: str, tmp_path: Path) -> None:
    def peak(count: int) -> int:
        sheet = Sheet([])
        sheet.rows = sheet.values = lambda: (
            [f"P{n % 99}", f"text {n % 99}", n, date(2026, 1, 1), True] for n in range(count)
        )  # type: ignore[method-assign,misc]
        tracemalloc.start()
        with (tmp_path / "uit").open("wb") as file:
            FORMATS[format].write(sheet, file)
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)  # fills the caches
    assert peak(20_000) < peak(2_000) + 2_000_000
