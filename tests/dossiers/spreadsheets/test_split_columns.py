"""One column of a list that holds several fields is split into them, after a question; nothing of it is lost."""

from io import BytesIO

import openpyxl
import pytest

from dossiers.models import Dossier, EmployerInterest, ImportRun, Supply
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.profiles import save_profile
from dossiers.spreadsheets.values.split_cells import split_address, split_contact_details, split_residence
from tests.dossiers.spreadsheets.imports import correct_cell

from ..models.own_fields import make_own_field
from .imports import PERSON, Lists, apply
from .test_combined_columns import decide, get_values
from .undo import undo_import

EMPLOYER = {"Bedrijf": "Kas 1", "Contactpersoon": "Sara", "E-mail": "sara@example.org", "Soort werk": "Oogsten"}


@pytest.mark.parametrize(
    ("text", "number", "address", "rest"),
    [
        ("06-12345678 / jan@example.org", "06-12345678", "jan@example.org", ""),
        ("jan@example.org", None, "jan@example.org", ""),
        ("Tel: 06-12345678, e-mail: jan@example.org.", "06-12345678", "jan@example.org", ""),
        ("T. 0527-123456\nE. jan@example.org", "0527-123456", "jan@example.org", ""),
        ("06 12345678 of 0527-123456", "06 12345678", None, "0527-123456"),
        ("Jan Jansen 06-12345678 (broer)", "06-12345678", None, "Jan Jansen (broer)"),
        ("Jan <jan@example.org>", None, "jan@example.org", "Jan"),
        ("jan@example.org en piet@example.org", None, "jan@example.org", "piet@example.org"),
        ("06-12345678; liever mail", "06-12345678", None, "liever mail"),
        ("jan@example.org (niet voor 01-02-2027)", None, "jan@example.org", "niet voor 01-02-2027"),
        ("jan@example.org, 01-02-2027 10:00", None, "jan@example.org", "01-02-2027 10:00"),
        ("gebeld 01-02-2027 06 12 34 56 78", "06 12 34 56 78", None, "gebeld 01-02-2027"),
        ("via Omar", None, None, "via Omar"),
        ("06-1234567", "06-1234567", None, ""),
        ("jan@ 06-12345678", "06-12345678", "jan@", ""),
        (612345678, 612345678, None, ""),
    ],
)
def test_contact_details_are_split_into_a_number_an_address_and_the_rest(text, number, address, rest) -> None:
    assert split_contact_details(text)[:2] == ((number, address), rest)


@pytest.mark.parametrize(
    ("text", "postcode", "place", "rest"),
    [
        ("Dorpsstraat 1, 8308 AB Nagele", "8308 AB", "Nagele", "Dorpsstraat 1"),
        ("Dorpsstraat 1 8308ab Nagele", "8308ab", "Nagele", "Dorpsstraat 1"),
        ("8308 AB Nagele", "8308 AB", "Nagele", ""),
        ("8308 AB Nagele, Dorpsstraat 1", "8308 AB", "Nagele", "Dorpsstraat 1"),
        ("Dorpsstraat 1\n8308 AB Nagele\nNederland", "8308 AB", "Nagele", "Dorpsstraat 1, Nederland"),
        ("Dorpsstraat 1, Nagele", None, "Nagele", "Dorpsstraat 1"),
        ("Dorpsstraat 1 Nagele 8308 AB", "8308 AB", None, "Dorpsstraat 1 Nagele"),
    ],
)
def test_an_address_is_split_into_a_postcode_a_place_and_the_rest(text, postcode, place, rest) -> None:
    assert split_address(text)[:2] == ((postcode, place), rest)
    assert split_address(text).is_split


@pytest.mark.parametrize("text", ["Dorpsstraat 1", "achter de kerk", "Hauptstr. 1, 26789 Leer"])
def test_an_address_without_postcode_and_place_is_not_split(text) -> None:
    assert not split_address(text).is_split and not split_residence(text).is_split
    assert split_address(text).rest == split_residence(text).rest == text


CONTACT = {"Contact": "contact_details"}


