"""Rows are matched to records."""

from datetime import date

import pytest

from dossiers.models import Dossier, EmployerInterest, ImportProfile, ImportRun, Organisation, Status, Step, Supply
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.matching.similar_people import find_similar_dossiers

from ..models.factories import make_dossier, make_interest
from ..models.placements import make_placement
from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply

JOB = {"Bedrijf": "Kwekerij", "E-mail": "info@kwekerij.example", "Contactpersoon": "An", "Werk": "Oogsten"}


def test_a_dossier_is_matched_by_external_id(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    [row] = lists.preview_rows({**PERSON, "Extern nummer": "P1", "Beroep": "kok"})
    assert (row["action"], row["changes"]) == ("changed", {"profession": ["", "kok"]})


def test_an_external_id_matches_despite_a_corrected_date_of_birth(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    [row] = lists.preview_rows({**PERSON, "Extern nummer": "P1", "Geboortedatum": "13-03-1990"})
    assert row["changes"] == {"date_of_birth": ["1990-03-12", "1990-03-13"]}


def test_an_external_id_of_another_person_is_an_error(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    [row] = lists.preview_rows(
        {"Extern nummer": "P1", "Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}
    )
    assert list(row["errors"]) == ["external_id"] and "iemand anders" in row["errors"]["external_id"][0]


def test_a_second_organisation_adds_a_supply_without_changing_the_dossier(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    run = lists.apply({**PERSON, "Extern nummer": "W-88"}, organisation=WERKCORPORATIE)
    assert run.counts()["unchanged"] == 1
    dossier = Dossier.objects.get()
    assert sorted(dossier.supplies.values_list("external_id", flat=True)) == ["P1", "W-88"]


def test_without_external_ids_dossiers_are_matched_by_name_and_date_of_birth(lists: Lists) -> None:
    lists.apply(PERSON)
    run = lists.apply({**PERSON, "Voornaam": "SELAM", "Beroep": "kok"})
    assert run.counts()["changed"] == 1
    assert Supply.objects.count() == 1


def test_an_external_id_supplied_later_is_added_to_the_existing_supply(lists: Lists) -> None:
    lists.apply(PERSON)
    lists.apply({**PERSON, "Extern nummer": "P1"})
    assert Supply.objects.get().external_id == "P1"


def test_a_match_by_reference_adds_a_supply_only_with_an_external_id(lists: Lists) -> None:
    lists.apply(PERSON)
    reference = Dossier.objects.get().reference
    lists.apply({"Referentie": reference, "Beroep": "kok"}, organisation=WERKCORPORATIE)
    assert Dossier.objects.get().profession == "kok" and Supply.objects.count() == 1
    lists.apply({"Referentie": reference, "Extern nummer": "W-1"}, organisation=WERKCORPORATIE)
    assert Supply.objects.count() == 2


OMAR = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}


@pytest.mark.parametrize(
    "other_person",
    [
        OMAR,  # whom no dossier has
        {"Voornaam": "Yusuf", "Achternaam": "Karim", "Geboortedatum": PERSON["Geboortedatum"]},  # in the next dossier
        {"Voornaam": "Yusuf", "Achternaam": "Karim"},
    ],
)
def test_a_reference_of_another_person_is_an_error(lists: Lists, other_person: dict[str, str]) -> None:
    lists.apply(PERSON, {**PERSON, "Voornaam": "Yusuf", "Achternaam": "Karim"})
    reference = Dossier.objects.get(given_name="Selam").reference
    [row] = lists.preview_rows({"Referentie": reference, **other_person}, organisation=None)
    assert list(row["errors"]) == ["reference"] and "iemand anders" in row["errors"]["reference"][0]


@pytest.mark.parametrize(
    "correction",
    [
        {"Achternaam": "Tesfay"},  # a married name
        {"Voornaam": "Selma"},
        {"Geboortedatum": "13-03-1990"},
        {"Voornaam": "Selma", "Geboortedatum": "12-03-1990"},
    ],
)
def test_a_reference_matches_despite_a_corrected_name_or_date_of_birth(
    lists: Lists, correction: dict[str, str]
) -> None:
    lists.apply(PERSON)
    reference = Dossier.objects.get().reference
    [row] = lists.preview_rows({"Referentie": reference, **PERSON, **correction}, organisation=None)
    assert row["action"] in ("changed", "unchanged") and not row["errors"]


def test_a_person_whom_the_user_chose_is_taken_over_with_another_name_and_date_of_birth(lists: Lists) -> None:
    lists.apply(PERSON)
    run = lists.preview(OMAR)
    run.decided["lines"] = {"2": {"action": Dossier.objects.get().reference}}
    staging.stage(run)
    assert run.rows.get().action == "changed"


INTEREST = {"Bedrijf": "Kwekerij Zon", "KvK-nummer": "12345678", "E-mail": "info@zon.example"}


@pytest.mark.parametrize(
    ("employer", "field"),
    [
        ({"Bedrijf": "Bouw BV", "KvK-nummer": "87654321"}, "reference"),
        ({"Bedrijf": "Bouw BV", "E-mail": "info@bouw.example"}, "reference"),
        ({"Bedrijf": "Slagerij Os"}, "reference"),  # another employer
        ({"Bedrijf": "Kwekerij Maan"}, ""),  # its new name
        ({"Bedrijf": "Kwekerij Maan", "KvK-nummer": "12345678"}, ""),
        ({"Bedrijf": "Kwekerij Zon B.V.", "KvK-nummer": "87654321"}, ""),
    ],
)
def test_a_reference_of_another_employer_is_an_error(lists: Lists, employer: dict[str, str], field: str) -> None:
    lists.apply(JOB | INTEREST, JOB | {"Bedrijf": "Slagerij Os"}, record="employer_interest")
    reference = EmployerInterest.objects.get(employer__kvk_number="12345678").reference
    [row] = lists.preview_rows({"Referentie": reference, **employer}, record="employer_interest")
    assert list(row["errors"]) == ([field] if field else [])
    assert row["action"] == ("error" if field else "changed")


def test_an_unknown_reference_is_an_error(lists: Lists) -> None:
    [row] = lists.preview_rows({**PERSON, "Referentie": "D-1999-0001"})
    assert list(row["errors"]) == ["reference"]


TWO_TYPOS = {"Voornaam": "Selan", "Achternaam": "Heile"}


@pytest.mark.parametrize(
    ("given_name", "family_name"), [("Selma", "Haile"), ("Haile", "Selam"), ("Sélam", "Haile"), ("Selam", "Haille")]
)
def test_a_nearly_equal_name_with_the_same_date_of_birth_is_similar(
    lists: Lists, given_name: str, family_name: str
) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    [row] = lists.preview_rows({**PERSON, "Voornaam": given_name, "Achternaam": family_name, "Extern nummer": "P2"})
    assert (row["action"], row["similar"]) == ("similar", [Dossier.objects.get().reference])


@pytest.mark.parametrize(
    ("given_name", "family_name", "action"),
    [
        ("Selam", "Haile Woldu", "similar"),
        ("Selam", "Haile-Woldu", "similar"),
        ("Selam Woldu", "Haile", "similar"),
        ("S.", "Haile", "similar"),
        ("Selam", "H.", "similar"),
        ("Selma", "Hayle", "similar"),
        ("Salam", "Hayle", "similar"),
        ("Selam", "Hailemariam", "similar"),
        ("Senait", "Haile", "new"),
        ("Senait", "Haile Selassie", "new"),
        ("Senait Selassie", "Haile", "new"),
        ("R.", "Haile", "new"),
        ("S.", "H.", "new"),
        ("Selam", "Tesfay", "new"),
    ],
)
def test_a_name_with_more_words_initials_or_typos_is_similar_but_not_that_of_a_twin(
    lists: Lists, given_name: str, family_name: str, action: str
) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    person = {**PERSON, "Voornaam": given_name, "Achternaam": family_name}
    [row] = lists.preview_rows(person | {"Extern nummer": "P2"})
    assert row["action"] == action
    dossier = Dossier(given_name=given_name, family_name=family_name, date_of_birth=date(1990, 3, 12))
    assert bool(find_similar_dossiers(dossier)) == (action == "similar"), "a form follows the same rule"
    rows = lists.preview_rows({**PERSON, "Extern nummer": "P1"}, person | {"Extern nummer": "P2"})
    assert [row["action"] for row in rows] == ["unchanged", action]


@pytest.mark.parametrize(
    ("birth_date", "cells", "action"),
    [
        ("13-03-1990", {}, "similar"),
        ("12-08-1990", {}, "similar"),
        ("12-03-1991", {}, "similar"),
        ("03-12-1990", {}, "similar"),
        ("12-03-1991", {"Voornaam": "SELAM", "Achternaam": "haile"}, "similar"),
        ("13-04-1990", {}, "new"),
        ("31-07-1985", {}, "new"),
        ("13-03-1990", {"Voornaam": "Selma"}, "new"),
        ("31-07-1985", {"Telefoon": "06-12345678"}, "similar"),
        ("31-07-1985", {"E-mail": "selam@haile.example"}, "similar"),
        ("31-07-1985", {"Telefoon": "0612345679", "E-mail": "s@haile.example"}, "new"),
        ("31-07-1985", {"Voornaam": "Sélams", "Achternaam": "Hale", "Telefoon": "0612345678"}, "similar"),
        ("31-07-1985", {"Achternaam": "Tesfay", "E-mail": "Selam@haile.example"}, "similar"),
        ("31-07-1985", {"Voornaam": "Haile", "Achternaam": "Selamm", "Telefoon": "0612345678"}, "similar"),
        ("31-07-1985", {"Achternaam": "Hale", "Telefoon": "0612345679"}, "new"),
        ("31-07-1985", {"Voornaam": "Omar", "Telefoon": "0612345678"}, "new"),
        ("31-07-1985", {"Voornaam": "Salomon", "Telefoon": "0612345678", "E-mail": "selam@haile.example"}, "new"),
        ("31-07-1985", TWO_TYPOS | {"Telefoon": "0612345678", "E-mail": "selam@haile.example"}, "similar"),
        ("31-07-1985", TWO_TYPOS | {"Telefoon": "0612345678", "E-mail": "s@haile.example"}, "new"),
    ],
)
def test_an_equal_name_with_a_similar_date_of_birth_or_the_same_contact_is_similar(
    lists: Lists, birth_date: str, cells: dict, action: str
) -> None:
    known = {**PERSON, "Telefoon": "0612345678", "E-mail": "selam@haile.example"}
    lists.apply(known)
    [row] = lists.preview_rows({**PERSON, "Geboortedatum": birth_date, **cells})
    assert (row["action"], bool(row["similar"])) == (action, action == "similar")
    dossier = Dossier(
        given_name=row["values"]["given_name"], family_name=row["values"]["family_name"],
        date_of_birth=date.fromisoformat(row["values"]["date_of_birth"]), phone=row["values"].get("phone", ""),
        email=row["values"].get("email", ""),
    )  # fmt: skip
    assert bool(find_similar_dossiers(dossier)) == bool(row["similar"]), "a form follows the same rule"


@pytest.mark.parametrize(("sharing", "action"), [(10, "similar"), (11, "new")])
def test_a_telephone_number_that_many_people_share_makes_nobody_similar(
    lists: Lists, sharing: int, action: str
) -> None:
    for day in range(1, sharing + 1):
        values = {"given_name": "Selam", "family_name": f"Haile {day}", "date_of_birth": date(1960 + day, 1, day)}
        Dossier.objects.create(phone="+31612345678", **values)
    known = {"Voornaam": "Selam", "Achternaam": "Tesfay", "Geboortedatum": "31-07-1985", "Telefoon": "0612345678"}
    [row] = lists.preview_rows(known)
    assert row["action"] == action


def test_a_similar_dossier_added_after_the_preview_stops_the_row(lists: Lists) -> None:
    contact = {"Telefoon": "0612345678"}
    run = lists.preview({**PERSON, "Geboortedatum": "13-03-1990"})
    other = lists.preview({**PERSON, "Achternaam": "Hale", "Geboortedatum": "31-07-1985", **contact})
    lists.apply(PERSON | contact)
    for similar in (run, other):
        apply(similar, good_rows_only=True)
    assert Dossier.objects.count() == 1


def test_another_name_with_the_same_date_of_birth_is_a_new_dossier(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    [row] = lists.preview_rows({**PERSON, "Voornaam": "Omar", "Achternaam": "Abdi", "Extern nummer": "P2"})
    assert row["action"] == "new"


def test_two_rows_for_one_dossier_are_both_errors(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    rows = lists.preview_rows({**PERSON, "Extern nummer": "P1"}, {**PERSON, "Extern nummer": "P1", "Beroep": "kok"})
    assert [(row["action"], list(row["errors"])) for row in rows] == [("error", ["external_id"])] * 2


def test_the_error_of_a_duplicate_names_the_field_and_the_other_line(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    other = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "28-01-1980", "Extern nummer": "P1"}
    numbered, unnumbered, again = lists.preview_rows({**PERSON, "Extern nummer": "P1"}, PERSON, {**other, **PERSON})
    assert (unnumbered["errors"], unnumbered["similar_lines"]) == ({}, [2, 4]), "the number says who the others are"
    assert numbered["errors"] == {"external_id": ["Dit nummer staat ook op regel 4. Laat een van deze regels weg."]}
    assert again["errors"].keys() == numbered["errors"].keys()
    single, same = lists.preview_rows({**PERSON, "Extern nummer": "P1"}, PERSON)
    assert [single["action"], same["action"], same["similar_lines"]] == ["unchanged", "similar", [2]]


def test_two_new_rows_with_one_number_are_both_errors(lists: Lists) -> None:
    numbered = {**PERSON, "Extern nummer": "P1"}
    assert [list(row["errors"]) for row in lists.preview_rows(numbered, numbered)] == [["external_id"]] * 2


def test_missing_values_are_errors_in_new_rows_only(lists: Lists) -> None:
    [row] = lists.preview_rows({"Voornaam": "Selam", "Extern nummer": "P1"})
    assert sorted(row["errors"]) == ["date_of_birth", "family_name"]
    lists.apply({**PERSON, "Extern nummer": "P1"})
    [row] = lists.preview_rows({"Voornaam": "Selam", "Extern nummer": "P1"})
    assert row["action"] == "unchanged"


def test_a_blank_cell_does_not_change_the_record(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1", "Beroep": "kok"})
    [row] = lists.preview_rows({**PERSON, "Extern nummer": "P1", "Beroep": ""})
    assert (row["action"], row["values"]["profession"]) == ("unchanged", "kok")


def test_a_blank_cell_means_no_only_in_a_column_of_crosses(lists: Lists) -> None:
    other = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"}
    rows = lists.preview_rows({**PERSON, "Rijbewijs": "x"}, {**other, "Rijbewijs": ""})
    assert [row["values"]["driving_licence"] for row in rows] == [True, False]
    rows = lists.preview_rows({**PERSON, "Rijbewijs": "ja"}, {**other, "Rijbewijs": ""})
    assert [row["values"]["driving_licence"] for row in rows] == [True, None]


def test_the_fill_policy_changes_only_empty_values(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1", "Beroep": "kok"})
    changed = {**PERSON, "Extern nummer": "P1", "Beroep": "lasser", "Locatie": "kamer 3"}
    [row] = lists.preview_rows(changed, policy=ImportRun.Policy.FILL)
    assert row["changes"] == {"location": ["", "kamer 3"]}
    [row] = lists.preview_rows(changed, policy=ImportRun.Policy.NEW)
    assert row["action"] == "skipped"


def test_a_status_that_follows_from_placements_cannot_be_imported(lists: Lists) -> None:
    lists.apply({**PERSON, "Extern nummer": "P1"})
    [row] = lists.preview_rows({**PERSON, "Extern nummer": "P1", "Status": "matched"})
    assert list(row["errors"]) == ["status"] and "plaatsing" in row["errors"]["status"][0]
    Dossier.objects.update(status="matched")
    [row] = lists.preview_rows({**PERSON, "Extern nummer": "P1", "Status": "matched"})
    assert row["action"] == "unchanged"


def test_a_person_absent_from_the_list_is_reported_and_not_changed(lists: Lists) -> None:
    other = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980", "Extern nummer": "P2"}
    lists.apply({**PERSON, "Extern nummer": "P1"}, other)
    run = lists.apply({**PERSON, "Extern nummer": "P1"})
    assert run.counts()["absent"] == 1 and Dossier.objects.count() == 2


def test_a_row_in_error_still_counts_as_listed_and_a_closed_dossier_is_never_absent(lists: Lists) -> None:
    other = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980", "Extern nummer": "P2"}
    lists.apply({**PERSON, "Extern nummer": "P1"}, other)
    assert lists.preview({**PERSON, "Extern nummer": "P1"}, {**other, "Uren": "veel"}).counts()["absent"] == 0
    Dossier.objects.filter(given_name="Omar").update(status="withdrawn")
    assert lists.preview({**PERSON, "Extern nummer": "P1"}).counts()["absent"] == 0


def test_an_employer_is_matched_by_kvk_number_and_an_interest_by_work_and_start_date(lists: Lists) -> None:
    row = {**JOB, "KvK": "01234567", "Vanaf": "1-2-2027"}
    lists.apply(row, {**row, "Vanaf": "1-3-2027"}, record="employer_interest")
    assert EmployerInterest.objects.count() == 2
    assert EmployerInterest.objects.values("employer").distinct().count() == 1
    [preview_row] = lists.preview_rows({**row, "Plekken": 4}, record="employer_interest")
    assert preview_row["changes"] == {"positions": [1, 4]}


def test_an_employer_without_a_kvk_number_is_matched_by_name_and_email(lists: Lists) -> None:
    lists.apply(JOB, record="employer_interest")
    [preview_row] = lists.preview_rows({**JOB, "Bedrijf": "KWEKERIJ", "Plaats": "Ens"}, record="employer_interest")
    assert preview_row["changes"] == {"city": ["", "Ens"]}


def test_a_new_interest_of_a_known_employer_needs_no_contact(lists: Lists) -> None:
    lists.apply({**JOB, "KvK": "01234567"}, record="employer_interest")
    [preview_row] = lists.preview_rows({"KvK": "1234567", "Werk": "Sorteren"}, record="employer_interest")
    assert preview_row["action"] == "new"


def test_an_end_before_the_start_is_an_error(lists: Lists) -> None:
    [preview_row] = lists.preview_rows({**JOB, "Vanaf": "1-2-2027", "Tot": "1-1-2027"}, record="employer_interest")
    assert list(preview_row["errors"]) == ["end_date"]


def test_a_closed_dossier_with_an_open_placement_cannot_be_reopened(lists: Lists) -> None:
    working = make_placement(Step.WORKING).dossier
    working.status = Status.COMPLETED
    working.save()
    for status in ("beschikbaar", "aan het werk", "afgerond"):
        (row,) = lists.preview_rows({"Referentie": working.reference, "Status": status})
        assert (row["action"], row["errors"]) == ("unchanged", {})


@pytest.mark.parametrize("status", ["beschikbaar", "doet mee"])
def test_a_list_never_opens_a_closed_dossier_and_says_that_its_status_is_not_taken_over(
    lists: Lists, status: str
) -> None:
    closed, opened = make_dossier(status=Status.WITHDRAWN), make_dossier(status=Status.INTAKE)
    azc = Organisation.objects.named(AZC)
    ImportProfile.objects.create(
        name="AZC", record="dossiers", organisation=azc, values={"status": {"doet mee": "available"}}
    )
    rows = [{"Referentie": d.reference, "Status": status, "Beroep": "kok"} for d in (closed, opened)]
    run = lists.preview(*rows)
    expected = {2: {"profession": ["", "kok"]}, 3: {"profession": ["", "kok"], "status": ["intake", "available"]}}
    assert dict(run.rows.values_list("line", "changes")) == expected
    (warning,) = collect_warnings(run)
    assert warning == "De status van regel 2 wordt niet overgenomen: een import opent geen gesloten dossier."
    apply(run)
    assert dict(Dossier.objects.values_list("pk", "status")) == {closed.pk: "withdrawn", opened.pk: "available"}
    (row,) = lists.preview_rows({"Referentie": closed.reference, "Status": "afgerond"})
    assert row["changes"] == {"status": ["withdrawn", "completed"]}, "it stays closed"


def test_closing_an_interest_where_a_candidate_is_proposed_is_an_error(lists: Lists) -> None:
    proposed, at_work = make_placement(), make_placement(Step.WORKING)
    rows = lists.preview_rows(
        *({"Referentie": each.interest.reference, "Status": "gesloten"} for each in (proposed, at_work)),
        record="employer_interest",
    )
    assert "Beëindig eerst die plaatsingen" in rows[0]["errors"]["status"][0]
    assert rows[1]["action"] == "changed"


def test_fewer_positions_than_people_at_work_is_an_error(lists: Lists) -> None:
    offer = make_interest(positions=3)
    for _person in range(2):
        make_placement(Step.WORKING, interest=offer)
    few, enough = (
        lists.preview_rows({"Referentie": offer.reference, "Plekken": number}, record="employer_interest")[0]
        for number in ("1", "2")
    )
    assert "Hier zijn al 2 mensen aan het werk" in few["errors"]["positions"][0]
    assert enough["action"] == "changed"
