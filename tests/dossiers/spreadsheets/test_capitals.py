"""Other capitals in a name or a place are no other value, unless somebody typed them."""

from typing import Any

import pytest

from dossiers.models import Dossier, Employer, EmployerInterest
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, Lists
from .imports import apply as apply_run
from .undo import INTERESTS, JOB

FARM = JOB | {"Bedrijf": "Kwekerij de Hof BV", "Contactpersoon": "An de Wit", "Plaats": "Ens"}
IN_CAPITALS = FARM | {"Bedrijf": "KWEKERIJ DE HOF BV", "Contactpersoon": "AN  DE WIT", "Plaats": "ENS"}
IN_CAPITALS |= {"Werk": "OOGSTEN"}


@pytest.fixture
def employer(lists: Lists) -> Employer:
    lists.apply(FARM, **INTERESTS)
    return Employer.objects.get()


def test_capitals_change_no_employer_and_no_interest(lists: Lists, employer: Employer) -> None:
    assert lists.preview_rows(IN_CAPITALS, **INTERESTS)[0]["action"] == "unchanged"


def test_a_new_interest_does_not_change_the_capitals_of_its_employer(lists: Lists, employer: Employer) -> None:
    run = lists.apply(IN_CAPITALS | {"Werk": "Sorteren"}, IN_CAPITALS | {"Werk": "Inpakken"}, **INTERESTS)
    before = employer.company_name
    employer.refresh_from_db()
    assert (employer.company_name, employer.city) == (before, "Ens") and run.warnings == []


def test_lines_that_differ_in_capitals_do_not_contradict_each_other(lists: Lists) -> None:
    assert lists.preview(FARM, IN_CAPITALS | {"Werk": "Sorteren"}, **INTERESTS).warnings == []


def test_another_name_is_a_change(lists: Lists, employer: Employer) -> None:
    [row] = lists.preview_rows(IN_CAPITALS | {"Plaats": "EMMELOORD"}, **INTERESTS)
    assert row["changes"] == {"city": ["Ens", "EMMELOORD"]}


def test_capitals_that_somebody_types_in_the_preview_count(lists: Lists, employer: Employer) -> None:
    run = lists.preview(FARM, **INTERESTS)
    correct_cell(run, run.rows.get(), "company_name", "Kwekerij De Hof BV")
    apply_run(run)
    employer.refresh_from_db()
    assert employer.company_name == "Kwekerij De Hof BV"


def test_capitals_count_in_an_export_that_somebody_edited(lists: Lists, employer: Employer) -> None:
    reference = EmployerInterest.objects.get().reference
    [row] = lists.preview_rows({"Referentie": reference} | FARM | {"Plaats": "ENS"}, **INTERESTS)
    assert row["changes"] == {"city": ["Ens", "ENS"]}


@pytest.mark.parametrize(
    ("location", "changes"),
    [("azc  LUTTELGEEST", {}), ("Emmeloord", {"location": ["AZC Luttelgeest", "Emmeloord"]})],
)
def test_capitals_change_no_place_of_a_person(lists: Lists, location: str, changes: dict[str, Any]) -> None:
    lists.apply(PERSON | {"Extern nummer": "P1", "Woonplaats": "AZC Luttelgeest"})
    [row] = lists.preview_rows(PERSON | {"Extern nummer": "P1", "Woonplaats": location})
    assert row["changes"] == changes and Dossier.objects.get().location == "AZC Luttelgeest"
