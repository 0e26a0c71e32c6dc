"""Tests of undoing a bulk change: what is restored, what is not, and how long the data is stored."""

from datetime import timedelta

from django.utils import timezone

from dossiers.models import BulkChange, Dossier, Sector, Status, Step
from dossiers.spreadsheets.expiry import destroy_expired

from ..models.factories import make_dossier
from ..models.placements import make_placement
from ..spreadsheets.imports import Lists
from ..spreadsheets.undo import NUMBERED, OTHER, get_kept_reasons, read_records, undo_import, undo_refused
from .bulk import apply_change, change_url, get_sectors, get_values, press, preview
from .pages import text


def test_an_undo_says_what_comes_back_and_does_it(coordinator_client):
    dossier = make_dossier(location="Luttelgeest", sectors=["Zorg"])
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    page = text(coordinator_client.get(change_url(change, "undo/")))
    assert "vorige waarde komt terug: 1" in page and "Emmeloord → Luttelgeest" in page
    assert get_values() == ["Emmeloord"]
    assert "Ongedaan gemaakt" in press(coordinator_client, change, "undo/")
    assert get_values() == ["Luttelgeest"]
    assert dossier.history.first().history_change_reason == f"Bulkwijziging {change.pk} ongedaan gemaakt"
    assert get_sectors(dossier) == ["Zorg"]


def test_what_somebody_changed_since_stays_and_is_named(coordinator_client):
    edited, other, gone = make_dossier(), make_dossier(), make_dossier()
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    Dossier.objects.get(pk=gone.pk).delete()
    edited.refresh_from_db()
    edited.location = "Nagele"
    edited.save()
    other.refresh_from_db()
    other.profession = "kok"
    other.save()
    page = text(coordinator_client.get(change_url(change, "undo/") + "?show=stays"))
    assert edited.heading in page and "Daarna gewijzigd" in page and "Daarna verwijderd" in page
    press(coordinator_client, change, "undo/")
    assert get_values() == ["Nagele", ""]
    assert edited.heading in text(coordinator_client.get(change_url(change) + "?show=stays"))


def test_an_import_of_which_a_bulk_change_was_undone_is_undone_whole(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(NUMBERED)
    before = read_records()
    update, new = lists.apply(NUMBERED | {"Status": "intake"}), lists.apply(OTHER)
    for field, value in (("status", "completed"), ("location", "Emmeloord")):
        press(coordinator_client, apply_change(coordinator_client, Dossier, field, value), "undo/")
    undo_import(new)
    assert not get_kept_reasons(new) and not Dossier.objects.filter(given_name="Omar").exists()
    undo_import(update)
    assert not get_kept_reasons(update) and read_records() == before


def test_what_is_changed_after_an_undone_bulk_change_stays_at_the_undo_of_its_import(coordinator_client, tmp_path):
    run = Lists(tmp_path).apply(OTHER)
    press(coordinator_client, apply_change(coordinator_client, Dossier, "location", "Emmeloord"), "undo/")
    Dossier.objects.get().sectors.add(Sector.objects.get(name="Zorg"))
    dossier = Dossier.objects.get()
    dossier.save()
    assert undo_refused(run) == {2: {"record": ["edited"]}}


def test_a_status_that_a_placement_gave_comes_back_while_that_stands(coordinator_client):
    dossier = make_placement(Step.WORKING).dossier
    press(coordinator_client, apply_change(coordinator_client, Dossier, "status", "completed"), "undo/")
    dossier.refresh_from_db()
    assert dossier.status == Status.WORKING


def test_a_sector_that_is_gone_does_not_come_back_and_is_named(coordinator_client):
    dossier, care = make_dossier(sectors=["Zorg", "Bouw"]), Sector.objects.get(name="Zorg")
    change = apply_change(coordinator_client, Dossier, "sectors_remove", [care.pk])
    care.delete()
    assert "staat niet meer in de lijst" in text(coordinator_client.get(change_url(change, "undo/")))
    press(coordinator_client, change, "undo/")
    assert get_sectors(dossier) == ["Bouw"]


def test_after_a_month_there_is_no_undo_and_no_former_value(coordinator_client):
    make_dossier(location="Luttelgeest")
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    late = timezone.now() - timedelta(days=31)
    BulkChange.objects.filter(pk=change.pk).update(applied_at=late)
    assert "kan niet meer ongedaan" in press(coordinator_client, change, "undo/")
    assert get_values() == ["Emmeloord"]
    assert f"regels van bulkwijziging {change.pk}" in destroy_expired()
    assert not change.rows.exists()
    assert destroy_expired() == []
    assert "Gewijzigd: 1" in text(coordinator_client.get(change_url(change)))


def test_a_preview_that_nobody_applied_is_gone_after_a_day_and_the_word_searched_for_at_once(coordinator_client):
    make_dossier(given_name="Selam")
    left, done = (preview(coordinator_client, Dossier, "location", "Emmeloord", q="Selam") for _number in range(2))
    press(coordinator_client, done)
    assert (left.query, done.query) == ("id=all&q=Selam", "")
    BulkChange.objects.filter(pk=left.pk).update(created_at=timezone.now() - timedelta(days=2))
    destroy_expired()
    left.refresh_from_db()
    assert (left.query, left.rows.count()) == ("", 0)