def test_contact_details_of_people_go_to_their_fields_and_the_rest_to_the_remarks(lists) -> None:
    run = decide(
        lists,
        CONTACT,
        {"Contact": "06-12345678 / Omar@example.org", "Opm": ""},
        {"Voornaam": "Omar", "Contact": "06-12345679 of 0527-123456 (broer)", "Opm": "belt graag"},
        {"Voornaam": "Aron", "Contact": "via Omar", "Opm": ""},
        {"Voornaam": "Sara", "Contact": "-", "Opm": ""},
    )
    assert get_values(run, "phone", "email", "notes") == [
        ("+31612345678", "omar@example.org", None),
        ("+31612345679", None, "belt graag\nContact: 0527-123456 (broer)"),
        (None, None, "Contact: via Omar"),
        (None, None, None),
    ]


def test_the_mobile_number_of_contact_details_counts_if_that_was_chosen(lists) -> None:
    run = decide(lists, {"Contact": "contact_details:mobile"}, {"Contact": "0527-123456 of 06-12345678"})
    assert get_values(run, "phone", "notes") == [("+31612345678", "Contact: 0527-123456")]


@pytest.mark.parametrize(("text", "field"), [("06-1234567", "phone"), ("omar@ 06-12345678", "email")])
def test_a_number_or_address_that_is_none_is_an_error_that_can_be_mended(lists, text: str, field: str) -> None:
    run = decide(lists, CONTACT, {"Contact": text})
    row = run.rows.get()
    assert list(row.errors) == [field] and "Schrijf" in row.errors[field][0]
    correct_cell(run, row, field, {"phone": "06-12345670", "email": "omar@example.org"}[field])
    row.refresh_from_db()
    assert not row.errors and row.given[field] in ("+31612345670", "omar@example.org")


def test_a_number_that_may_not_be_stored_is_taken_out_of_contact_details(lists) -> None:
    run = decide(lists, CONTACT, {"Contact": "BSN 123456782, omar@example.org"})
    row = run.rows.get()
    assert row.given["email"] == "omar@example.org" and list(row.errors) == ["notes"]
    assert "123456782" not in str([row.given, row.bad, row.errors, row.parts])


def test_a_column_of_its_own_counts_before_contact_details_and_nothing_is_lost(lists) -> None:
    run = decide(
        lists,
        CONTACT,
        {"Telefoon": "06-12345670", "Contact": "06-12345678, omar@example.org (broer)"},
        {"Voornaam": "Omar", "Telefoon": "", "Contact": "06-12345678"},
        {"Voornaam": "Aron", "Telefoon": "0612345678", "Contact": "06-12345678"},
    )
    assert get_values(run, "phone", "email", "notes") == [
        ("+31612345670", "omar@example.org", "Contact: 06-12345678, broer"),
        ("+31612345678", None, None),
        ("+31612345678", None, None),
    ]


def preview_employers(lists: Lists, columns: dict[str, str], *rows: dict[str, str]) -> ImportRun:
    run = lists.preview(*(EMPLOYER | row for row in rows), record="employer_interest", organisation=None)
    run.decided = {"columns": columns}
    staging.stage(run, lists.last_file)
    return run


def test_the_address_of_an_employer_gives_postcode_and_place_and_the_street_is_left_over(lists) -> None:
    run = preview_employers(lists, {"Adres": "address"}, {"Adres": "Dorpsstraat 1, 8308ab Nagele"})
    assert get_values(run, "postcode", "city", "notes") == [("8308 AB", "Nagele", "Adres: Dorpsstraat 1")]
    apply(run)
    interest = EmployerInterest.objects.get()
    assert (interest.employer.postcode, interest.employer.city, interest.notes) == (
        "8308 AB",
        "Nagele",
        "Adres: Dorpsstraat 1",
    )


def test_contact_details_of_an_employer_are_split_too(lists) -> None:
    row = {"E-mail": "", "Telefoon / e-mail": "0527-123456 / sara@example.org"}
    run = preview_employers(lists, {"Telefoon / e-mail": "contact_details"}, row)
    assert get_values(run, "phone", "email", "notes") == [("+31527123456", "sara@example.org", None)]


def test_an_address_that_cannot_be_split_is_an_error_and_becomes_a_remark(lists) -> None:
    run = preview_employers(lists, {"Adres": "address"}, {"Adres": "Dorpsstraat 1"})
    row = run.rows.get()
    assert row.bad == {"city": "Dorpsstraat 1"} and row.given["notes"] == "Adres: Dorpsstraat 1"
    assert "Niets in “Adres” is voor dit veld herkend" in row.errors["city"][0]
    correct_cell(run, row, "city", "Nagele")
    row.refresh_from_db()
    assert not row.errors and row.given["city"] == "Nagele" and row.given["notes"] == "Adres: Dorpsstraat 1"


