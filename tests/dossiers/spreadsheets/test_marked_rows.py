"""The user is asked about rows that are struck through or in a color, and told about comments."""

from copy import copy
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Color, Font, PatternFill

from dossiers.models import Dossier
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.file_reader.colors import name_color
from dossiers.spreadsheets.imports import row_corrections
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.reader import open_table

from .imports import Lists, apply
from .reader_files import FileMaker, read_parts
from .test_decisions import answer_questions, upload
from .test_file_parts import HEADER, OMAR, RAHEL, SELAM, get_actions

MERON = ["Meron", "Tesfay", "07-07-1992", "0612345671"]
RED, GRAY = PatternFill("solid", fgColor="FFFF0000"), PatternFill("solid", fgColor="FFF2F2F2")
LIGHT_GREEN = PatternFill("solid", fgColor=Color(theme=6, tint=0.6))
STRUCK = Font(strike=True)


def make_marked_workbook(
    path: Path, *rows: list, fills: dict[int, PatternFill] | None = None, struck: tuple[int, ...] = ()
) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for line, fill in (fills or {}).items():
        for cell in book.active[line]:
            cell.fill = fill
    for line in struck:
        for cell in book.active[line]:
            cell.font = STRUCK
    book.save(path)
    return path


def make_ods(file_maker: FileMaker, *rows: str, styles: str = "", columns: str = "", common: str = "") -> Path:
    """Return an .ods with these rows and styles of cells, as LibreOffice writes them."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{place}:1.0"'
        for name, place in {
            "office": "office", "table": "table", "text": "text", "style": "style", "fo": "xsl-fo-compatible",
        }.items()
    )  # fmt: skip
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="Lijst">{columns}{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    named = f"<office:document-styles {names}><office:styles>{common}</office:styles></office:document-styles>"
    parts = {"mimetype": kind, "content.xml": content, "styles.xml": named, "META-INF/manifest.xml": manifest}
    return file_maker.package(parts)


def make_ods_style(name: str, *, color: str = "", struck: bool = False, parent: str = "Default") -> str:
    fill = f'<style:table-cell-properties fo:background-color="{color}"/>' if color else ""
    line = '<style:text-properties style:text-line-through-style="solid"/>' if struck else ""
    family = f'style:family="table-cell" style:parent-style-name="{parent}"'
    return f'<style:style style:name="{name}" {family}>{fill}{line}</style:style>'


def make_ods_row(cells: list[str], style: str = "", default: str = "") -> str:
    named = f' table:style-name="{style}"' if style else ""
    texts = "".join(
        f'<table:table-cell{named} office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    of_row = f' table:default-cell-style-name="{default}"' if default else ""
    rest = f'<table:table-cell{named} table:number-columns-repeated="99"/>'
    return f"<table:table-row{of_row}>{texts}{rest}</table:table-row>"


def find_marked_rows(path: Path) -> dict[str, list[tuple[int, int]]]:
    with open_table(path) as table:
        list(table.batches())
        return table.marked_rows


def test_rows_in_a_color_and_struck_through_are_asked_about(lists: Lists, tmp_path: Path) -> None:
    path = make_marked_workbook(
        tmp_path / "l.xlsx", HEADER, SELAM, OMAR, RAHEL, MERON, fills={1: GRAY, 3: RED, 5: LIGHT_GREEN}, struck=(3, 4)
    )
    run = upload(lists, path=path)
    assert [(part.key, part.words, part.answer) for part in parts_of(run)] == [
        ("struck_rows", "2 rijen zijn in het bestand doorgestreept: regel 3, 4 (Omar Abdi; Rahel Woldu).", None),
        ("red_rows", "1 rij is in het bestand rood: regel 3 (Omar Abdi).", None),
        ("green_rows", "1 rij is in het bestand groen: regel 5 (Meron Tesfay).", None),
    ]
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped", "Rahel": "skipped", "Meron": "skipped"}
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    run = answer_questions(run, parts={"struck_rows": True, "red_rows": False, "green_rows": True})
    run.forget_upload()
    run.save()
    run = answer_questions(run)  # read from the sanitized copy, which has no colors
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped", "Rahel": "new", "Meron": "new"}
    apply(run)
    assert Dossier.objects.count() == 3


def test_rows_of_an_ods_in_a_color_and_struck_through_are_asked_about(lists: Lists, file_maker: FileMaker) -> None:
    styles = (
        make_ods_style("ce1", color="#ffff00")
        + make_ods_style("ce2", struck=True)
        + make_ods_style("ce3", parent="Bad")
        + make_ods_style("ce4", color="transparent")
        + make_ods_style("ce5", color="#ffffff")
    )
    path = make_ods(
        file_maker,
        make_ods_row(HEADER, "ce1"),
        make_ods_row(SELAM, "ce1"),
        make_ods_row(OMAR, "ce2"),
        make_ods_row(RAHEL, default="ce3"),
        make_ods_row(MERON, "ce4"),
        make_ods_row(["Navid", "Kaya", "08-08-1993", "0612345672"], "ce5"),
        styles=styles,
        common=make_ods_style("Bad", color="#ffcccc"),
    )
    run = upload(lists, path=path)
    assert [part.key for part in parts_of(run)] == ["struck_rows", "red_rows", "yellow_rows"]
    actions = {"Selam": "skipped", "Omar": "skipped", "Rahel": "skipped", "Meron": "new", "Navid": "new"}
    assert get_actions(run) == actions


def test_a_column_of_an_ods_in_a_color_and_stripes_mark_no_row(file_maker: FileMaker) -> None:
    style = make_ods_style("ce1", color="#ffff00")
    colored = '<table:table-column/><table:table-column table:default-cell-style-name="ce1"/>'
    path = make_ods(file_maker, *map(make_ods_row, [HEADER, SELAM, OMAR, RAHEL]), styles=style, columns=colored)
    assert find_marked_rows(path) == {}
    every = '<table:table-column table:number-columns-repeated="4" table:default-cell-style-name="ce1"/>'
    plain = make_ods_style("ce2", color="transparent")
    rows = [make_ods_row(HEADER), make_ods_row(SELAM), make_ods_row(OMAR, "ce2"), make_ods_row(RAHEL, "ce2")]
    assert find_marked_rows(make_ods(file_maker, *rows, styles=style + plain, columns=every)) == {"yellow": [(2, 2)]}
    striped = [make_ods_row(SELAM, "ce1" if number % 2 else "") for number in range(12)]
    assert find_marked_rows(make_ods(file_maker, make_ods_row(HEADER), *striped, styles=style)) == {}


def test_a_returned_list_says_which_rows_were_left_out(lists: Lists, tmp_path: Path) -> None:
    path = make_marked_workbook(tmp_path / "l.xlsx", HEADER, SELAM, OMAR, RAHEL, MERON, struck=(3, 4))
    run = answer_questions(upload(lists, path=path), parts={"struck_rows": False})
    row_corrections.leave_out(run, [run.rows.get(line=5)])
    row_corrections.take_in(run, [run.rows.get(line=4)])
    with build_error_workbook(run) as file:
        rows = [(row[0], row[-1]) for row in openpyxl.load_workbook(file).active.iter_rows(min_row=2, values_only=True)]
    struck = "Weggelaten: deze rij is in de lijst doorgestreept."
    assert rows == [("Selam", None), (None, struck), ("Rahel", None), ("Meron", "Weggelaten uit deze import.")]


def test_a_returned_list_is_not_asked_about_the_color_of_its_wrong_cells(lists: Lists, tmp_path: Path) -> None:
    run = lists.preview({"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "onbekend"})
    with build_error_workbook(run) as file:
        book = openpyxl.load_workbook(file)
    book.active.append(OMAR[:3])
    for cell in book.active[2][:3]:
        cell.fill = copy(book.active["C2"].fill)
    book.save(tmp_path / "l.xlsx")
    assert not parts_of(upload(lists, path=tmp_path / "l.xlsx"))


@pytest.mark.parametrize(
    ("fills", "marked"),
    [
        (dict.fromkeys(range(3, 14, 2), GRAY), {}),  # stripes
        ({line: GRAY for line in range(2, 14) if line % 4 < 2}, {}),  # stripes of two rows
        (dict.fromkeys(range(3, 14, 2), GRAY) | {6: RED}, {"red": [(6, 6)]}),
        (dict.fromkeys((3, 5, 11), RED), {"red": [(3, 3), (5, 5), (11, 11)]}),
        (dict.fromkeys(range(2, 12), RED), {}),  # most rows
        ({1: RED}, {}),
    ],
)
def test_only_colors_that_set_rows_apart_are_marks(
    tmp_path: Path, fills: dict[int, PatternFill], marked: dict[str, list]
) -> None:
    path = make_marked_workbook(tmp_path / "l.xlsx", HEADER, *[SELAM] * 12, fills=fills)
    assert find_marked_rows(path) == marked


def test_a_colored_cell_or_column_marks_no_row(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(make_marked_workbook(tmp_path / "l.xlsx", HEADER, SELAM, OMAR, RAHEL, MERON))
    book.active["A3"].fill, book.active["B4"].font = RED, STRUCK
    for cell in book.active["D"]:
        cell.fill = RED
    book.save(tmp_path / "l.xlsx")
    assert find_marked_rows(tmp_path / "l.xlsx") == {}


def test_a_list_is_read_without_its_marks_if_its_styles_are_odd(tmp_path: Path, file_maker: FileMaker) -> None:
    path = make_marked_workbook(tmp_path / "l.xlsx", HEADER, SELAM, OMAR, fills={3: LIGHT_GREEN})
    assert find_marked_rows(path) == {"green": [(3, 3)]}
    parts = read_parts(path)
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b'tint="0.6"', b'tint="licht"')
    assert find_marked_rows(file_maker.package(parts)) == {}


def test_comments_are_named_once_and_not_imported(lists: Lists, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(make_marked_workbook(tmp_path / "l.xlsx", HEADER, SELAM, OMAR, RAHEL))
    for cell in ("A1", "B3", "C4", "D4"):
        book.active[cell].comment = Comment("niet bellen", "Jan")
    book.save(tmp_path / "l.xlsx")
    run = upload(lists, path=tmp_path / "l.xlsx")
    (warning,) = [text for text in collect_warnings(run) if "opmerking" in text]
    assert "regel 3, 4." in warning
    assert not parts_of(run) and "niet bellen" not in str(list(run.rows.values()))


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ("FFFFFF", None), ("000000", "black"), ("D9D9D9", "gray"), ("FFC7CE", "red"), ("FFC000", "orange"),
        ("FFF2CC", "yellow"), ("92D050", "green"), ("00B0F0", "blue"), ("7030A0", "purple"), ("FF99CC", "pink"),
        ("833C0B", "brown"), ("?", "colored"),
    ],
)  # fmt: skip
def test_the_colors_of_excel_have_plain_names(rgb: str, name: str | None) -> None:
    assert name_color(rgb) == name


def make_list_with_struck_cells(path: Path, *cells: str) -> Path:
    book = openpyxl.load_workbook(make_marked_workbook(path, HEADER, SELAM, OMAR, RAHEL))
    for cell in cells:
        book.active[cell].font = STRUCK
    book.save(path)
    return path


def test_single_cells_that_are_struck_through_are_named_and_left_out_unless_they_count(
    lists: Lists, tmp_path: Path
) -> None:
    run = upload(lists, path=make_list_with_struck_cells(tmp_path / "l.xlsx", "D2", "D4", "D9", "H2"))
    (part,) = parts_of(run)
    assert (part.key, part.answer, part.count) == ("struck_cells", None, 2)
    assert part.words == (
        "2 cellen zijn in het bestand doorgestreept, in rijen die dat niet zijn: "
        f"regel 2, {HEADER[3]} “{SELAM[3]}”; regel 4, {HEADER[3]} “{RAHEL[3]}”."
    )
    assert get_actions(run) == {"Selam": "new", "Omar": "new", "Rahel": "new"}
    assert [row.given.get("phone") is not None for row in run.rows.order_by("line")] == [False, True, False]
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    run = answer_questions(run, parts={"struck_cells": True})
    assert all("phone" in row.given for row in run.rows.all())
    run.forget_upload()
    run.save()
    run = answer_questions(run, parts={"struck_cells": False})  # read from the sanitized copy, which has no fonts
    assert "phone" not in run.rows.get(line=2).given
    apply(run)
    assert list(Dossier.objects.exclude(phone="").values_list("given_name", flat=True)) == ["Omar"]


def test_a_single_cell_of_an_ods_that_is_struck_through_is_named(lists: Lists, file_maker: FileMaker) -> None:
    struck_cell = make_ods_row(OMAR).replace("<table:table-cell", '<table:table-cell table:style-name="ce1"', 2)
    rows = [make_ods_row(HEADER), make_ods_row(SELAM), struck_cell.replace(' table:style-name="ce1"', "", 1)]
    path = make_ods(file_maker, *rows, styles=make_ods_style("ce1", struck=True))
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    assert part.words.endswith(f": regel 3, {HEADER[1]} “{OMAR[1]}”.")
    assert "family_name" not in run.rows.get(line=3).given


def test_a_struck_cell_of_a_struck_row_or_of_an_unread_column_is_not_asked_about(lists: Lists, tmp_path: Path) -> None:
    path = make_list_with_struck_cells(tmp_path / "l.xlsx", "A3", "B3", "C3", "D3", "B1")
    assert [part.key for part in parts_of(upload(lists, path=path))] == ["struck_rows"]


def test_a_number_that_may_not_be_stored_is_masked_in_the_question_about_struck_cells(
    lists: Lists, tmp_path: Path
) -> None:
    path = make_marked_workbook(tmp_path / "l.xlsx", [*HEADER, "Opmerkingen"], [*SELAM, "bsn 123456782"], [*OMAR, ""])
    book = openpyxl.load_workbook(path)
    book.active["E2"].font = STRUCK
    book.save(path)
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    assert "123456782" not in part.words and "Opmerkingen “bsn ***”" in part.words
    assert "123456782" not in str(run.asked)
