"""A column with full names is split into the parts that a dossier has."""

from pathlib import Path

import openpyxl
import pytest

from dossiers.models import FULL_NAME, Dossier, ImportRun
from dossiers.models.imports.import_profile import FAMILY_NAME_FIRST
from dossiers.spreadsheets.imports import profiles
from dossiers.spreadsheets.imports.columns.columns import TwoColumnsForOneField
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.values import split_name

from .imports import Lists, apply, preview
from .test_columns import get_dropped_reasons, match_fields
from .test_decisions import answer_questions, upload

BORN = "28-03-1990"


@pytest.mark.parametrize(
    ("text", "parts", "doubtful"),
    [
        ("Selam Haile", ("Selam", "", "Haile"), False),
        ("Haile,  Selam", ("Selam", "", "Haile"), False),
        ("Al Masri, Samer", ("Samer", "", "Al Masri"), False),
        ("Samer Al Masri", ("Samer", "", "Al Masri"), True),
        ("Jan van der Berg", ("Jan", "van der", "Berg"), False),
        ("van der Berg, Jan", ("Jan", "van der", "Berg"), False),
        ("Berg, Jan van der", ("Jan", "van der", "Berg"), False),
        ("Berg, van den Ali", ("Ali", "van den", "Berg"), True),
        ("Haile, Ben Ali", ("Ben Ali", "", "Haile"), False),
        ("Samira el Khatib", ("Samira", "el", "Khatib"), False),
        ("Samira El Khatib", ("Samira", "", "El Khatib"), True),
        ("Omar bin Ali", ("Omar", "bin", "Ali"), False),
        ("Nguyen Van Anh", ("Nguyen", "", "Van Anh"), True),
        ("Jan de", ("Jan", "", "de"), False),
        ("Haile, Selam, mevrouw", ("Selam", "", "Haile"), True),
        ("Osman, Hodan (mw.)", ("Hodan", "", "Osman"), True),
        ("Mevr. Hodan Osman", ("Hodan", "", "Osman"), True),
        ("dhr Jan van der Berg", ("Jan", "van der", "Berg"), True),
        ("de heer Omar Abdi", ("Omar", "", "Abdi"), True),
        ("Mr. Farid Probeersel", ("Farid", "", "Probeersel"), True),
        ("Mrs Hodan Osman", ("Hodan", "", "Osman"), True),
        ("Dhr. drs. Jan van der Berg", ("Jan", "van der", "Berg"), True),
        ("Probeersel, Ir. Farid", ("Farid", "", "Probeersel"), True),
        ("Dr. Ing Li", ("Ing", "", "Li"), True),
        ("MR Jansen", ("Jansen", "", "MR"), True),
        ("Abdi, de heer Omar", ("Omar", "", "Abdi"), True),
        ("Jan de Heer", ("Jan", "de", "Heer"), False),
        ("de Heer, Jan", ("Jan", "de", "Heer"), False),
        ("Haile, Selam, arts", ("Selam, arts", "", "Haile"), True),
        ("Samer", ("Samer", "", ""), False),
        ("Haile,", ("", "", "Haile"), True),
        (None, ("", "", ""), False),
        ("van der Berg", ("", "van der", "Berg"), True),
        ("van der Berg Jan", ("", "van der", "Berg Jan"), True),
        ("De Vries", ("", "", "De Vries"), True),
        ("Ben Haile", ("Ben", "", "Haile"), True),
        ("JANSEN Jan", ("Jan", "", "JANSEN"), False),
        ("Jan Peter JANSEN", ("Jan Peter", "", "JANSEN"), False),
        ("AL MASRI Samer", ("Samer", "", "AL MASRI"), False),
        ("van der BERG Jan", ("Jan", "van der", "BERG"), False),
        ("Jan van der BERG", ("Jan", "van der", "BERG"), False),
        ("JANSEN J.P.", ("J.P.", "", "JANSEN"), False),
        ("J.P. Jansen", ("J.P.", "", "Jansen"), False),
        ("Jansen J.", ("Jansen", "", "J."), True),
        ("JP Jansen", ("Jansen", "", "JP"), True),
        ("Ali MOHAMED Hassan", ("Ali Hassan", "", "MOHAMED"), True),
        ("Samer AL Masri", ("Samer", "", "AL Masri"), True),
        ("JAN VAN DER BERG", ("JAN", "", "VAN DER BERG"), True),
        ("Haile, SELAM", ("SELAM", "", "Haile"), True),
    ],
)
def test_a_full_name_is_split_into_given_name_prefix_and_family_name(
    text: str | None, parts: tuple[str, str, str], doubtful: bool
) -> None:
    name = split_name(text)
    assert name == (*parts, doubtful)
    assert split_name(name.as_text())[:3] == parts or not name.family_name, "it is split the same when it comes back"


