"""Answers about unknown words and ambiguous dates: what is offered, and that they can be changed."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports import profiles
from dossiers.spreadsheets.resources import EmployerInterestResource

from .pages import press, text
from .test_apply import import_url
from .test_uploading import HEADER, upload

GOOD_ONLY = "Alleen de goede regels importeren"


def get_options(page, field: str) -> dict[str, str]:
    select = BeautifulSoup(page.content, "html.parser").select_one(f'select[name="{field}"]')
    return {option["value"]: "selected" if option.has_attr("selected") else "" for option in select.find_all("option")}


@pytest.fixture
def run(coordinator_client) -> ImportRun:
    lines = [f"{HEADER};Status", "Selam;Haile;28-03-1990;P1;geplaatst", "Omar;Abdi;27-01-1980;P2;intake"]
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", "\n".join(lines).encode()))
    return ImportRun.objects.get()


def test_a_status_that_follows_from_a_placement_is_not_offered(coordinator_client, run):
    (message,) = run.rows.get(line=2).errors["status"]
    assert "beschikbaar" in message and "aan het werk" not in message and "gekoppeld" not in message
    options = get_options(coordinator_client.get(import_url("_words", run)), "status")
    assert "available" in options and not {"matched", "working"} & options.keys()
    coordinator_client.post(import_url("_words", run), {"status-word": "geplaatst", "status": "working"})
    assert run.rows.get(line=2).action == "error"
    statuses = dict(EmployerInterestResource().sheet_fields()["status"].widget.settable_options())
    assert "matched" in statuses and "unconfirmed" not in statuses


def test_answers_can_be_changed_until_the_list_is_imported(coordinator_client, run):
    words = import_url("_words", run)
    page = coordinator_client.post(words, {"status-word": "geplaatst", "status": "available"}, follow=True)
    assert run.rows.get(line=2).given["status"] == "available"
    assert "Antwoorden over woorden en datums wijzigen" in text(page)
    page = coordinator_client.get(words)
    assert "“geplaatst” (eerder beantwoord)" in text(page) and get_options(page, "status")["available"] == "selected"
    coordinator_client.post(words, {"status-word": "geplaatst", "status": "-"})
    assert (
        "status" not in run.rows.get(line=2).given
        and get_options(coordinator_client.get(words), "status")["-"] == "selected"
    )
    run.refresh_from_db()
    profiles.save_profile(run)
    coordinator_client.post(words, {"status-word": "geplaatst", "status": ""})
    assert run.rows.get(line=2).action == "error"
    run.refresh_from_db()
    assert profiles.save_profile(run).values == {"status": {}}


def test_a_list_with_unknown_words_is_not_imported_before_they_are_explained(coordinator_client, run):
    page = press(coordinator_client, coordinator_client.get(import_url("", run)), GOOD_ONLY)
    assert "Er is nog niets geïmporteerd. Zeg eerst wat deze woorden betekenen" in text(page)
    assert not Dossier.objects.exists()
    page = press(coordinator_client, page, "Lijst inlezen")
    assert "vraag over deze lijst" not in text(page)
    page = press(coordinator_client, page, GOOD_ONLY)
    assert list(Dossier.objects.values_list("given_name", flat=True)) == ["Omar"]


def test_the_date_order_can_be_changed(coordinator_client):
    lines = f"{HEADER}\nSelam;Haile;03-04-1990;P1".encode()
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", lines))
    run = ImportRun.objects.get()
    for order, day in (("month", "1990-03-04"), ("day", "1990-04-03")):
        coordinator_client.post(import_url("_words", run), {"date-date_of_birth": order})
        assert run.rows.get().given["date_of_birth"] == day
