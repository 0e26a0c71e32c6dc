"""The reader returns typed cells, lines and sheets of workbooks and HTML pages."""

import struct
from datetime import date, datetime, time

import pytest
import xlsxwriter

from dossiers.spreadsheets.reader import Choice

from .reader_files import (
    FILES,
    FileMaker,
    build_label_cell,
    build_number_cell,
    build_old_workbook,
    build_record,
    get_refusal,
    read,
    read_parts,
)
from .test_reader_sparse_sheets import ods


def test_an_xls_gives_typed_cells_of_the_sheet_with_the_list() -> None:
    table = read(FILES / "oud.xls")
    assert (table.format.kind, table.format.sheet, table.format.header_row) == ("xls", "Lijst", 4)
    assert table.format.sheets == ("Uitleg", "Lijst", "Oud")
    assert table.rows[:2] == [
        (5, [1, "Çelik", date(1990, 2, 1), datetime(2024, 7, 1, 9, 30), 32.5, True]),
        (6, [2, "Jansen", date(1991, 12, 31), date(2024, 7, 2), 24, False]),
    ]


def test_an_ods_with_repeated_rows_has_the_right_line_numbers() -> None:
    table = read(FILES / "ingesprongen.ods")
    assert (table.format.kind, table.format.header_row) == ("ods", 3)
    assert table.header == ["", "Naam", "Datum", "Pct", "Ja", "Tijd"]
    assert table.rows == [
        (4, [None, "Jan", date(2024, 1, 2), 0.25, True, time(13, 30)]),
        (5, [None, "Jan", date(2024, 1, 2), 0.25, True, time(13, 30)]),
        (9, [None, "a\nb", datetime(2024, 1, 2, 13, 30), "#N/B", None, None]),
    ]


@pytest.mark.parametrize("since_1904", [False, True])
def test_every_kind_of_cell_has_its_python_type(file_maker: FileMaker, since_1904: bool) -> None:
    path = file_maker.file(b"")
    book = xlsxwriter.Workbook(path, {"date_1904": since_1904})
    sheet = book.add_worksheet("Lijst")
    formats = {
        name: book.add_format({"num_format": name}) for name in ("dd-mm-yyyy", "dd-mm-yyyy hh:mm", "[h]:mm", "0%")
    }
    sheet.write_row(2, 1, ["Dag", "Moment", "Duur", "Deel", "Vinkje", "Som", "Fout", "Aantal", "Tekst"])
    sheet.write_datetime(3, 1, datetime(2024, 1, 2), formats["dd-mm-yyyy"])
    sheet.write_datetime(3, 2, datetime(2024, 1, 2, 13, 30), formats["dd-mm-yyyy hh:mm"])
    sheet.write_number(3, 3, 1.5, formats["[h]:mm"])
    sheet.write_number(3, 4, 0.25, formats["0%"])
    sheet.write_boolean(3, 5, True)
    sheet.write_formula(3, 6, "=1+1", None, 2)
    sheet.write_formula(3, 7, "=NA()", None, "#N/A")
    sheet.write_number(3, 8, 616229965)
    sheet.write_string(3, 9, " 0612\nx ")
    book.close()
    table = read(path)
    assert table.format.header_row == 3
    expected = [
        None,
        date(2024, 1, 2),
        datetime(2024, 1, 2, 13, 30),
        "36:00",
        0.25,
        True,
        2,
        "#N/A",
        616229965,
        " 0612\nx ",
    ]
    assert table.rows == [(4, expected)]
    assert [type(cell) for cell in table.cells[0]] == [type(cell) for cell in expected]


def test_a_datetime_at_midnight_is_read_as_a_date(file_maker: FileMaker) -> None:
    table = read(
        file_maker.book({"L": [["Naam", "Sinds"], ["Jan", datetime(2024, 1, 2)]]}, default_date_format="d-m-yy h:mm")
    )
    assert type(table.cells[0][1]) is date
    parts = read_parts(FILES / "ingesprongen.ods")
    moment, midnight = b"2024-01-02T13:30:00", b"2024-01-02T00:00:00"
    assert moment in parts["content.xml"]
    path = file_maker.package(parts | {"content.xml": parts["content.xml"].replace(moment, midnight)})
    assert type(read(path).cells[2][2]) is date


