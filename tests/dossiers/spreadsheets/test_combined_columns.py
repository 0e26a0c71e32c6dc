"""Several columns fill one field, or one cell has several telephone numbers: nothing of them is lost."""

from io import BytesIO

import openpyxl
import pytest

from dossiers.models import Dossier, Supply
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.profiles import save_profile
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, Lists, apply, preview


def decide(lists: Lists, columns: dict[str, str], *rows: dict[str, str], **fixed: str):
    """Read a list of people with these decisions about its columns, and return its run."""
    run = lists.preview(*(PERSON | row for row in rows))
    run.decided = {"columns": columns, "fixed": fixed}
    staging.stage(run, lists.last_file)
    return run


def get_values(run, *names: str) -> list[tuple]:
    return [tuple(row.given.get(name) for name in names) for row in run.rows.order_by("line")]


def test_a_remark_of_the_list_wins_over_one_for_all_lines(lists) -> None:
    rows = [{"Notities": remark, "Tel vast": "0527123456", "Mobiel": "0612345678"} for remark in ("eigen", "")]
    run = decide(lists, MOBILE_FIRST, *rows, notes="juli")
    assert [notes.splitlines()[0] for (notes,) in get_values(run, "notes")] == ["eigen", "juli"]


MOBILE_FIRST = {"Tel vast": "phone:fallback", "Mobiel": "phone"}


def test_the_second_number_counts_where_the_first_is_empty_and_else_becomes_a_remark(lists) -> None:
    run = decide(
        lists,
        MOBILE_FIRST,
        {"Tel vast": "0321-123456", "Mobiel": "", "Opm": ""},
        {"Voornaam": "Omar", "Tel vast": "0321-123456", "Mobiel": "06-12345678", "Opm": "belt graag"},
        {"Voornaam": "Aron", "Tel vast": "0612345678", "Mobiel": "06-12345678", "Opm": ""},
    )
    assert get_values(run, "phone", "notes") == [
        ("+31321123456", None),
        ("+31612345678", "belt graag\nTel vast: 0321-123456"),
        ("+31612345678", None),
    ]


def test_a_list_without_remarks_gets_them_for_the_number_that_is_left_over(lists) -> None:
    row = {"Tel vast": "0321-123456", "Mobiel": "06-12345678"}
    run = decide(lists, MOBILE_FIRST, row)
    assert get_values(run, "notes") == [("Tel vast: 0321-123456",)] and "notes" in run.fields
    assert get_values(decide(lists, MOBILE_FIRST, row, notes="via de bus"), "notes") == [
        ("via de bus\nTel vast: 0321-123456",)
    ]


def test_the_decision_about_two_columns_is_remembered_for_the_sender(lists) -> None:
    row = {"Tel vast": "0321-123456", "Mobiel": "06-12345678"}
    run = decide(lists, MOBILE_FIRST, row)
    assert save_profile(run).columns.items() >= MOBILE_FIRST.items()
    turned = {name: row[name] for name in ("Mobiel", "Tel vast")}
    assert get_values(lists.preview(PERSON | turned), "phone", "notes") == [("+31612345678", "Tel vast: 0321-123456")]
    alone = lists.preview(PERSON | {"Tel vast": "0321-123456"})
    assert get_values(alone, "phone") == [("+31321123456",)]


def test_two_decisions_about_one_field_from_different_lists_are_asked_about(lists) -> None:
    rows = {"Telefoon": "0321-123456", "Mobiel": "06-12345678"}
    run = decide(lists, {"Telefoon": "phone", "Mobiel": "phone"}, rows)
    assert run.state == "refused" and "“Telefoon”, “Mobiel”" in run.reason