@pytest.mark.parametrize(
    ("text", "parts", "doubtful"),
    [
        ("Jansen Jan", ("Jan", "", "Jansen"), False),
        ("van der Berg Jan", ("Jan", "van der", "Berg"), False),
        ("Berg Jan van der", ("Jan", "van der", "Berg"), True),
        ("Jansen, Jan", ("Jan", "", "Jansen"), False),
        ("Jan JANSEN", ("Jan", "", "JANSEN"), False),
        ("Al Masri Samer", ("Samer", "", "Al Masri"), True),
        ("Haile Selam Tesfay", ("Selam Tesfay", "", "Haile"), True),
        ("Jan van der Berg", ("Jan", "van der", "Berg"), True),
        ("Jansen", ("", "", "Jansen"), True),
    ],
)
def test_names_of_a_column_with_the_family_name_first_are_split_the_other_way(
    text: str, parts: tuple[str, str, str], doubtful: bool
) -> None:
    name = split_name(text, family_first=True)
    assert name == (*parts, doubtful)
    assert split_name(name.as_text(), family_first=True)[:3] == split_name(name.as_text())[:3] == parts


@pytest.mark.django_db
def test_a_header_with_the_family_name_first_says_the_order_of_its_names() -> None:
    assert match_fields("Achternaam Voornaam") == match_fields("Achternaam / Voornaam") == [FAMILY_NAME_FIRST]
    assert match_fields("Voornaam / Achternaam") == [FULL_NAME]
    assert match_fields("Achternaam Voornaam", "Roepnaam") == [None, "given_name"]
    with pytest.raises(TwoColumnsForOneField):
        match_fields("Naam", "Achternaam Voornaam")


def test_the_order_of_the_names_is_chosen_once_for_a_sender(lists: Lists) -> None:
    person = {"Naam": "Haile Selam", "Geboortedatum": BORN}
    run = upload(lists, person, {"Naam": "Abdi", "Geboortedatum": BORN})
    assert run.rows.get(line=2).given["family_name"] == "Selam"
    assert "“Volledige naam (achternaam eerst)”" in collect_warnings(run)[0]
    run = answer_questions(run, columns={"Naam": FAMILY_NAME_FIRST, "Geboortedatum": "date_of_birth"})
    assert run.rows.get(line=2).given["family_name"] == "Haile" and run.splits_names
    assert "eerst de achternaam" in collect_warnings(run)[0] and "regel 3" in collect_warnings(run)[0]
    assert list(run.rows.get(line=3).errors) == ["given_name"]
    run = answer_questions(run, lines={"3": {"cells": {"given_name": "Omar"}, "action": ""}})
    run.save()
    back = Path(lists.file(person)).with_name("terug.xlsx")
    back.write_bytes(build_error_workbook(run).read())
    assert openpyxl.load_workbook(back).active["A3"].value == "Abdi, Omar"
    again = upload(lists, path=back)
    names = [(row.given["given_name"], row.given["family_name"]) for row in again.rows.all()]
    assert names == [("Selam", "Haile"), ("Omar", "Abdi")]
    profiles.save_profile(again)
    assert lists.preview({"Naam": "Osman Hodan", "Geboortedatum": BORN}).rows.get(line=2).given["given_name"] == "Hodan"


