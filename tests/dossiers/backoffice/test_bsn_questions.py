"""Tests of the question whether a number is a BSN, which is answered with a checkbox."""

import pytest
from django.urls import reverse

from dossiers.models import Action, BulkChange, ContactMoment, Dossier, EmployerInterest
from dossiers.spreadsheets.imports import staging

from ..models.factories import make_dossier, make_interest
from ..spreadsheets.imports import PERSON, Lists
from .bulk import list_url
from .pages import form_data, raw, text, url

BSN, NUMBER = "123456782", "170 561 483"  # made up; they pass the eleven-test
WORDS = f"Zijn nummer is {NUMBER} bekend"
BOX = f'name="not_a_bsn" value="{NUMBER}"'


@pytest.mark.parametrize(("model", "maker"), [(Dossier, make_dossier), (EmployerInterest, make_interest)])
def test_a_form_refuses_a_bsn_and_asks_about_a_number_that_may_be_one(coordinator_client, model, maker):
    record = maker(notes="")
    page = url(model, "edit", record.pk)
    refused_page = coordinator_client.post(page, form_data(coordinator_client.get(page), notes=f"Belde. Nummer {BSN}."))
    assert "burgerservicenummer" in text(refused_page)
    assert "not_a_bsn" not in raw(refused_page)
    question_page = coordinator_client.post(page, form_data(coordinator_client.get(page), notes=WORDS))
    assert BOX in raw(question_page)
    assert f"{NUMBER} is geen BSN" in text(question_page)
    assert WORDS in text(question_page)
    assert model.objects.get().notes == ""
    assert coordinator_client.post(page, form_data(question_page, not_a_bsn=NUMBER)).status_code == 302
    assert model.objects.get().notes == WORDS
    assert (
        coordinator_client.post(page, form_data(coordinator_client.get(page), notes=f"{WORDS}!")).status_code == 302
    ), "it is asked once"
    assert (
        coordinator_client.post(
            page, form_data(coordinator_client.get(page), notes=f"BSN {NUMBER}", not_a_bsn=NUMBER)
        ).status_code
        == 200
    )


def test_a_quick_form_asks_about_a_possible_bsn(coordinator_client):
    page = reverse("dossiers_talk_dossier", args=[make_dossier().pk])
    data = form_data(coordinator_client.get(page), text=WORDS)
    assert BOX in raw(coordinator_client.post(page, data))
    assert coordinator_client.post(page, data | {"not_a_bsn": NUMBER}).status_code == 302
    assert ContactMoment.objects.get().text == WORDS


def test_a_bulk_change_refuses_a_bsn_and_a_possible_bsn(coordinator_client):
    make_dossier()
    for words in (f"kamer {BSN}", WORDS):
        answer = coordinator_client.post(list_url(Dossier, id="all"), {"field": "location", "to_location": words})
        assert answer.status_code == 200
        assert "burgerservicenummer" in text(answer)
    assert not BulkChange.objects.exists()


def test_an_import_asks_about_a_possible_bsn_and_stores_the_answer(coordinator_client, tmp_path, base_data):
    run = Lists(tmp_path).preview(
        PERSON | {"Notities": WORDS}, PERSON | {"Voornaam": "Omar", "Notities": f"BSN {NUMBER}"}
    )
    doubtful_row, refused_row = run.rows.filter(action=Action.ERROR).order_by("line")
    assert (doubtful_row.bad["notes"], refused_row.bad["notes"]) == (WORDS, "BSN ***")
    page = raw(coordinator_client.get(reverse("dossiers_import", args=[run.pk]) + "?action=error"))
    assert BOX in page
    assert page.count("not_a_bsn") == 1
    keep_url = reverse("dossiers_import_keep", args=[run.pk])
    coordinator_client.post(keep_url, {f"cell-{doubtful_row.pk}-notes": WORDS})
    assert run.rows.filter(action=Action.ERROR).count() == 2, "without a tick it stays a question"
    coordinator_client.post(keep_url, {f"cell-{doubtful_row.pk}-notes": WORDS, "not_a_bsn": NUMBER})
    assert run.rows.get(action=Action.NEW).given["notes"] == WORDS
    run.refresh_from_db()
    staging.stage(run)  # as it is read anew when something else is decided
    assert run.rows.get(action=Action.NEW).given["notes"] == WORDS