def test_errors_in_an_xls_are_read_even_in_rows_of_errors_only(file_maker: FileMaker) -> None:
    header = (
        build_label_cell(0, 0, "Naam")
        + build_label_cell(0, 1, "Uren")
        + build_label_cell(1, 0, "Jan")
        + build_number_cell(1, 1, 3)
    )
    cells = header + build_label_cell(2, 0, "Piet") + build_record(0x0205, struct.pack("<HHHBB", 2, 1, 0, 0x2A, 1))
    failed = struct.pack("<HHH", 3, 1, 0) + b"\x02\0\x17\0\0\0\xff\xff" + bytes(6) + struct.pack("<H", 0)
    cells += build_record(0x0205, struct.pack("<HHHBB", 3, 0, 0, 0x0F, 1)) + build_record(0x0006, failed)
    for stream in ("Workbook", "WORKBOOK", "workbook", "BOOK"):
        table = read(file_maker.file(build_old_workbook(cells, stream=stream)))
        assert table.cells == [["Jan", 3], ["Piet", "#N/A"], ["#VALUE!", "#REF!"]]


def test_errors_in_an_ods_are_read_even_in_rows_of_errors_only(file_maker: FileMaker) -> None:
    def row(*cells: str) -> str:
        return (
            "<table:table-row>"
            + "".join(f"<table:table-cell {cell}</table:table-cell>" for cell in cells)
            + ("</table:table-row>")
        )

    formula = 'table:formula="of:=NA()" office:value-type="{kind}" {more}><text:p>{text}</text:p>'
    calc = formula.format(kind="string", more='office:string-value="" calcext:value-type="error"', text="#N/B")
    old = formula.format(kind="float", more='office:value="0"', text="#REF!")
    right = formula.format(kind="float", more='office:value="3"', text="3,00")
    string = 'office:value-type="string"><text:p>{}</text:p>'
    rows = row(string.format("Naam"), string.format("Uren")), row(string.format("Jan"), right), row(calc, old)
    table = read(ods(file_maker, '<table:table table:name="L">', *rows, "</table:table>"))
    assert table.cells == [["Jan", 3], ["#N/B", "#REF!"]]


def test_a_workbook_that_calamine_cannot_open_is_read_by_openpyxl(file_maker: FileMaker) -> None:
    path = file_maker.book({"Lijst": [["Naam", "Sinds"], ["Jan", date(2024, 1, 2)], ["Piet", "#REF!"]], "Leeg": []})
    moved = {
        name.replace("xl/workbook", "xl/boek").replace("xl/_rels/workbook", "xl/_rels/boek"): content.replace(
            b"xl/workbook.xml", b"xl/boek.xml"
        )
        for name, content in read_parts(path).items()
    }
    table = read(file_maker.package(moved))
    assert (table.format.kind, table.format.sheet, table.format.sheets) == ("xlsx", "Lijst", ("Lijst", "Leeg"))
    assert table.rows == [(2, ["Jan", date(2024, 1, 2)]), (3, ["Piet", "#REF!"])]
    assert get_refusal(file_maker.package(moved | {"xl/boek.xml": b"<workbook"})).code == "damaged"


def test_formulas_without_a_result_give_a_warning(file_maker: FileMaker) -> None:
    parts = read_parts(file_maker.book({"L": [["Naam", "Som", "x"], ["Jan", 1, "=1+1"], ["Piet", 2, "=2+1"]]}))
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b"<v>0</v>" in sheet
    path = file_maker.package(parts | {"xl/worksheets/sheet1.xml": sheet.replace(b"</f><v>0</v>", b"</f><v></v>")})
    table = read(path)
    assert (table.cells, table.warnings) == ([["Jan", 1, None], ["Piet", 2, None]], ["no_result"])
    assert "no_result" not in read(file_maker.book({"L": [["Naam", "x"], ["Jan", "=1+1"]]})).warnings


def test_the_kind_of_workbook_is_detected_from_the_content(file_maker: FileMaker) -> None:
    content = (FILES / "deelnemers-juli.ods").read_bytes()
    path = file_maker.file(content).rename(file_maker.file(b"").with_suffix(".csv"))
    assert read(path).format.kind == "ods"


def test_the_list_is_chosen_over_a_cover_an_empty_and_a_hidden_sheet(file_maker: FileMaker) -> None:
    people = [["Voornaam", "Achternaam", "Leeftijd"], ["Jan", "Jansen", 30], ["Piet", "Pieters", 40]]
    sheets = {"Voorblad": [["Lijst van juli"]], "Leeg": [], "Uit dienst": people * 9, "Mensen": people}
    table = read(file_maker.book(sheets, hidden=["Uit dienst"]))
    assert (table.format.sheet, len(table.rows)) == ("Mensen", 2)
    assert table.format.sheets == ("Voorblad", "Leeg", "Mensen", "Uit dienst")


