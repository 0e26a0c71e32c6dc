"""The page of an undone list or bulk change says what is so now: which records a later undo deleted."""

from pathlib import Path

import pytest

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import Dossier, Employer, EmployerInterest

from ..models.factories import make_interest
from ..models.merges import merge_dossiers
from ..spreadsheets.imports import PERSON, Lists
from ..spreadsheets.undo import INTERESTS, JOB, NUMBERED, OTHER, undo_import
from .bulk import apply_change, change_url, press
from .pages import raw, text, url
from .test_apply import import_url
from .test_undo_employers import BAKERY, GARDEN


@pytest.fixture
def lists(base_data: None, tmp_path: Path) -> Lists:
    return Lists(tmp_path)


def test_the_page_of_an_undone_list_says_that_a_later_undo_of_a_bulk_change_deleted_its_people(
    coordinator_client, lists
):
    run = lists.apply(PERSON, OTHER)
    change = apply_change(coordinator_client, Dossier, "location", "Ens", id=[Dossier.objects.earliest("pk").pk])
    undo_import(run)
    page = text(coordinator_client.get(import_url("", run) + "?show=staying"))
    assert "Het dossier bleef" in page and "later verwijderd" not in page.casefold()
    press(coordinator_client, change, "undo/")
    page = coordinator_client.get(import_url("", run) + "?show=staying")
    assert "staan: 1 dossier" in text(page) and "daarvan later verwijderd: 1 dossier" in text(page)
    assert f"Later verwijderd bij het ongedaan maken van {change} (" in text(
        page
    ) and "In het dossier bleef" not in text(page)
    assert raw(page).count(f'href="{change_url(change, "undo/")}"') == 2, "in the row and among what held it"
    assert f"{change} (Verblijfplaats → Ens) (intussen ongedaan gemaakt)" in text(page)


def test_the_page_of_an_undone_bulk_change_says_that_the_undo_of_the_list_deleted_its_people(coordinator_client, lists):
    run = lists.apply(PERSON, OTHER)
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    press(coordinator_client, change, "undo/")
    assert "later verwijderd" not in text(coordinator_client.get(change_url(change)))
    undo_import(run)
    page = text(coordinator_client.get(change_url(change) + "?show=restored"))
    assert "Teruggezet 2" in page and "Daarvan later verwijderd: 2." in page
    assert "Selam Haile" in page and f"Later verwijderd bij het ongedaan maken van {run.description}" in page


@pytest.mark.parametrize("how", ["deleted", "forgotten", "gone"])
def test_the_page_of_a_bulk_change_does_not_name_a_person_who_was_deleted_and_says_why_a_line_lacks(
    coordinator_client, lists, how
):
    lists.apply(PERSON, OTHER)
    change = apply_change(coordinator_client, Dossier, "status", "withdrawn")
    why = "Regels die hier niet meer staan, omdat de persoon daarna is vergeten: 1."
    page = text(coordinator_client.get(change_url(change)))
    assert "Selam Haile" in page and why not in page
    dossier = Dossier.objects.get(given_name="Selam")
    if how == "deleted":
        assert coordinator_client.post(url(Dossier, "delete", dossier.pk)).status_code == 302
    elif how == "forgotten":
        anonymize_dossier(dossier.pk, None, "op verzoek")
    else:
        dossier.delete()
    page = text(coordinator_client.get(change_url(change)))
    assert "Haile" not in page and "Omar Abdi" in page and "Gewijzigd: 2" in page
    assert (why in page) == (how == "forgotten")
    press(coordinator_client, change, "undo/")
    assert "Haile" not in text(coordinator_client.get(change_url(change) + "?show=stays"))


def test_a_line_that_came_again_says_so_once(coordinator_client, lists):
    run = lists.apply(NUMBERED)
    lists.apply(NUMBERED)
    page = text(coordinator_client.get(import_url("_undo", run)))
    assert page.count("staat ook in een latere import") == 2, "in the refusal and in the line"
    assert "opnieuw aangeleverd" not in page and "andere lijst van dezelfde organisatie" not in page


