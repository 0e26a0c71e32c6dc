"""Undoing imports and bulk changes that gave one value brings back the value before all of them."""

from itertools import permutations
from pathlib import Path

import pytest

from dossiers.models import BulkChange, ClosingReason, Dossier, OwnField, Sector
from dossiers.spreadsheets.undo.planner import plan_undo

from ..models.factories import make_dossier
from ..spreadsheets.imports import PERSON, Lists
from ..spreadsheets.test_undo_several import apply_with_new_person
from ..spreadsheets.undo import OTHER, undo_import
from .bulk import apply_change, change_url, press
from .pages import text
from .test_apply import import_url

BEFORE = PERSON | {"Verblijfplaats": "Luttelgeest", "Sectoren": "Zorg"}


@pytest.fixture
def lists(base_data: None, tmp_path: Path) -> Lists:
    return Lists(tmp_path)


def undo(client, change_set) -> None:
    if isinstance(change_set, BulkChange):
        press(client, change_set, "undo/")
    else:
        undo_import(change_set)
    change_set.refresh_from_db()
    assert change_set.state == "undone"


def get_value(field: str):
    dossier = Dossier.objects.get(given_name="Selam")
    return sorted(dossier.sectors.values_list("name", flat=True)) if field == "sectors" else getattr(dossier, field)


def change_in_bulk(client, field: str, value) -> BulkChange:
    """Change the dossier and a new one, so that there is something to change if the dossier has the value already."""
    records = [Dossier.objects.get(given_name="Selam"), make_dossier(given_name="Omar", location="Urk")]
    return apply_change(client, Dossier, field, value, id=[record.pk for record in records])


def apply_in_turn(client, lists: Lists, *locations: str) -> list:
    """Apply a list, a bulk change and a list again, with these locations."""
    first, second, third = locations
    return [
        apply_with_new_person(lists, PERSON | {"Verblijfplaats": first}, "Abel"),
        change_in_bulk(client, "location", second),
        apply_with_new_person(lists, PERSON | {"Verblijfplaats": third}, "Biniam"),
    ]


@pytest.mark.parametrize(
    "locations",
    [("Ens", "Rutten", "Bant"), ("Ens", "Ens", "Ens"), ("leegmaken", "Rutten", "Bant"), ("leegmaken", "", "leegmaken")],
    ids=["other", "the same", "emptied and filled", "emptied by all"],
)
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_original_value_comes_back(coordinator_client, lists: Lists, order, locations) -> None:
    lists.apply(BEFORE)
    change_sets = apply_in_turn(coordinator_client, lists, *locations)
    for index in order:
        undo(coordinator_client, change_sets[index])
        in_force = [
            place for place, change_set in zip(locations, change_sets, strict=True) if change_set.state == "applied"
        ]
        assert get_value("location") == (in_force or ["Luttelgeest"])[-1].removeprefix("leegmaken")


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_the_original_sectors_come_back(coordinator_client, lists: Lists, order) -> None:
    lists.apply(BEFORE)
    change_sets = [
        apply_with_new_person(lists, PERSON | {"Sectoren": "Bouw"}, "Abel"),
        change_in_bulk(coordinator_client, "sectors_add", [Sector.objects.get(name="Horeca").pk]),
    ]
    for index in order:
        undo(coordinator_client, change_sets[index])
    assert get_value("sectors") == ["Zorg"]


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_the_original_coordinator_comes_back(coordinator_client, coordinator, lists: Lists, order) -> None:
    lists.apply(BEFORE)
    change_sets = [
        apply_with_new_person(lists, PERSON | {"Begeleider": coordinator.username}, "Abel"),
        change_in_bulk(coordinator_client, "coordinator", coordinator.pk),
    ]
    for index in order:
        undo(coordinator_client, change_sets[index])
    assert get_value("coordinator") is None


def test_the_undo_of_a_bulk_change_shows_which_value_comes_back(coordinator_client, lists: Lists) -> None:
    lists.apply(BEFORE)
    run = apply_with_new_person(lists, PERSON | {"Verblijfplaats": "Ens"}, "Abel")
    change = change_in_bulk(coordinator_client, "location", "Rutten")
    undo(coordinator_client, run)
    assert "Rutten → Luttelgeest" in text(coordinator_client.get(change_url(change, "undo/")))
    undo(coordinator_client, change)
    assert "Ens → Rutten" in text(coordinator_client.get(change_url(change))), "what it did"
    assert "Rutten → Luttelgeest" in text(coordinator_client.get(change_url(change) + "?show=restored"))