def test_a_hidden_sheet_is_read_only_without_alternative_or_by_choice_of_the_user(file_maker: FileMaker) -> None:
    people = [["Naam", "Leeftijd"], ["Jan", 30]]
    assert read(file_maker.book({"A": people, "B": []}, hidden=["A"])).format.sheet == "A"
    both = file_maker.book({"A": people, "B": people}, hidden=["A"])
    assert read(both).format.sheet == "B"
    assert read(both, Choice(sheet="A")).format.sheet == "A"
    assert get_refusal(both, Choice(sheet="C")).code == "no_sheet"


def test_a_short_list_of_people_is_chosen_over_a_long_list_of_codes(file_maker: FileMaker) -> None:
    codes = [["code", "betekenis"], *([n, f"woord {n}"] for n in range(300))]
    people = [["Nr", "Voornaam", "Achternaam", "Plaats", "Uren"], [1, "Jan", "J", "Ens", 3], [2, "Piet", "P", "Urk", 4]]
    assert read(file_maker.book({"Codes": codes, "Mensen": people})).format.sheet == "Mensen"


def test_the_sheet_with_known_headers_is_chosen(file_maker: FileMaker) -> None:
    wide = [[f"k{n}" for n in range(9)], *([n] * 9 for n in range(30))]
    people = [["Voornaam", "Achternaam"], ["Jan", "J"]]
    path = file_maker.book({"Breed": wide, "Mensen": people})
    assert read(path).format.sheet == "Breed"
    assert read(path, known={"Voornaam", "Achternaam"}.__contains__).format.sheet == "Mensen"


def test_more_sheets_with_the_same_headers_give_a_warning(file_maker: FileMaker) -> None:
    people = [["Naam", "Leeftijd"], ["Jan", 30]]
    table = read(file_maker.book({"Juli": people, "Augustus": people * 4}))
    assert (table.format.sheet, table.warnings) == ("Juli", ["other_lists"])


def test_an_html_page_named_xls_is_read_as_a_table(file_maker: FileMaker) -> None:
    table = file_maker.text(
        "<html><head><meta charset=utf-8><style>td {x}</style></head><body><p>Overzicht</p><table>"
        "<tr><td colspan=3>Lijst</td></tr><tr><th>Naam<th>Plaats<th>Uren</tr>"
        "<tr><td rowspan=2><script>x</script>Jan &amp; Zo&euml;</td><td>Ens<br>Urk</td><td>3</td></tr>"
        "<tr><td> Nagele </td><td></td></tr>"
        "<tr><td>Piet</td><td><table><tr><td>in</td></tr></table></td><td>&nbsp;</td></tr>"
        "<tr><td colspan=2>Kees</td><td>5</td></tr></table></body></html>"
    )
    assert (table.format.kind, table.format.sheet, table.format.header_row) == ("html", None, 2)
    assert table.header == ["Naam", "Plaats", "Uren"]
    assert table.rows == [
        (3, ["Jan & Zoë", "Ens\nUrk", "3"]),
        (4, [None, "Nagele", None]),
        (5, ["Piet", "in", None]),
        (6, ["Kees", None, "5"]),
    ]


def test_the_declared_encoding_of_an_html_page_is_used_if_it_fits_the_bytes(file_maker: FileMaker) -> None:
    page = "<meta charset='cp1254'><table><tr><th>Naam<th>x<tr><td>Yılmaz<td>1</table>"
    assert file_maker.text(page, encoding="cp1254").cells == [["Yılmaz", "1"]]
    lying = page.replace("cp1254", "utf-8").replace("Yılmaz", "Çelik")
    table = file_maker.text(lying, encoding="cp1252")
    assert (table.format.encoding, table.cells) == ("cp1252", [["Çelik", "1"]])


def test_each_table_of_an_html_page_is_offered_as_a_sheet(file_maker: FileMaker) -> None:
    page = "<table><tr><td>menu</table><table><tr><th>a<th>b<tr><td>1<td>2</table>"
    path = file_maker.file(page)
    assert (read(path).format.sheet, read(path).format.sheets) == ("2", ("1", "2"))
    assert read(path, Choice(sheet="1")).header == ["menu"]


def test_tab_separated_text_named_xls_is_read_as_text(file_maker: FileMaker) -> None:
    table = file_maker.text("Naam\tPlaats\nJan\tEns\n", encoding="utf-16")
    assert (table.format.kind, table.format.delimiter, table.cells) == ("csv", "\t", [["Jan", "Ens"]])


def test_text_that_begins_with_a_less_than_sign_is_not_html(file_maker: FileMaker) -> None:
    assert file_maker.text("<5 jaar;ja\n6 jaar;nee\n").header == ["<5 jaar", "ja"]