def test_the_page_of_an_undone_list_says_that_a_later_undo_took_back_the_delivery(coordinator_client, lists):
    first = lists.apply(PERSON | {"Beroep": "kok"}, OTHER)
    second = lists.apply(PERSON | {"Beroep": "bakker"})
    undo_import(first)
    page = text(coordinator_client.get(import_url("", first) + "?show=staying"))
    assert "behalve over 1 persoon die daarna opnieuw is aangeleverd" in page
    undo_import(second)
    page = text(coordinator_client.get(import_url("", first) + "?show=staying"))
    assert "behalve" not in page and "Later verwijderd bij het ongedaan maken van lijst-2.csv" in page
    assert f"{second.description} (intussen ongedaan gemaakt)" in page


def test_employers_that_an_undone_list_made_are_counted_before_and_after_the_undo_of_a_bulk_change(
    coordinator_client, lists
):
    run = lists.apply(JOB, BAKERY, GARDEN, **INTERESTS)
    interests = EmployerInterest.objects.exclude(employer__company_name="Tuin")
    ids = list(interests.values_list("pk", flat=True))
    change = apply_change(coordinator_client, EmployerInterest, "status", "contacted", id=ids)
    make_interest(employer=Employer.objects.get(company_name="Bakkerij"))
    undo_import(run)
    goes = "verwijderd, omdat de lijst die het maakte al ongedaan is gemaakt: 2, en 1 werkgever (Kwekerij)"
    assert goes in text(coordinator_client.get(change_url(change, "undo/")))
    assert goes in press(coordinator_client, change, "undo/")
    assert [employer.company_name for employer in Employer.objects.all()] == ["Bakkerij"]
    page = text(coordinator_client.get(import_url("", run) + "?show=staying"))
    assert "daarvan later verwijderd: 2 werkgeversinteresses, en 1 werkgever" in page


def test_the_page_of_an_undone_list_counts_the_deliveries_of_people_whom_a_later_undo_deleted(
    coordinator_client, lists
):
    run = lists.apply(PERSON | {"Beroep": "kok"}, OTHER)
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    dossier = Dossier.objects.get(given_name="Omar")
    dossier.profession = "bakker"
    dossier.save()
    undo_import(run)
    only_supply = "de waarden in het dossier blijven: 2"
    page = text(coordinator_client.get(import_url("", run)))
    assert only_supply in page and "later verwijderd" not in page.casefold()
    press(coordinator_client, change, "undo/")
    assert [dossier.given_name for dossier in Dossier.objects.all()] == ["Omar"]
    page = text(coordinator_client.get(import_url("", run) + "?show=supplies"))
    assert f"{only_supply}, van wie 1 later verwijderd" in page
    assert page.count(f"Later verwijderd bij het ongedaan maken van {change} (") == 1
    assert page.count("In het dossier bleef") == 1, "of the person who is still there"


def test_the_pages_of_a_bulk_change_say_once_into_which_dossier_another_was_merged(coordinator_client, lists):
    lists.apply(PERSON, OTHER)
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    kept, other = Dossier.objects.get(given_name="Selam"), Dossier.objects.get(given_name="Omar")
    merge_dossiers(kept, other)
    shown = f"Samengevoegd met {kept.heading}"
    for page in (change_url(change), change_url(change, "undo/") + "?show=stays"):
        response = coordinator_client.get(page)
        assert other.heading in text(response) and text(response).count(shown) == 1
        assert "Later verwijderd" not in text(response) and "Daarna samengevoegd met" not in text(response)
        assert f'<a href="{url(Dossier, "inspect", kept.pk)}">{kept.heading}</a>' in raw(response)


def test_a_dossier_that_was_merged_after_an_undo_is_not_said_to_be_deleted(coordinator_client, lists):
    lists.apply(PERSON, OTHER)
    run = lists.apply(PERSON | {"Beroep": "kok"}, OTHER | {"Beroep": "kok"})
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    press(coordinator_client, change, "undo/")
    undo_import(run)
    kept, other = Dossier.objects.get(given_name="Selam"), Dossier.objects.get(given_name="Omar")
    merge_dossiers(kept, other)
    for page in (change_url(change) + "?show=restored", import_url("", run) + "?show=restored"):
        shown = text(coordinator_client.get(page))
        assert f"Samengevoegd met {kept.heading}" in shown and "later verwijderd" not in shown.casefold()
