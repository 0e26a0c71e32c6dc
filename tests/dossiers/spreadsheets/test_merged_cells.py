"""A value in merged cells counts for each line that the cells cover, and the preview says so."""

import struct
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.file_reader import limits
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.reader import open_table

from .imports import Lists, apply, preview
from .reader_files import FileMaker, build_label_cell, build_old_workbook, build_record, read_parts
from .test_decisions import answer_questions, upload

HEADER = ["Voornaam", "Achternaam", "Geboortedatum", "Locatie", "Telefoon"]
PEOPLE = [
    ["Selam", "Haile", "12-03-1990", "AZC Luttelgeest", "0612345678"],
    ["Omar", "Abdi", "01-01-1980", None, "0612345679"],
    ["Rahel", "Woldu", "05-05-1991", None, "0612345670"],
    ["Meron", "Tesfay", "07-07-1992", "AZC Dronten", "0612345671"],
    ["Yonas", "Kidane", "08-08-1993", None, "0612345672"],
]
BLANK = [None] * len(HEADER)


def make_merged_list(path: Path, rows: list[list], *ranges: str) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in ranges:
        book.active.merge_cells(cells)
    book.save(path)
    return path


def get_locations() -> dict[str, str]:
    return dict(Dossier.objects.values_list("given_name", "location"))


def find_merge_notes(run: ImportRun) -> list[str]:
    return [warning for warning in collect_warnings(run) if "amengevoegde" in warning]


def test_the_value_of_merged_cells_counts_for_each_line_and_the_preview_says_so(lists: Lists, tmp_path: Path) -> None:
    run = preview(make_merged_list(tmp_path / "l.xlsx", [HEADER, *PEOPLE], "D2:D4", "D5:D6"))
    assert find_merge_notes(run) == [
        "Samengevoegde cellen in kolom “Locatie”: de waarde van regel 2 geldt ook voor regel 3, 4; de waarde van"
        " regel 5 geldt ook voor regel 6."
    ]
    apply(run)
    assert get_locations() == {
        "Selam": "AZC Luttelgeest", "Omar": "AZC Luttelgeest", "Rahel": "AZC Luttelgeest",
        "Meron": "AZC Dronten", "Yonas": "AZC Dronten",
    }  # fmt: skip


def test_a_list_without_merged_cells_keeps_its_blank_cells_and_has_no_note(lists: Lists, tmp_path: Path) -> None:
    run = apply(preview(make_merged_list(tmp_path / "l.xlsx", [HEADER, *PEOPLE])))
    assert find_merge_notes(run) == []
    assert list(get_locations().values()).count("") == 3


def test_the_values_remain_when_the_list_is_read_again_without_its_file_and_when_it_is_returned(
    lists: Lists, tmp_path: Path
) -> None:
    run = upload(lists, path=make_merged_list(tmp_path / "l.xlsx", [HEADER, *PEOPLE], "D2:D4"))
    run.forget_upload()
    run.save()
    run = answer_questions(run)
    assert find_merge_notes(run)
    assert [row.given.get("location") for row in run.rows.order_by("line")][:4] == 3 * ["AZC Luttelgeest"] + [
        "AZC Dronten"
    ]
    with build_error_workbook(run) as file:
        sheet = openpyxl.load_workbook(file).active
    assert [cell.value for cell in sheet["D"]][1:4] == ["AZC Luttelgeest"] * 3


@pytest.mark.parametrize("column", "ABCE")
def test_a_merged_name_or_other_mark_of_a_person_is_not_taken_for_two_people(
    lists: Lists, tmp_path: Path, column: str
) -> None:
    rows = [HEADER, PEOPLE[0], list(PEOPLE[3]), PEOPLE[4]]
    rows[2]["ABCDE".index(column)] = None
    run = preview(make_merged_list(tmp_path / "l.xlsx", rows, f"{column}2:{column}3"))
    assert find_merge_notes(run) == []
    second = run.rows.get(line=3)
    field = dict(zip("ABCE", ("given_name", "family_name", "date_of_birth", "phone"), strict=True))[column]
    assert not second.given.get(field)