def test_an_address_that_cannot_be_split_becomes_a_remark_if_that_was_chosen(lists) -> None:
    run = preview_employers(lists, {"Adres": "address:whole"}, {"Adres": "Dorpsstraat 1"})
    row = run.rows.get()
    assert not row.errors and (row.given.get("city"), row.given["notes"]) == (None, "Adres: Dorpsstraat 1")


def test_the_address_of_a_person_gives_the_place_where_no_column_does(lists) -> None:
    rows = [{"Adres": "Dorpsstraat 1, 8308 AB Nagele", "Woonplaats": place} for place in ("", "Nagele", "Ens")]
    run = decide(lists, {"Adres": "residence"}, *rows)
    assert get_values(run, "location", "notes") == [
        ("Nagele", "Adres: Dorpsstraat 1, 8308 AB"),
        ("Nagele", "Adres: Dorpsstraat 1, 8308 AB"),
        ("Ens", "Adres: Nagele, Dorpsstraat 1, 8308 AB"),
    ]


def test_the_same_list_again_changes_nothing_and_the_split_is_remembered(lists) -> None:
    row = {"Contact": "06-12345678 of 0527-123456"}
    run = apply(decide(lists, CONTACT, row))
    assert save_profile(run).columns["Contact"] == "contact_details"
    again = lists.preview(PERSON | row)
    assert again.counts()["unchanged"] == 1 and get_values(again, "phone") == [("+31612345678",)]


def test_what_is_left_over_follows_the_list_and_another_remark_stays(lists) -> None:
    run = decide(lists, CONTACT, {"Contact": "06-12345678 (broer)", "Opm": "belt graag"})
    save_profile(apply(run))
    apply(lists.preview(PERSON | {"Contact": "06-12345678 (zus)"}))
    assert Dossier.objects.get().notes == "belt graag\nContact: 06-12345678 (zus)".replace("06-12345678 (zus)", "zus")
    apply(lists.preview(PERSON | {"Contact": ""}))
    assert Dossier.objects.get().notes == "belt graag\nContact: zus"
    apply(lists.preview(PERSON | {"Contact": "06-12345678"}))
    assert (Dossier.objects.get().notes, Dossier.objects.get().phone) == ("belt graag", "+31612345678")


def test_an_undo_takes_back_what_was_split(lists) -> None:
    apply(lists.preview(PERSON | {"Opm": "belt graag"}))
    run = apply(decide(lists, CONTACT, {"Contact": "06-12345678 (broer)"}))
    assert Dossier.objects.get().phone == "+31612345678"
    undo_import(run)
    dossier = Dossier.objects.get()
    assert (dossier.phone, dossier.notes) == ("", "belt graag") and "broer" not in str(Supply.objects.get().parts)


def test_the_workbook_with_errors_has_the_corrected_parts_in_the_cell_they_came_from(lists) -> None:
    run = decide(lists, CONTACT, {"Contact": "06-1234567 / omar@example.org (broer)"})
    cells = read_workbook(run)
    assert cells["Contact"][0] == "06-1234567 / omar@example.org (broer)" and cells["Contact"][1]
    correct_cell(run, run.rows.get(), "phone", "06-12345670")
    assert read_workbook(run)["Contact"] == ("06-12345670 / omar@example.org / broer", False)


def read_workbook(run: ImportRun) -> dict[str, tuple[str, bool]]:
    """Return the text of each cell of the only row, and whether it is marked as wrong."""
    sheet = openpyxl.load_workbook(BytesIO(build_error_workbook(run).read())).active
    header, row = list(sheet.iter_rows(max_row=2))
    return {name.value: (cell.value, cell.fill.fill_type is not None) for name, cell in zip(header, row, strict=True)}


def test_the_parts_of_contact_details_cannot_come_from_two_such_columns(lists) -> None:
    row = {"Contact": "06-12345678", "Bellen": "06-12345679"}
    run = decide(lists, CONTACT | {"Bellen": "contact_details"}, row)
    assert run.state == "refused" and "“Contact”, “Bellen”" in run.reason


def test_a_field_of_the_municipality_named_address_gets_the_column_of_that_name(lists) -> None:
    own = make_own_field("Adres")
    run = lists.preview(PERSON | {"Adres": "Dorpsstraat 1, 8308 AB Nagele"})
    assert get_values(run, own.key) == [("Dorpsstraat 1, 8308 AB Nagele",)]