@pytest.mark.parametrize(
    ("columns", "row", "name", "value"),
    [
        ({"Straat": "location:join", "Huisnummer": "location:join"}, ("Kerkstraat", 12), "location", "Kerkstraat 12"),
        ({"AZC": "location:labelled", "Kamer": "location:labelled"}, ("A", "4"), "location", "AZC: A, Kamer: 4"),
        ({"Taal 1": "languages:join", "Taal 2": "languages:join"}, ("Arabisch", "Engels"), "languages", ["ar", "en"]),
        ({"Opm": "notes:labelled", "Kleding": "notes:labelled"}, ("ja", "maat L"), "notes", "Opm: ja\nKleding: maat L"),
        ({"Opm": "notes:labelled", "Kleding": "notes:labelled"}, ("", "maat L"), "notes", "Kleding: maat L"),
    ],
)  # fmt: skip
def test_the_texts_of_several_columns_are_joined(lists, columns, row, name, value) -> None:
    run = decide(lists, columns, dict(zip(columns, row, strict=True)))
    assert get_values(run, name) == [(value,)]


@pytest.mark.parametrize(
    ("mode", "cell", "phone", "notes"),
    [
        ("first", "0321-123456 / 06-12345678", "+31321123456", "Telefoon: 06-12345678"),
        ("mobile", "0321-123456 / 06-12345678", "+31612345678", "Telefoon: 0321-123456"),
        ("mobile", "06-12345678 (moeder: 0687654321)", "+31612345678", "Telefoon: (moeder: 0687654321)"),
        ("first", "06-41000007 of 06-51000007", "+31641000007", "Telefoon: 06-51000007"),
        ("first", "06-41000007, en of: 06-51000007", "+31641000007", "Telefoon: 06-51000007"),
        ("mobile", "0321-123456 of 06-12345678", "+31612345678", "Telefoon: 0321-123456"),
        ("first", "06-41000007 of 06-51000007 of", "+31641000007", "Telefoon: 06-51000007"),
        ("first", "06-41000007 Engels: 06-51000007", "+31641000007", "Telefoon: Engels: 06-51000007"),
        ("first", "06-41000007 en moeder 06-51000007", "+31641000007", "Telefoon: moeder 06-51000007"),
        ("first", "0321-123456 of 06-41000007 of 06-51000007", "+31321123456", "Telefoon: 06-41000007 of 06-51000007"),
        ("mobile", "0321-123456 of 06-41000007 of 06-51000007", "+31641000007", "Telefoon: 0321-123456 of 06-51000007"),
        ("first", "0612345678/0612345678", "+31612345678", None),
        ("first", "0612345678 of 0612345678", "+31612345678", None),
        ("first", "06-12345678", "+31612345678", None),
    ],
)
def test_of_several_numbers_in_a_cell_none_is_lost(lists, mode, cell, phone, notes) -> None:
    run = decide(lists, {"Telefoon": f"phone:{mode}"}, {"Telefoon": cell})
    assert get_values(run, "phone", "notes") == [(phone, notes)]


def test_an_error_names_the_column_and_colours_its_cell(lists) -> None:
    rows = [{"Tel vast": "geen", "Mobiel": ""}, {"Voornaam": "Omar", "Tel vast": "0321-123456", "Mobiel": "12"}]
    run = decide(lists, MOBILE_FIRST, *rows)
    first, second = run.rows.order_by("line")
    assert first.errors["phone"][0].startswith("“Tel vast”: “geen”")
    assert second.errors["phone"][0].startswith("“Mobiel”: “12”")
    run.decided["lines"] = {"3": {"cells": {"phone": "0612345678"}}}
    sheet = openpyxl.load_workbook(BytesIO(build_error_workbook(run).read())).active
    coloured = [cell.coordinate for row in sheet["A2:E3"] for cell in row if cell.fill.fill_type]
    assert coloured == ["D2", "E3"]
    assert [cell.value for cell in sheet[3]][3:5] == ["0321-123456", "0612345678"]


def test_a_number_that_may_be_a_bsn_is_no_remark(lists) -> None:
    run = decide(lists, MOBILE_FIRST, {"Tel vast": "BSN 123456782", "Mobiel": "06-12345678"})
    assert "notes" in run.rows.get().errors and "123456782" not in str(run.rows.values())