@pytest.mark.django_db
def test_a_column_of_full_names_is_ignored_beside_columns_of_name_parts() -> None:
    assert match_fields("Naam", "Geboren") == ["full_name", "date_of_birth"]
    assert match_fields("VOLLEDIGE NAAM", "Name", decided={"Name": None}) == ["full_name", None]
    assert match_fields("Naam", "Volledige naam", "Voornaam", "Achternaam") == [None, None, "given_name", "family_name"]
    assert get_dropped_reasons("Naam", "Achternaam") == ["unknown", None]
    assert match_fields("Naam", "Achternaam", decided={"Naam": "full_name"}) == [None, "family_name"]


def test_a_list_with_a_column_of_full_names_is_imported(lists: Lists) -> None:
    rows = ["Haile, Selam", "Samer Al Masri", "Anna van der Berg", "Omar"]
    run = upload(lists, *({"Naam": name, "Geboortedatum": BORN} for name in rows))
    split = [(row.action, row.given.get("name_prefix"), row.given.get("family_name")) for row in run.rows.all()]
    assert split == [
        ("new", None, "Haile"),
        ("new", None, "Al Masri"),
        ("new", "van der", "Berg"),
        ("error", None, None),
    ]
    assert list(run.rows.get(line=5).errors) == ["family_name"]
    (notice,) = collect_warnings(run)
    assert notice.startswith("Kolom “Naam” bevat volledige namen") and notice.endswith("regel 3.")
    lines = {"3": {"cells": {"given_name": "Samer Al", "family_name": "Masri"}, "action": ""}}
    run = answer_questions(run, lines=lines)
    assert run.rows.get(line=3).given["family_name"] == "Masri" and "Kijk" not in collect_warnings(run)[0]
    book = openpyxl.load_workbook(build_error_workbook(run)).active
    assert [book.cell(row, 1).value for row in (3, 5)] == ["Masri, Samer Al", "Omar"]
    assert book.cell(5, 1).fill.fgColor.rgb == "FFF8D7DA"
    profiles.save_profile(run)
    apply(run, good_rows_only=True)
    assert sorted(map(str, Dossier.objects.values_list("given_name", "name_prefix", "family_name"))) == [
        "('Anna', 'van der', 'Berg')",
        "('Samer Al', '', 'Masri')",
        "('Selam', '', 'Haile')",
    ]
    again = lists.preview({"Naam": "Selam Haile", "Geboortedatum": BORN, "Telefoon": "0612345678"})
    assert again.rows.exclude(action="absent").get().changes == {"phone": ["", "+31612345678"]}


@pytest.mark.django_db
def test_full_names_of_a_partner_are_split_and_a_bsn_in_them_is_masked(lists: Lists) -> None:
    name = {"Naam": "Samer 170561483 Masri", "Geboortedatum": BORN}
    run = lists.preview(name, by_partner=True, with_partner=True)
    row = run.rows.get()
    assert list(row.errors) == ["family_name"] and row.bad["family_name"] == "*** Masri"
    assert row.given["given_name"] == "Samer"


def test_another_sheet_with_known_headers_is_reported(tmp_path: Path, lists: Lists) -> None:
    book = openpyxl.Workbook()
    for title, rows in (
        ("Lijst", [["Voornaam", "Achternaam", "Geboortedatum"], ["Selam", "Haile", BORN]]),
        ("Wachtlijst", [["Naam"], ["Omar Abdi"]]),
        ("Leeg", [["Naam"]]),
        ("Uitleg", [["Kolom", "Verplicht"], ["Naam", "ja"]]),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "lijst.xlsx")
    run: ImportRun = preview(tmp_path / "lijst.xlsx")
    assert run.warnings == ["Ook op andere bladen staat een lijst: Wachtlijst. Alleen “Lijst” is gelezen."]
