"""The page before the undo of a bulk change says what stays and why, and what to undo first."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from dossiers.backoffice.bulk_changes import pages
from dossiers.bulk_changes.undo import undo
from dossiers.models import BulkChange, Dossier, FollowUp

from ..models.factories import make_dossier
from ..spreadsheets.imports import PERSON, Lists
from .bulk import apply_change, change_url, get_values, press
from .pages import raw, text
from .test_apply import import_url

BUTTON = "Deze wijziging nu ongedaan maken"
NOTHING = "Van deze bulkwijziging kan niets ongedaan worden gemaakt: "
FIRST = "in deze volgorde: "


@pytest.fixture
def lists(base_data: None, tmp_path: Path) -> Lists:
    return Lists(tmp_path)


@pytest.fixture
def dossier(lists: Lists) -> Dossier:
    lists.apply(PERSON | {"Verblijfplaats": "Luttelgeest"})
    return Dossier.objects.get()


def change_location(client, place: str) -> BulkChange:
    return apply_change(client, Dossier, "location", place)


def edit(dossier: Dossier, **values) -> None:
    record = Dossier.objects.get(pk=dossier.pk)
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


def get_page(client, change: BulkChange):
    return client.get(change_url(change, "undo/"))


def test_a_later_bulk_change_of_the_value_is_to_be_undone_first_and_that_helps(coordinator_client, dossier):
    first, second = change_location(coordinator_client, "Ens"), change_location(coordinator_client, "Rutten")
    name = f"Bulkwijziging {second.pk} (Verblijfplaats → Rutten)"
    page = get_page(coordinator_client, first)
    assert f"{NOTHING}daarna gewijzigd." in text(page) and BUTTON not in text(page)
    assert f"{name} " in text(page).partition(FIRST)[2]
    assert raw(page).count(f'href="{change_url(second, "undo/")}"') == 2, "in the list and as a button"
    assert NOTHING in press(coordinator_client, first, "undo/") and first.state == "applied"
    for change in (second, first):
        press(coordinator_client, change, "undo/")
    assert get_values() == ["Luttelgeest"]


def test_a_later_list_that_gave_the_value_too_is_to_be_undone_first(coordinator_client, dossier, lists):
    change = change_location(coordinator_client, "Ens")
    run = lists.apply(PERSON | {"Verblijfplaats": "Ens"})
    page = get_page(coordinator_client, change)
    assert "staat ook in een latere import" in text(page) and BUTTON not in text(page)
    assert run.description in text(page).partition(FIRST)[2]
    assert f'href="{import_url("", run)}"' in raw(page) and f'href="{import_url("_undo", run)}"' in raw(page)


def test_what_somebody_typed_since_names_nothing_to_undo_first(coordinator_client, dossier):
    change = change_location(coordinator_client, "Ens")
    edit(dossier, location="Nagele")
    change_location(coordinator_client, "Rutten")
    page = text(get_page(coordinator_client, change))
    assert f"{NOTHING}daarna gewijzigd." in page and "Wijzig of verwijder" in page
    assert FIRST not in page and BUTTON not in page


def test_what_stays_is_named_beside_what_comes_back(coordinator_client, dossier):
    other = make_dossier(location="Bant")
    change = change_location(coordinator_client, "Ens")
    later = apply_change(coordinator_client, Dossier, "location", "Rutten", id=[dossier.pk])
    page = text(get_page(coordinator_client, change))
    assert "vorige waarde komt terug: 1" in page and "1 (daarna gewijzigd)" in page and BUTTON in page
    assert f"Bulkwijziging {later.pk} (" in page.partition(FIRST)[2]
    press(coordinator_client, change, "undo/")
    other.refresh_from_db()
    assert (change.state, other.location) == ("undone", "Bant")


def test_what_stays_is_counted_by_its_own_reason(coordinator_client, dossier, lists):
    edited, _untouched = make_dossier(given_name="Omar"), make_dossier(given_name="Navid")
    change = change_location(coordinator_client, "Ens")
    lists.apply(PERSON | {"Verblijfplaats": "Ens"})
    assert "blijft staan: 1 (staat ook in een latere import)" in text(get_page(coordinator_client, change))
    edit(edited, location="Nagele")
    page = text(get_page(coordinator_client, change))
    assert "blijft staan: 2 (staat ook in een latere import: 1, daarna gewijzigd: 1)" in page


def test_the_undo_of_a_large_change_promises_nothing_and_says_afterwards_why_nothing_came_back(
    coordinator_client, coordinator, dossier, monkeypatch
):
    change, later = change_location(coordinator_client, "Ens"), change_location(coordinator_client, "Rutten")
    monkeypatch.setattr(pages, "MAX_PLANNED_RECORDS", 0)
    page = text(get_page(coordinator_client, change))
    assert "Deze wijziging is groot" in page and "komt terug" not in page.casefold() and BUTTON in page
    change.claim_undo(coordinator)
    undo(change)
    assert change.state == "applied" and not change.rows.exclude(kept="").exists()
    page = text(coordinator_client.get(change_url(change)))
    assert f"{NOTHING}daarna gewijzigd. Maak eerst dit ongedaan, in deze volgorde: {later} (" in page


def test_a_later_bulk_change_of_actions_is_to_be_undone_first(coordinator_client):
    today = timezone.localdate()
    FollowUp.objects.create(text="Bellen", due_on=today)
    first, second = (
        apply_change(coordinator_client, FollowUp, "due_on", today + timedelta(days=days)) for days in (1, 2)
    )
    page = text(get_page(coordinator_client, first))
    assert str(second) in page.partition(FIRST)[2] and BUTTON not in page
    for change in (second, first):
        press(coordinator_client, change, "undo/")
    assert FollowUp.objects.get().due_on == today