def test_a_value_that_a_later_list_gives_too_stays_and_says_so(coordinator_client, lists: Lists) -> None:
    lists.apply(BEFORE)
    change = change_in_bulk(coordinator_client, "location", "Ens")
    apply_with_new_person(lists, PERSON | {"Verblijfplaats": "Ens"}, "Abel")
    assert "Staat ook in een latere import" in text(coordinator_client.get(change_url(change, "undo/") + "?show=stays"))
    undo(coordinator_client, change)
    assert get_value("location") == "Ens"


def test_a_value_that_a_later_bulk_change_found_stays_and_says_so(coordinator_client, lists: Lists) -> None:
    lists.apply(BEFORE)
    run = apply_with_new_person(lists, PERSON | {"Verblijfplaats": "Ens"}, "Abel")
    change = change_in_bulk(coordinator_client, "location", "Ens")
    (reasons,) = plan_undo(run).reasons.values()
    assert reasons == {"location": ["bulk"]}
    undo(coordinator_client, run)
    assert get_value("location") == "Ens"
    undo(coordinator_client, change)
    assert get_value("location") == "Luttelgeest"
    page = text(coordinator_client.get(change_url(change) + "?show=restored"))
    assert "Gewijzigd 1 Teruggezet 2" in page and "Ens → Luttelgeest" in page


def test_a_value_edited_by_hand_stays(coordinator_client, lists: Lists) -> None:
    lists.apply(BEFORE)
    run = apply_with_new_person(lists, PERSON | {"Verblijfplaats": "Ens"}, "Abel")
    change = change_in_bulk(coordinator_client, "location", "Ens")
    dossier = Dossier.objects.get(given_name="Selam")
    dossier.location = "Nagele"
    dossier.save()
    undo(coordinator_client, run)
    undo(coordinator_client, change)
    assert get_value("location") == "Nagele"


def test_a_value_that_somebody_typed_last_stays_although_the_bulk_change_gave_the_same(
    coordinator_client, lists: Lists
) -> None:
    lists.apply(BEFORE)
    change = change_in_bulk(coordinator_client, "location", "Ens")
    dossier = Dossier.objects.get(given_name="Selam")
    for location in ("Nagele", "Ens"):
        dossier.location = location
        dossier.save()
    undo(coordinator_client, change)
    assert get_value("location") == "Ens"


@pytest.mark.parametrize("value", ["41", "43"], ids=["the same", "another value"])
def test_an_own_field_that_was_empty_is_empty_again(coordinator_client, lists: Lists, value: str) -> None:
    field = OwnField.objects.create(record="dossiers", label="Schoenmaat", kind=OwnField.Kind.NUMBER)
    lists.apply(BEFORE)
    run = apply_with_new_person(lists, PERSON | {"Schoenmaat": "41"}, "Abel")
    change = change_in_bulk(coordinator_client, field.key, value)
    undo(coordinator_client, run)
    undo(coordinator_client, change)
    assert get_value("extra") == {}


def test_a_person_of_a_list_goes_when_all_that_came_after_is_undone(coordinator_client, lists: Lists) -> None:
    first = apply_with_new_person(lists, BEFORE, "Abel")
    second = apply_with_new_person(lists, PERSON | {"Verblijfplaats": "Ens"}, "Biniam")
    change = change_in_bulk(coordinator_client, "location", "Luttelgeest")
    for change_set in (second, change, first):
        undo(coordinator_client, change_set)
    assert not Dossier.objects.filter(given_name="Selam").exists()


def test_a_person_of_a_list_stays_with_a_value_that_somebody_typed_last(coordinator_client, lists: Lists) -> None:
    first = apply_with_new_person(lists, BEFORE, "Abel")
    second = apply_with_new_person(lists, PERSON | {"Verblijfplaats": "Ens"}, "Biniam")
    dossier = Dossier.objects.get(given_name="Selam")
    for location in ("Nagele", "Ens"):
        dossier.location = location
        dossier.save()
    for run in (second, first):
        undo(coordinator_client, run)
    assert get_value("location") == "Ens"


def test_a_closing_reason_that_was_filled_in_after_a_list_goes_with_the_status_and_is_named(
    coordinator_client, lists: Lists
) -> None:
    lists.apply(PERSON, OTHER)
    closed = {"Status": "gestopt", "Afsluitreden": "Wil niet meer meedoen"}
    run = lists.apply(PERSON | closed, OTHER | closed)
    selam = Dossier.objects.get(given_name="Selam")
    selam.closing_reason = ClosingReason.objects.get(side="candidate", name="Niet meer bereikbaar")
    selam.save()
    before = text(coordinator_client.get(import_url("_undo", run)))
    undo_import(run)
    for page in (before, text(coordinator_client.get(import_url("", run)))):
        assert "de afsluitreden die daarna is ingevuld, gaat mee met de status: 1" in page
        assert page.count("De afsluitreden die daarna is ingevuld, gaat mee met de status.") == 1
    assert set(Dossier.objects.values_list("status", "closing_reason")) == {("registered", None)}