def test_the_error_of_a_formula_never_becomes_text(lists) -> None:
    columns = MOBILE_FIRST | {"Opm": "notes:join", "Maat": "notes:join"}
    row = {"Tel vast": "#N/B", "Mobiel": "06-12345678", "Opm": "belt", "Maat": ""}
    run = decide(lists, columns, row, row | {"Voornaam": "Omar", "Maat": "#N/B"})
    right, wrong = run.rows.order_by("line")
    assert right.given["notes"] == "belt" and "formule" in wrong.errors["notes"][0] and "notes" not in wrong.given


REMARKS = {"Opm": "notes:labelled", "Bijz": "notes:labelled"}
LOOSE = {"Opm": "notes:join", "Bijz": "notes:join"}


@pytest.mark.parametrize(
    ("columns", "text", "cells"),
    [
        (REMARKS, "Opm: V-nummer ***\nBijz: Heeft een hond", ["V-nummer ***", "Heeft een hond"]),
        (REMARKS, "Opm: belt graag\nBijz: Hond: teckel\nen een kat", ["belt graag", "Hond: teckel\nen een kat"]),
        (REMARKS, "Bijz: Heeft een hond", [None, "Heeft een hond"]),
        (REMARKS, "Opm: belt graag", ["belt graag", None]),
        (LOOSE, "belt\ngraag\nHeeft een kat", ["belt\ngraag", "Heeft een kat"]),
        (REMARKS | {"Tel vast": "phone:fallback", "Mobiel": "phone"},
         "Opm: belt\nBijz: Heeft een kat\nTel vast: 0527123456", ["belt", "Heeft een kat"]),
    ],
)  # fmt: skip
def test_a_corrected_text_returns_to_the_columns_that_it_comes_from(lists, tmp_path, columns, text, cells) -> None:
    row = {"Opm": "belt\ngraag", "Bijz": "Heeft een hond", "Tel vast": "0527123456", "Mobiel": "0612345678"}
    run = decide(lists, columns, {name: row[name] for name in ("Opm", "Bijz", *columns)})
    run.decided["lines"] = {"2": {"cells": {"notes": text}, "by_partner": {"notes": True}}}
    staging.stage(run)
    assert get_values(run, "notes") == [(text,)]
    returned = tmp_path / "terug.xlsx"
    returned.write_bytes(build_error_workbook(run).read())
    assert [cell.value for cell in openpyxl.load_workbook(returned).active[2]][3:5] == cells
    apply(run)
    again = preview(returned)
    assert (again.rows.get().action, get_values(again, "notes")) == ("unchanged", [(text,)])


@pytest.mark.parametrize("notes", ["", "belt graag"])
def test_an_unreadable_number_that_is_cleared_leaves_nothing_of_its_cell(lists, notes) -> None:
    cells = {"Telefoon": "06-12345678 x99 / 0321-123456", "Opmerkingen": notes}
    run = decide(lists, {"Telefoon": "phone:first"}, cells)
    row = run.rows.get()
    assert "phone" in row.errors and "Telefoon: 0321-123456" in row.given["notes"]
    correct_cell(run, row, "phone", "")
    for _time in range(2):
        assert get_values(run, "phone", "notes") == [(None, notes or None)]
        staging.stage(run)
    apply(run)
    assert "0321" not in Dossier.objects.get().notes + str(Supply.objects.values("values", "parts"))


def test_a_corrected_number_leaves_the_other_one_of_its_cell(lists) -> None:
    run = decide(lists, {"Telefoon": "phone:first"}, {"Telefoon": "06-12345678 x99 / 0321-123456"})
    correct_cell(run, run.rows.get(), "phone", "06-12345678")
    assert get_values(run, "phone", "notes") == [("+31612345678", "Telefoon: 0321-123456")]
