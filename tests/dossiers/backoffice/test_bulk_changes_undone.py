"""Tests of undoing a bulk change: what is restored, what is not, and how long the data is stored."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from dossiers.models import BulkChange, ClosingReason, Dossier, EmployerInterest, Sector, Status, Step
from dossiers.models.placements.placement_steps import take_step
from dossiers.spreadsheets.expiry import destroy_expired
from dossiers.spreadsheets.imports.newer_values.overwritten import NewerValues

from ..models.factories import make_dossier
from ..models.merges import merge_dossiers
from ..models.placements import get_end_reason, make_placement, today
from ..spreadsheets.imports import AZC, PERSON, WERKCORPORATIE, Lists
from ..spreadsheets.undo import NUMBERED, OTHER, get_kept_reasons, read_records, undo_import
from .bulk import apply_change, change_url, get_sectors, get_values, press, preview
from .pages import raw, text


def test_an_undo_shows_and_restores_the_previous_value(coordinator_client):
    dossier = make_dossier(location="Luttelgeest", sectors=["Zorg"])
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    page = text(coordinator_client.get(change_url(change, "undo/")))
    assert "vorige waarde komt terug: 1" in page and "Emmeloord → Luttelgeest" in page
    assert get_values() == ["Emmeloord"]
    assert "Ongedaan gemaakt" in press(coordinator_client, change, "undo/")
    assert get_values() == ["Luttelgeest"]
    assert dossier.history.first().history_change_reason == f"Bulkwijziging {change.pk} ongedaan gemaakt"
    assert get_sectors(dossier) == ["Zorg"]


def test_the_page_of_an_undone_change_says_what_each_record_has_now(coordinator_client):
    dossier = make_dossier(location="Luttelgeest", sectors=["Zorg"])
    edited = make_dossier(location="Ens")
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    assert "Nu:" not in text(coordinator_client.get(change_url(change)))
    sectors = apply_change(coordinator_client, Dossier, "sectors_add", [Sector.objects.get(name="Bouw").pk])
    press(coordinator_client, sectors, "undo/")
    press(coordinator_client, change, "undo/")
    edited.refresh_from_db()
    edited.location = "Nagele"
    edited.save()
    response = coordinator_client.get(change_url(change))
    assert "Luttelgeest → Emmeloord Nu: Luttelgeest" in text(response) and "<del>" not in raw(response)
    assert "Ens → Emmeloord Nu: Nagele" in text(response)
    assert "Emmeloord → Ens Nu: Nagele" in text(coordinator_client.get(change_url(change) + "?show=restored"))
    assert "Zorg → Bouw, Zorg Nu: Zorg" in text(coordinator_client.get(change_url(sectors)))
    assert get_sectors(dossier) == ["Zorg"]


def test_later_changes_merges_and_deletions_stay_and_are_named(coordinator_client):
    edited, edited_elsewhere, deleted, merged = make_dossier(), make_dossier(), make_dossier(), make_dossier()
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    Dossier.objects.get(pk=deleted.pk).delete()
    merge_dossiers(edited, merged)
    edited.refresh_from_db()
    edited.location = "Nagele"
    edited.save()
    edited_elsewhere.refresh_from_db()
    edited_elsewhere.profession = "kok"
    edited_elsewhere.save()
    page = text(coordinator_client.get(change_url(change, "undo/") + "?show=stays"))
    assert edited.heading in page and "Daarna gewijzigd" in page
    assert "blijft staan: 2 (" in page and "al eerder verwijderd: 1" in page
    assert "Daarna verwijderd" not in page and f"Samengevoegd met {edited.heading}" in page
    assert "Daarna verwijderd" in text(coordinator_client.get(change_url(change, "undo/") + "?show=deleted"))
    page = press(coordinator_client, change, "undo/")
    assert "Verwijderd vóór het ongedaan maken 1" in page
    assert get_values() == ["Nagele", ""]
    assert edited.heading in text(coordinator_client.get(change_url(change) + "?show=stays"))


def test_an_import_can_be_undone_fully_after_an_undone_bulk_change(coordinator_client, tmp_path):
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


def test_an_edit_after_an_undone_bulk_change_stays_when_the_import_is_undone(coordinator_client, tmp_path):
    run = Lists(tmp_path).apply(OTHER)
    press(coordinator_client, apply_change(coordinator_client, Dossier, "location", "Emmeloord"), "undo/")
    Dossier.objects.get().sectors.add(Sector.objects.get(name="Zorg"))
    dossier = Dossier.objects.get()
    dossier.save()
    undo_import(run)
    assert get_kept_reasons(run) == {2: {"record": ["edited"]}}


def test_an_undo_restores_the_status_of_a_running_placement(coordinator_client):
    dossier = make_placement(Step.WORKING).dossier
    press(coordinator_client, apply_change(coordinator_client, Dossier, "status", "completed"), "undo/")
    dossier.refresh_from_db()
    assert dossier.status == Status.WORKING


def test_the_undo_of_closing_interests_gives_each_the_status_of_its_placements(coordinator_client):
    ended, runs, proposed = make_placement(Step.WORKING), make_placement(Step.WORKING), make_placement()
    change = apply_change(coordinator_client, EmployerInterest, "status", "closed")
    proposed.interest.refresh_from_db()
    assert proposed.interest.status == "new", "an interest where a candidate is proposed is not closed"
    take_step(ended, Step.ENDED, today(), end_reason=get_end_reason())
    page = text(coordinator_client.get(change_url(change, "undo/")))
    result = press(coordinator_client, change, "undo/")
    for shown in (page, result + text(coordinator_client.get(change_url(change) + "?show=restored"))):
        assert "gesloten → contact gehad" in shown and "gesloten → gekoppeld" in shown
    statuses = EmployerInterest.objects.order_by("pk").values_list("pk", "status")
    expected = {ended.interest_id: "contacted", runs.interest_id: "matched", proposed.interest_id: "new"}
    assert dict(statuses) == expected


def test_the_undo_of_closing_dossiers_gives_the_status_of_their_placements(coordinator_client):
    placement = make_placement(Step.WORKING)
    change = apply_change(coordinator_client, Dossier, "status", "completed")
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert "afgerond → beschikbaar" in text(coordinator_client.get(change_url(change, "undo/")))
    press(coordinator_client, change, "undo/")
    assert get_values("status") == [Status.AVAILABLE]


GOES = "De afsluitreden die daarna is ingevuld, gaat mee met de status"


@pytest.mark.parametrize("by", ["hand", "bulk change"])
def test_a_closing_reason_that_was_filled_in_since_goes_with_the_status_and_is_named(coordinator_client, by):
    dossier, _other = make_dossier(), make_dossier()
    reason = ClosingReason.objects.get(side="candidate", name="Niet meer bereikbaar")
    change = apply_change(coordinator_client, Dossier, "status", "withdrawn")
    if by == "hand":
        dossier.refresh_from_db()
        dossier.closing_reason = reason
        dossier.save()
    else:
        later = apply_change(coordinator_client, Dossier, "closing_reason", reason.pk, id=[dossier.pk])
    page = text(coordinator_client.get(change_url(change, "undo/")))
    assert "Alleen een afsluitreden die daarna is ingevuld, gaat mee met de status." in page
    result = press(coordinator_client, change, "undo/")
    lines = text(coordinator_client.get(change_url(change) + "?show=restored"))
    for shown, line in ((page, page), (result, lines)):
        assert "afsluitreden die daarna is ingevuld, gaat mee met de status: 1" in shown
        assert line.count(f"Afsluitreden: Niet meer bereikbaar → –. {GOES}.") == 1
    dossier.refresh_from_db()
    assert (dossier.status, dossier.closing_reason) == ("registered", None)
    if by == "bulk change":
        page = text(coordinator_client.get(change_url(later, "undo/")))
        assert "al zoals vóór deze wijzigingen" in page and "Wijzig of verwijder de gegevens zelf" not in page
        press(coordinator_client, later, "undo/")
        assert later.state == BulkChange.State.UNDONE


def test_the_undo_of_a_status_says_who_comes_back_from_the_archive(coordinator_client):
    dossier, _other = make_dossier(), make_dossier()
    change = apply_change(coordinator_client, Dossier, "status", "withdrawn")
    Dossier.objects.filter(pk=dossier.pk).update(archived_at=timezone.now())
    assert text(coordinator_client.get(change_url(change, "undo/"))).count("Komt terug uit het archief.") == 1
    press(coordinator_client, change, "undo/")
    assert not Dossier.objects.exclude(archived_at=None).exists()


def test_no_closing_reason_is_said_to_go_where_none_was_filled_in_since(coordinator_client):
    make_dossier()
    change = apply_change(coordinator_client, Dossier, "status", "withdrawn")
    assert "mee met de status:" not in text(coordinator_client.get(change_url(change, "undo/")))


def test_a_deleted_sector_is_not_restored_and_is_named(coordinator_client):
    dossier, care = make_dossier(sectors=["Zorg", "Bouw"]), Sector.objects.get(name="Zorg")
    change = apply_change(coordinator_client, Dossier, "sectors_remove", [care.pk])
    care.delete()
    assert "staat niet meer in de keuzelijst" in text(coordinator_client.get(change_url(change, "undo/")))
    press(coordinator_client, change, "undo/")
    assert get_sectors(dossier) == ["Bouw"]


def test_a_change_cannot_be_undone_after_a_month(coordinator_client):
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


def test_a_preview_expires_after_a_day_and_applying_removes_the_search_words(coordinator_client):
    make_dossier(given_name="Selam")
    abandoned, applied = (
        preview(coordinator_client, Dossier, "location", "Emmeloord", q="Selam") for _number in range(2)
    )
    press(coordinator_client, applied)
    assert (abandoned.query, applied.query) == ("id=all&q=Selam", "")
    BulkChange.objects.filter(pk=abandoned.pk).update(created_at=timezone.now() - timedelta(days=2))
    destroy_expired()
    abandoned.refresh_from_db()
    assert (abandoned.query, abandoned.rows.count()) == ("", 0)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_original_value_comes_back_when_several_bulk_changes_are_undone(coordinator_client, order):
    make_dossier(location="Luttelgeest")
    changes = [
        apply_change(coordinator_client, Dossier, "location", place) for place in ("Emmeloord", "Nagele", "Tollebeek")
    ]
    for index in order:
        press(coordinator_client, changes[index], "undo/")
        in_force = [change.given for change in changes if change.state == BulkChange.State.APPLIED]
        assert get_values() == (in_force[-1:] or ["Luttelgeest"])


def test_a_value_edited_by_hand_between_two_undone_bulk_changes_stays(coordinator_client):
    make_dossier(location="Luttelgeest")
    first = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    dossier = Dossier.objects.get()
    dossier.location = "Ens"
    dossier.save()
    second = apply_change(coordinator_client, Dossier, "location", "Nagele")
    for change in (first, second):
        press(coordinator_client, change, "undo/")
    assert get_values() == ["Ens"]


def test_a_value_that_an_undo_brought_back_comes_from_the_list_that_gave_it(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(PERSON | {"Verblijfplaats": "Bant"})
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")

    def find_author() -> str:
        run = lists.preview(PERSON | {"Verblijfplaats": "Nagele"}, organisation=WERKCORPORATIE)
        return NewerValues(run).find_sources(run.rows.all())[Dossier.objects.get().pk]["location"].author

    assert find_author() == f"coordinator ({change})"
    press(coordinator_client, change, "undo/")
    assert get_values() == ["Bant"] and find_author() == AZC
