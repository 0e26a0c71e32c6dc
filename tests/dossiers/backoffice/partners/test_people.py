"""Tests of the list, search and export of a partner's people, which show nothing of their dossiers."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier, ImportRun, Status, Supply
from dossiers.models.candidate_page.withdrawal import request_withdrawal
from tests.dossiers.spreadsheets.imports import correct_cell

from ...models.factories import make_dossier
from ...models.merges import merge_dossiers
from ...spreadsheets.imports import Lists, apply
from ..pages import form_data, raw, text, url
from .lists import PEOPLE, UPLOAD


@pytest.fixture
def lists(tmp_path) -> Lists:
    return Lists(tmp_path)


def test_people_are_shown_with_supplied_values_and_status(partner_client, supply):
    shown = text(partner_client.get(PEOPLE))
    for words in ("Selam Haile", "P1", "12-03-1990", "aangemeld"):
        assert words in shown
    for words in ("Geheim", "bakker", "Niet tonen", supply.dossier.reference):
        assert words not in shown


@pytest.mark.parametrize("status", [Status.INTAKE, Status.WORKING, Status.WITHDRAWN])
def test_a_status_has_the_sign_that_a_coordinator_sees(partner_client, supply, status):
    Dossier.objects.filter(pk=supply.dossier.pk).update(status=status)
    for page in (PEOPLE, reverse("dossiers_partner_correct", args=[supply.pk])):
        assert f'<span class="record-status record-status--{status}">{status.label}</span>' in raw(
            partner_client.get(page)
        )


def test_people_are_shown_with_the_day_on_which_their_values_were_taken_over(partner_client, azc, lists):
    row = {"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}
    day = timezone.localdate()
    run = lists.preview(row, by_partner=True, sent_at=timezone.now() - timedelta(days=9))
    apply(run)
    shown = text(partner_client.get(PEOPLE))
    assert "Laatst overgenomen" in shown and f"{day:%d-%m-%Y}" in shown and "aangeleverd" not in shown


def test_a_status_has_the_day_of_it_and_a_wish_to_stop_is_not_told(partner_client, supply):
    dossier = supply.dossier
    for days_ago, status in ((40, Status.INTAKE), (30, Status.AVAILABLE), (20, Status.AVAILABLE)):
        dossier.status = status
        dossier.save()
        dossier.history.filter(pk=dossier.history.latest().pk).update(
            history_date=timezone.now() - timedelta(days=days_ago)
        )
    dossier.history.filter(status=Status.REGISTERED).update(history_date=timezone.now() - timedelta(days=50))
    since = f"{timezone.localdate() - timedelta(days=30):%d-%m-%Y}"
    person = reverse("dossiers_partner_correct", args=[supply.pk])
    pages = [text(partner_client.get(page)) for page in (PEOPLE, person)]
    assert "Status sinds" in pages[0] and f"beschikbaar {since}" in pages[0]
    words = f"beschikbaar sinds {since}. Wat een begeleider sindsdien met deze persoon bespreekt, staat hier niet."
    assert words in pages[1]
    request_withdrawal(dossier)
    assert [text(partner_client.get(page)) for page in (PEOPLE, person)] == pages


def test_a_partner_does_not_see_the_note_that_a_coordinator_typed_in_its_list(partner_client, azc, lists, coordinator):
    row = {"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990", "Opmerkingen": "Zoekt een kamer."}
    run = lists.preview(row, by_partner=True)
    correct_cell(run, run.rows.get(), "notes", "Belt elke dag, lastig.")
    apply(run)
    person = Supply.objects.get()
    export = b"".join(partner_client.get(reverse("dossiers_partner_export", args=["csv"])).streaming_content).decode()
    for page in (raw(partner_client.get(reverse("dossiers_partner_correct", args=[person.pk]))), export):
        assert "Zoekt een kamer." in page and "lastig" not in page


def test_a_partner_sees_the_expectation_talk_that_a_coordinator_planned(partner_client, supply, coordinator_client):
    today = timezone.localdate()
    edit = url(Dossier, "edit", supply.dossier_id)
    form = coordinator_client.get(edit)
    assert "De dag van het gesprek, ook als het nog moet komen" in text(form)
    planned = f"{today + timedelta(days=3):%d-%m-%Y}"
    assert coordinator_client.post(edit, form_data(form, expectation_talk_on=planned)).status_code == 302
    people = text(partner_client.get(PEOPLE))
    assert planned in people and "Gepland verwachtingengesprek" in people and "afspraak" not in people
    Dossier.objects.update(expectation_talk_on=today - timedelta(days=3))
    assert f"{today - timedelta(days=3):%d-%m-%Y}" not in text(partner_client.get(PEOPLE))


def test_people_of_another_organisation_are_not_shown(partner_client, supply, other_organisation):
    assert "Vreemde" not in raw(partner_client.get(PEOPLE))
    assert partner_client.get(reverse("dossiers_partner_correct", args=[other_organisation[0].pk])).status_code == 404


@pytest.mark.parametrize("words", ["hai", "P1", "selam haile"])
def test_a_person_is_found_by_part_of_the_name_or_number(partner_client, supply, words):
    assert "Selam" in text(partner_client.get(PEOPLE, {"q": words}))


def test_search_ignores_values_of_the_dossier(partner_client, supply):
    assert "Selam" not in text(partner_client.get(PEOPLE, {"q": "Geheim"}))


def test_people_can_be_filtered_by_status(partner_client, supply):
    assert "Selam" in text(partner_client.get(PEOPLE, {"status": "registered"}))
    assert "Selam" not in text(partner_client.get(PEOPLE, {"status": "available"}))


def test_the_list_of_people_has_a_constant_number_of_queries(partner_client, supply, azc):
    partner_client.get(PEOPLE)
    with CaptureQueriesContext(connection) as few:
        partner_client.get(PEOPLE)
    for number in range(20):
        values = supply.values | {"given_name": f"Nog{number}"}
        Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id=f"N{number}", values=values)
    with CaptureQueriesContext(connection) as many:
        assert "Nog19" in text(partner_client.get(PEOPLE))
    assert len(many) == len(few)


def test_a_page_shows_fifty_people(partner_client, azc):
    for number in range(51):
        values = {"given_name": f"Naam{number:02}", "family_name": "Haile", "date_of_birth": "1990-03-12"}
        Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id=f"N{number}", values=values)
    assert "Naam50" not in text(partner_client.get(PEOPLE))
    assert "Naam50" in text(partner_client.get(PEOPLE, {"p": 2}))


@pytest.fixture
def merged_supply(supply, azc) -> Supply:
    """The later supply of the person of `supply`, of whom two dossiers were merged."""
    other = make_dossier(given_name="Selma", family_name="Haile")
    merged = Supply.objects.create(
        dossier=other, organisation=azc, external_id="P3", values=supply.values | {"given_name": "Selma"}
    )
    merge_dossiers(supply.dossier, other)
    return merged


def test_a_merged_person_is_one_line_with_all_numbers_and_counts_once(partner_client, merged_supply):
    page = partner_client.get(PEOPLE)
    assert "Selma Haile P1, P3" in text(page) and "Selam" not in text(page) and "1 persoon" in text(page).lower()
    assert reverse("dossiers_partner_correct", args=[merged_supply.pk]) in raw(page)
    assert "Aangemeld 1" in text(partner_client.get(reverse("wagtailadmin_home")))
    for words in ("P1", "P3", "Selam"):
        assert "Selma Haile" in text(partner_client.get(PEOPLE, {"q": words}))
    export = raw(partner_client.get(reverse("dossiers_partner_export", args=["csv"])))
    assert "P3" in export and "P1" not in export


def test_a_person_whom_another_organisation_supplies_too_keeps_the_own_line(partner_client, supply, other_organisation):
    theirs = other_organisation[0]
    merge_dossiers(supply.dossier, theirs.dossier)
    page = text(partner_client.get(PEOPLE))
    assert "Selam Haile P1 12-03-1990" in page and "X9" not in page


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_export_has_only_their_people_and_can_be_uploaded_unchanged(
    partner_client, supply, other_organisation, format
):
    answer = partner_client.get(reverse("dossiers_partner_export", args=[format]))
    content = b"".join(answer.streaming_content)
    if format == "csv":
        for words in ("Vreemde", "bakker", "Geheim", supply.dossier.reference, "Referentie", "Begeleider"):
            assert words not in content.decode()
    partner_client.post(UPLOAD, {"file": SimpleUploadedFile(f"mensen.{format}", content)})
    run = ImportRun.objects.latest("pk")
    assert run.counts() == dict.fromkeys(run.counts(), 0) | {"unchanged": 1}


@pytest.mark.parametrize("format", ["json", "ods", "exe"])
def test_other_formats_do_not_exist(partner_client, format):
    assert partner_client.get(reverse("dossiers_partner_export", args=[format])).status_code == 404


def test_the_export_follows_the_search(partner_client, supply):
    answer = partner_client.get(reverse("dossiers_partner_export", args=["csv"]), {"q": "niemand"})
    assert "Selam" not in raw(answer)