def test_titles_headers_and_totals_that_are_merged_fill_nothing(lists: Lists, tmp_path: Path) -> None:
    rows = [["Deelnemers juli"], ["Deelnemer", None, None, "Locatie", "Telefoon"], [*HEADER[:3]], *PEOPLE]
    total = ["Totaal", 5]
    path = make_merged_list(
        tmp_path / "l.xlsx", [*rows, BLANK, total], "A1:E1", "A2:C2", "D2:D3", "E2:E3", "A10:A11", "D8:D9"
    )
    run = preview(path)
    assert [row.given.get("location") for row in run.rows.order_by("line")] == [
        "AZC Luttelgeest", None, None, "AZC Dronten", None,
    ]  # fmt: skip
    assert find_merge_notes(run) == []


def test_a_merged_total_below_the_list_is_no_value_of_a_person(lists: Lists, tmp_path: Path) -> None:
    rows = [HEADER, *PEOPLE[:2], ["Totaal", None, None, "2 locaties"], PEOPLE[2]]
    run = preview(make_merged_list(tmp_path / "l.xlsx", rows, "D4:D5"))
    assert run.rows.get(given__given_name="Rahel").given.get("location") is None
    assert find_merge_notes(run) == []


def test_a_struck_value_in_merged_cells_is_not_given_to_other_lines(lists: Lists, tmp_path: Path) -> None:
    path = make_merged_list(tmp_path / "l.xlsx", [HEADER, *PEOPLE], "D2:D4", "D5:D6")
    book = openpyxl.load_workbook(path)
    book.active["D2"].font = Font(strike=True)
    book.save(path)
    run = preview(path)
    assert [row.given.get("location") for row in run.rows.order_by("line")] == [None, None, None] + ["AZC Dronten"] * 2


def test_merged_cells_far_beyond_the_list_cost_nothing(lists: Lists, tmp_path: Path, file_maker: FileMaker) -> None:
    path = make_merged_list(tmp_path / "l.xlsx", [HEADER, *PEOPLE])
    parts = read_parts(path)
    name = "xl/worksheets/sheet1.xml"
    cells = '<mergeCell ref="D2:D1048576"/>' * 15_000
    merged = f"</sheetData><mergeCells>{cells}</mergeCells>".encode()
    parts[name] = parts[name].replace(b"</sheetData>", merged)
    run = preview(file_maker.package(parts))
    assert [row.given["location"] for row in run.rows.order_by("line")] == [
        *["AZC Luttelgeest"] * 3, "AZC Dronten", "AZC Luttelgeest",
    ]  # fmt: skip


def test_a_sheet_with_more_merged_cells_than_are_read_says_so(
    lists: Lists, tmp_path: Path, file_maker: FileMaker
) -> None:
    parts = read_parts(make_merged_list(tmp_path / "l.xlsx", [HEADER, *PEOPLE]))
    name = "xl/worksheets/sheet1.xml"
    cells = "".join(f'<mergeCell ref="D{line}:D{line + 1}"/>' for line in range(2, 2 * limits.MAX_MERGED + 4, 2))
    parts[name] = parts[name].replace(b"</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>".encode())
    run = preview(file_maker.package(parts))
    assert run.rows.get(line=3).given.get("location") is None
    assert find_merge_notes(run) == [
        "Dit blad heeft meer dan 20.000 samengevoegde cellen. Zij gelden hier als leeg, behalve op hun eerste regel."
        " Hef de samenvoeging op en vul elke regel in om ze te laten lezen."
    ]


def test_merged_cells_of_an_old_workbook_are_read(file_maker: FileMaker) -> None:
    rows = [["Naam", "Locatie"], ["Selam", "Ens"], ["Omar"], ["Rahel", "Urk"]]
    cells = b"".join(build_label_cell(y, x, text) for y, row in enumerate(rows) for x, text in enumerate(row))
    merged = build_record(0x00E5, struct.pack("<H8H", 2, 0, 0, 0, 1, 1, 2, 1, 1))
    with open_table(file_maker.file(build_old_workbook(cells + merged))) as table:
        list(table.batches())
    assert table.merged_cells == {1: [(2, 3)]}
