"""A list of employers with names and telephone numbers is imported without an address to each."""

from typing import Any

import pytest

from dossiers.forgetting.employers import anonymize_contact
from dossiers.models import Employer, EmployerInterest

from ..models.factories import make_employer, make_interest
from .imports import Lists
from .undo import INTERESTS

FARM = {"Bedrijf": "Maatschap Verzonnen", "Contactpersoon": "Klaas Veld", "Telefoon": "0527 612 345", "Werk": "Pellen"}
GARDEN = {"Bedrijf": "Tuinderij Elders", "Contactpersoon": "An Kas", "Telefoon": "0527 600 000", "Werk": "Snoeien"}


def leave_out(column: str, row: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in row.items() if name != column}


def preview_employers(lists: Lists, *rows: dict[str, str]) -> list[Any]:
    return [row.employer_id for row in lists.preview(*rows, **INTERESTS).rows.order_by("line")]


def test_employers_with_only_a_number_are_imported_and_the_next_list_changes_nothing(lists: Lists) -> None:
    assert lists.apply(FARM, GARDEN, **INTERESTS).counts()["new"] == 2
    assert set(Employer.objects.values_list("company_name", "phone", "email")) == {
        ("Maatschap Verzonnen", "+31527612345", ""),
        ("Tuinderij Elders", "+31527600000", ""),
    }
    assert lists.apply(FARM, GARDEN, **INTERESTS).counts()["unchanged"] == 2


def test_two_lines_with_one_number_and_name_are_one_employer(lists: Lists) -> None:
    lists.apply(FARM, FARM | {"Werk": "Planten"}, **INTERESTS)
    assert (Employer.objects.count(), EmployerInterest.objects.count()) == (1, 2)


def test_two_employers_without_an_address_stay_two(lists: Lists) -> None:
    lists.apply(FARM, FARM | {"Telefoon": "0527 600 000"}, **INTERESTS)
    assert Employer.objects.count() == 2
    assert EmployerInterest.objects.count() == 2, "the same work at two employers"


def test_the_same_work_at_one_employer_is_an_error_also_without_an_address(lists: Lists) -> None:
    rows = lists.preview_rows(FARM, FARM, **INTERESTS)
    assert [list(row["errors"]) for row in rows] == [["work_description"]] * 2


@pytest.mark.parametrize("given", [{}, {"E-mail": "klaas@veld.example"}])
def test_a_line_is_about_the_employer_with_its_name_and_number(lists: Lists, given: dict[str, str]) -> None:
    farmer = make_employer(company_name="Maatschap verzonnen", contact_name="K. Veld", email="", phone="+31527612345")
    assert preview_employers(lists, FARM | given) == [farmer.pk]


def test_an_address_decides_where_both_have_one(lists: Lists) -> None:
    make_employer(company_name="Maatschap Verzonnen", email="piet@veld.example", phone="+31527612345")
    assert preview_employers(lists, FARM | {"E-mail": "klaas@veld.example"}) == [None]


def test_an_employer_without_both_is_imported_once_with_a_warning(lists: Lists) -> None:
    alone = leave_out("Telefoon", FARM)
    run = lists.preview(alone, GARDEN, **INTERESTS)
    assert "Regel 2 voegt een werkgever toe zonder e-mailadres en zonder telefoonnummer." in run.warnings
    lists.apply(alone, **INTERESTS)
    run = lists.apply(alone, **INTERESTS)
    assert run.counts()["unchanged"] == 1 and not run.warnings
    assert preview_employers(lists, alone | {"Contactpersoon": "Piet Kavel"}) == [None], "somebody else there"


def test_a_reference_of_an_employer_with_another_name_and_number_is_refused(lists: Lists) -> None:
    farmer = make_employer(
        company_name="Maatschap Verzonnen", contact_name="Klaas Veld", email="", phone="+31527612345"
    )
    reference = make_interest(employer=farmer).reference
    [other] = lists.preview_rows(GARDEN | {"Referentie": reference}, **INTERESTS)
    assert list(other["errors"]) == ["reference"]
    [renamed] = lists.preview_rows(FARM | {"Referentie": reference, "Bedrijf": "Veld en zonen"}, **INTERESTS)
    assert not renamed["errors"]


def test_a_forgotten_number_stays_in_no_line_of_a_list(lists: Lists) -> None:
    farmer = make_employer(
        company_name="Maatschap Verzonnen", contact_name="Klaas Veld", email="", phone="+31527612345"
    )
    run = lists.preview(GARDEN | {"Telefoon": FARM["Telefoon"]}, GARDEN, **INTERESTS)
    anonymize_contact(farmer, discard=[run.pk])
    assert list(run.rows.values_list("line", flat=True)) == [3]


def test_employers_with_only_a_number_or_a_general_address_are_imported_without_a_contact(lists: Lists) -> None:
    nameless = leave_out("Contactpersoon", FARM)
    rows = nameless, leave_out("Contactpersoon", GARDEN) | {"Telefoon": "", "E-mail": "info@elders.example"}
    assert lists.apply(*rows, **INTERESTS).counts()["new"] == 2
    contacts = set(Employer.objects.values_list("contact_name", "phone", "email"))
    assert contacts == {("", "+31527612345", ""), ("", "", "info@elders.example")}
    assert lists.apply(*rows, **INTERESTS).counts()["unchanged"] == 2
    assert lists.apply(FARM, **INTERESTS).counts()["changed"] == 1
    assert Employer.objects.get(company_name="Maatschap Verzonnen").contact_name == "Klaas Veld"


def test_a_new_employer_of_whom_a_list_has_only_the_name_is_refused(lists: Lists) -> None:
    rows = [{**FARM, "Contactpersoon": "", "Telefoon": text, "E-mail": ""} for text in ("", "geen", "0527 612 345")]
    alone, wrong, reachable = lists.preview_rows(*rows, **INTERESTS)
    refused = "Vul een contactpersoon, telefoonnummer of e-mailadres in van deze nieuwe werkgever."
    assert alone["errors"] == {"contact_name": [refused]}
    assert list(wrong["errors"]) == ["phone"] and not reachable["errors"]


def test_a_list_with_nothing_but_names_of_companies_asks_who_the_contact_is(lists: Lists) -> None:
    run = lists.preview({"Bedrijf": "Maatschap Verzonnen", "Werk": "Pellen", "Bij wie": "Klaas"}, **INTERESTS)
    assert run.asked["missing_fields"] == ["contact_name"]
    run = lists.preview({"Bedrijf": "Maatschap Verzonnen", "Werk": "Pellen", "Telefoon": "0527 612345"}, **INTERESTS)
    assert run.asked["missing_fields"] == []
