"""A record that only a list and later changes gave goes when all of them are undone, in whatever order."""

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from dossiers.models import BulkChange, ContactMoment, Dossier, Employer, EmployerInterest

from ..spreadsheets.imports import PERSON, Lists
from ..spreadsheets.test_undo_several import apply_with_new_person
from ..spreadsheets.undo import INTERESTS, JOB
from .bulk import apply_change, change_url, press
from .pages import text
from .test_undo_with_bulk_changes import change_in_bulk, undo

GOES = "verwijderd, omdat de lijst die het maakte al ongedaan is gemaakt: 1"
NEW = PERSON | {"Verblijfplaats": "Bant", "Beroep": "kok"}


@pytest.fixture
def lists(base_data: None, tmp_path: Path) -> Lists:
    return Lists(tmp_path)


def has_selam() -> bool:
    return Dossier.objects.filter(given_name="Selam").exists()


def change_selam(client, place: str, field: str = "location") -> BulkChange:
    return apply_change(client, Dossier, field, place, id=[Dossier.objects.get(given_name="Selam").pk])


@pytest.mark.parametrize("order", [order for order in permutations(range(3)) if order[2]], ids=str)
@pytest.mark.parametrize("between", ["list", "bulk change of the value", "bulk change to the same"])
def test_a_person_of_a_list_goes(coordinator_client, lists: Lists, order, between) -> None:
    change_sets = [apply_with_new_person(lists, NEW, "Abel"), change_in_bulk(coordinator_client, "location", "Ens")]
    if between == "list":
        change_sets.append(apply_with_new_person(lists, PERSON | {"Beroep": "bakker"}, "Biniam"))
    else:
        change_sets.append(change_in_bulk(coordinator_client, "location", "Ens" if "same" in between else "Urk"))
    for number, index in enumerate(order):
        if number == 2 and isinstance(change_sets[index], BulkChange):
            page = text(coordinator_client.get(change_url(change_sets[index], "undo/")))
            assert GOES in page or "Abel" not in page
        undo(coordinator_client, change_sets[index])
        assert has_selam() == (number < 2)


def test_the_undo_of_a_bulk_change_names_whom_it_deletes(coordinator_client, lists: Lists) -> None:
    run = apply_with_new_person(lists, NEW, "Abel")
    change = change_selam(coordinator_client, "Ens")
    undo(coordinator_client, run)
    page = text(coordinator_client.get(change_url(change, "undo/")))
    assert GOES in page and "vorige waarde komt terug: 0" in page and "Wordt verwijderd 1" in page
    assert "Selam Haile" in page
    page = press(coordinator_client, change, "undo/")
    assert not has_selam() and "Verwijderd door het ongedaan maken 1" in page and "Selam Haile" in page
    step = Dossier.history.filter(history_type="-").latest()
    assert step.history_change_reason == f"Bulkwijziging {change.pk} ongedaan gemaakt" and step.history_user


def test_an_interest_of_a_list_goes_with_its_employer(coordinator_client, coordinator, lists: Lists) -> None:
    run = lists.apply(JOB, JOB | {"Bedrijf": "Bakker", "KvK": "12345678", "E-mail": "b@bakker.example"}, **INTERESTS)
    key = EmployerInterest.objects.get(employer__company_name="Kwekerij").pk
    change = apply_change(coordinator_client, EmployerInterest, "owner", coordinator.pk, id=[key])
    undo(coordinator_client, run)
    assert list(EmployerInterest.objects.values_list("pk", flat=True)) == [key]
    assert GOES in text(coordinator_client.get(change_url(change, "undo/")))
    undo(coordinator_client, change)
    assert not EmployerInterest.objects.exists() and not Employer.objects.exists()


def test_an_employer_with_another_interest_stays(coordinator_client, coordinator, lists: Lists) -> None:
    run = lists.apply(JOB, JOB | {"Bedrijf": "Bakker", "KvK": "12345678", "E-mail": "b@bakker.example"}, **INTERESTS)
    interest = EmployerInterest.objects.get(employer__company_name="Kwekerij")
    change = apply_change(coordinator_client, EmployerInterest, "owner", coordinator.pk, id=[interest.pk])
    EmployerInterest.objects.create(employer=interest.employer, work_description="Snoeien", positions=1)
    for change_set in (run, change):
        undo(coordinator_client, change_set)
    assert EmployerInterest.objects.get().work_description == "Snoeien" and Employer.objects.exists()


@pytest.mark.parametrize("work", ["value", "contact", "list"])
def test_a_person_with_whom_somebody_worked_stays(coordinator_client, lists: Lists, work) -> None:
    run = apply_with_new_person(lists, NEW, "Abel")
    change = change_selam(coordinator_client, "Ens")
    dossier = Dossier.objects.get(given_name="Selam")
    if work == "value":
        dossier.profession = "bakker"
        dossier.save()
    elif work == "contact":
        ContactMoment.objects.create(dossier=dossier, held_on=date(2026, 7, 1))
    else:
        apply_with_new_person(lists, PERSON | {"Beroep": "bakker"}, "Biniam")
    undo(coordinator_client, run)
    page = text(coordinator_client.get(change_url(change, "undo/")))
    assert GOES not in page and "vorige waarde komt terug: 1" in page
    undo(coordinator_client, change)
    assert Dossier.objects.get(given_name="Selam").location == "Bant"
