"""Tests of what a partner and a coordinator see after an import of the partner's list was undone."""

import pytest
from django.urls import reverse

from dossiers.models import Dossier, ImportRun, Supply

from ...models.merges import merge_dossiers
from ..pages import press, raw, text
from ..test_undo import apply_list
from .lists import LISTS, PEOPLE, SELAM, page_url, send_list
from .test_manual_entry import correct, open_and_apply

WARNING = "De lijst waaruit deze persoon kwam, is intussen ongedaan gemaakt."


def undo(coordinator_client, run: ImportRun) -> None:
    coordinator_client.post(reverse("dossiers_import_undo", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE, run.reason


@pytest.fixture
def imported_list(partner_client, coordinator_client) -> ImportRun:
    """An imported list with one person, whose telephone number the partner corrected since."""
    run = send_list(partner_client)
    open_and_apply(coordinator_client, run)
    correct(partner_client, Supply.objects.get(), phone="06 20000002")
    return run


def test_a_sent_change_keeps_name_birth_date_and_number_when_the_list_of_the_person_is_undone(
    partner_client, coordinator_client, imported_list
):
    run = ImportRun.objects.latest("pk")
    shown = text(coordinator_client.get(reverse("dossiers_import_undo", args=[imported_list.pk])))
    assert "1 wijziging die AZC Luttelgeest daarna stuurde, wacht nog" in shown
    undo(coordinator_client, imported_list)
    assert not Dossier.objects.exists()

    page = partner_client.get(page_url("list", run))
    assert WARNING in text(page) and "Selam Haile" in text(page) and "Nieuw 1" in text(page)
    assert "met de hand: Selam Haile" in text(partner_client.get(LISTS))
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    shown = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert WARNING in shown and "Selam Haile" in shown and "ontbreekt" not in shown
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    dossier, supply = Dossier.objects.get(), Supply.objects.get()
    assert (dossier.full_name, str(dossier.date_of_birth), dossier.phone) == (
        "Selam Haile",
        "1990-03-12",
        "+31620000002",
    )
    assert (supply.external_id, supply.values["given_name"]) == ("P1", "Selam")


def test_a_change_that_a_coordinator_opened_keeps_the_note_and_the_corrections_when_the_list_is_undone(
    coordinator_client, imported_list
):
    run = ImportRun.objects.latest("pk")
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    run.refresh_from_db()
    lines = {"1": {"cells": {"phone": "06 20000003"}, "action": ""}}
    ImportRun.objects.filter(pk=run.pk).update(decided=run.decided | {"word": "Klopt dit?", "lines": lines})
    undo(coordinator_client, imported_list)
    run.refresh_from_db()
    row = run.rows.get()
    assert (run.state, run.decided["word"], row.action) == ("previewed", "Klopt dit?", "new")
    assert (row.given["phone"], row.given["family_name"]) == ("+31620000003", "Haile")


def test_a_returned_change_has_the_name_in_its_form_after_the_list_is_undone(
    partner_client, coordinator_client, imported_list
):
    run = ImportRun.objects.latest("pk")
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Klopt het nummer?"})
    undo(coordinator_client, imported_list)
    page = partner_client.get(page_url("mend", run))
    form = page.context["form"]
    typed = [form[name].value() for name in ("given_name", "family_name", "date_of_birth", "external_id", "phone")]
    assert typed == ["Selam", "Haile", "12-03-1990", "P1", "06 20000002"] and WARNING in text(page)
    sent = press(partner_client, page, "Versturen")
    run.refresh_from_db()
    assert (run.state, run.rows.get().action) == ("sent", "new") and WARNING in text(sent)


def test_the_partner_reads_what_an_undo_took_back_and_what_stays_among_the_own_people(
    partner_client, coordinator_client
):
    omar, lina = "P2;Omar;Abdi;01-02-1985;kok", "P3;Lina;Kaya;23-04-1986;kok"
    run = send_list(partner_client, SELAM, omar, lina)
    open_and_apply(coordinator_client, run)
    open_and_apply(coordinator_client, send_list(partner_client, SELAM.replace("kok", "ober"), omar))
    Dossier.objects.filter(given_name="Omar").update(profession="lasser")
    undo(coordinator_client, run)
    shown = text(partner_client.get(page_url("list", run)))
    assert "heeft een begeleider een deel teruggedraaid van wat" in shown
    assert "1 niet meer bij uw mensen, 0 weer zoals u ze eerder gaf, 2 nog steeds bij uw mensen" in shown
    assert "Niet meer bij uw mensen: Lina Kaya Nog steeds bij uw mensen: Selam Haile, Omar Abdi" in shown
    people = text(partner_client.get(PEOPLE))
    assert "Selam Haile" in people and "Omar Abdi" in people and "Lina" not in people


def test_after_a_whole_undo_the_partner_reads_that_nobody_stays(partner_client, coordinator_client, supply):
    run = send_list(partner_client, SELAM.replace("kok", "ober"), "P2;Omar;Abdi;01-02-1985;kok")
    open_and_apply(coordinator_client, run)
    undo(coordinator_client, run)
    shown = text(partner_client.get(page_url("list", run)))
    assert "heeft een begeleider teruggedraaid wat van deze lijst" in shown
    assert "1 niet meer bij uw mensen, 1 weer zoals u ze eerder gaf, 0 nog steeds bij uw mensen" in shown


def test_a_change_of_a_person_whom_the_undo_leaves_stays_a_change(partner_client, coordinator_client, supply):
    imported = send_list(partner_client, SELAM.replace("kok", "ober"))
    open_and_apply(coordinator_client, imported)
    correct(partner_client, supply, phone="06 20000002")
    run = ImportRun.objects.latest("pk")
    assert "wacht nog" not in text(coordinator_client.get(reverse("dossiers_import_undo", args=[imported.pk])))
    undo(coordinator_client, imported)
    row = run.rows.get()
    assert (row.action, row.given.keys()) == ("changed", {"external_id", "phone"})
    assert WARNING not in raw(partner_client.get(page_url("list", run)))


AZC_LIST = "Omar;Vierde;01-02-1985;P2"
OMAR, NOOR = "P2;Omar;Vierde;01-02-1985;kok", "P3;Noor;Derde;23-04-1986;kok"


@pytest.fixture
def left_list(partner_client, coordinator_client) -> ImportRun:
    """An undone list whose person stayed, because a later list of the organisation had the same person."""
    run = send_list(partner_client, OMAR, NOOR)
    open_and_apply(coordinator_client, run)
    later = apply_list(coordinator_client, AZC_LIST)
    undo(coordinator_client, run)
    shown = text(partner_client.get(page_url("list", run)))
    assert "Niet meer bij uw mensen: Noor Derde Nog steeds bij uw mensen: Omar Vierde" in shown
    assert "heeft een begeleider een deel teruggedraaid van wat" in shown
    undo(coordinator_client, later)
    assert not Dossier.objects.exists()
    return run


def test_somebody_who_went_with_a_later_undo_is_no_longer_said_to_be_among_the_own_people(partner_client, left_list):
    shown = text(partner_client.get(page_url("list", left_list)))
    assert "2 niet meer bij uw mensen, 0 weer zoals u ze eerder gaf, 0 nog steeds bij uw mensen" in shown
    assert "Niet meer bij uw mensen: Omar Vierde, Noor Derde" in shown and "Nog steeds bij uw mensen:" not in shown
    assert "heeft een begeleider teruggedraaid wat van deze lijst" in shown


def test_somebody_who_is_supplied_again_after_an_undo_is_said_to_be_among_the_own_people_again(
    partner_client, coordinator_client, left_list
):
    open_and_apply(coordinator_client, send_list(partner_client, "P2;Omar;Vierder;01-02-1985;kok"))
    shown = text(partner_client.get(page_url("list", left_list)))
    assert "1 niet meer bij uw mensen" in shown and "0 nog steeds bij uw mensen, 1 weer bij uw mensen" in shown
    assert "Weer bij uw mensen, door een latere lijst: Omar Vierde" in shown
    assert "heeft een begeleider teruggedraaid wat van deze lijst" in shown


def test_another_person_with_a_number_that_became_free_is_not_taken_for_the_one_who_went(
    partner_client, coordinator_client, left_list
):
    open_and_apply(coordinator_client, send_list(partner_client, "P2;Lina;Kaya;23-04-1986;kok"))
    shown = text(partner_client.get(page_url("list", left_list)))
    assert "Niet meer bij uw mensen: Omar Vierde" in shown and "Weer bij uw mensen" not in shown


def test_somebody_whom_another_organisation_supplies_is_not_among_the_own_people(
    partner_client, coordinator_client, other_organisation
):
    run = send_list(partner_client, OMAR, NOOR)
    open_and_apply(coordinator_client, run)
    Supply.objects.create(
        organisation=other_organisation[0].organisation, dossier=Dossier.objects.get(given_name="Omar")
    )
    undo(coordinator_client, run)
    assert Dossier.objects.filter(given_name="Omar").exists()
    shown = text(partner_client.get(page_url("list", run)))
    assert "Niet meer bij uw mensen: Omar Vierde, Noor Derde" in shown and "0 nog steeds bij uw mensen" in shown


def test_values_that_a_later_undo_took_back_too_are_said_to_be_as_before(partner_client, coordinator_client, supply):
    run = send_list(partner_client, SELAM.replace("kok", "ober"), OMAR)
    open_and_apply(coordinator_client, run)
    later = send_list(partner_client, SELAM.replace("kok", "lasser"))
    open_and_apply(coordinator_client, later)
    undo(coordinator_client, run)
    assert "Nog steeds bij uw mensen: Selam Haile" in text(partner_client.get(page_url("list", run)))
    undo(coordinator_client, later)
    shown = text(partner_client.get(page_url("list", run)))
    assert "1 niet meer bij uw mensen, 1 weer zoals u ze eerder gaf, 0 nog steeds bij uw mensen" in shown
    assert "heeft een begeleider teruggedraaid wat van deze lijst" in shown


def test_somebody_whose_dossier_was_merged_is_still_said_to_be_among_the_own_people(
    partner_client, coordinator_client, supply
):
    run = send_list(partner_client, OMAR, NOOR)
    open_and_apply(coordinator_client, run)
    merge_dossiers(supply.dossier, Dossier.objects.get(given_name="Omar"))
    undo(coordinator_client, run)
    shown = text(partner_client.get(page_url("list", run)))
    assert "Niet meer bij uw mensen: Noor Derde Nog steeds bij uw mensen: Omar Vierde" in shown
