"""A workbook with one sheet a month is imported as one list, by coordinators, partners and programs."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import Dossier, ImportProfile, ImportRun
from dossiers.spreadsheets.imports import profiles

from .pages import form_data, text, url
from .partners.lists import UPLOAD, page_url
from .test_apply import import_url
from .test_timeline import get_timeline_text
from .test_uploading import upload

HEADER = ["Voornaam", "Achternaam", "Geboortedatum"]
SELAM, OMAR, FEVEN = ["Selam", "Haile", "12-03-1990"], ["Omar", "Abdi", "01-01-1980"], ["Feven", "Tesfay", "31-02-1991"]


def make_months() -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for month, people in (("Januari", [SELAM]), ("Februari", [OMAR, FEVEN])):
        sheet = book.create_sheet(month)
        for row in (HEADER, *people):
            sheet.append(row)
    book.save(file := io.BytesIO())
    return SimpleUploadedFile("maanden.xlsx", file.getvalue())


@pytest.fixture
def run(coordinator_client) -> ImportRun:
    upload(coordinator_client, make_months())
    return ImportRun.objects.get()


def test_the_question_page_offers_all_sheets_as_one_list(coordinator_client, run):
    page = text(coordinator_client.get(import_url("_questions", run)))
    assert "Welke bladen leest deze import?" in page
    assert "“Januari” en “Februari” als één lijst lezen" in page and "Lees in plaats daarvan “Februari”" in page
    answers = {"part-sheets": "yes", "was-part-sheets": ""}
    page = text(coordinator_client.post(import_url("_questions", run), answers, follow=True))
    assert "bladen Januari, Februari" in page
    assert "2 (Januari) Selam Haile" in text(coordinator_client.get(import_url("", run), {"action": "new"}))
    assert "3 (Februari) Feven Tesfay" in text(coordinator_client.get(import_url("", run), {"action": "error"}))


def test_the_preview_asks_the_same_and_can_take_it_back(coordinator_client, run):
    page = text(coordinator_client.post(import_url("_part", run), {"part": "sheets:yes:-"}, follow=True))
    assert "“Januari” en “Februari” worden als één lijst gelezen." in page
    coordinator_client.post(import_url("_part", run), {"part": "sheets:no:yes"})
    assert ImportRun.objects.get().rows.count() == 1


def test_two_tabs_that_answer_otherwise_are_told_so(coordinator_client, run):
    coordinator_client.post(import_url("_questions", run), {"part-sheets": "yes", "was-part-sheets": ""})
    other = {"part-sheets": "no", "was-part-sheets": ""}
    page = text(coordinator_client.post(import_url("_questions", run), other, follow=True))
    assert "Intussen anders beantwoord, misschien door uzelf in een ander tabblad" in page
    assert ImportRun.objects.get().rows.count() == 3


def test_the_result_and_the_history_name_the_sheet(coordinator_client, run):
    coordinator_client.post(import_url("_part", run), {"part": "sheets:yes:-"})
    coordinator_client.post(import_url("_apply", run), {"good_rows_only": "yes"})
    assert "3 (Februari) Feven Tesfay" in text(coordinator_client.get(import_url("", run), {"action": "error"}))
    omar = Dossier.objects.get(given_name="Omar")
    assert "maanden.xlsx, regel 2 (Februari)" in get_timeline_text(coordinator_client, omar)


def test_the_profile_shows_and_changes_what_is_remembered(coordinator_client, run):
    coordinator_client.post(import_url("_part", run), {"part": "sheets:yes:-"})
    run.refresh_from_db()
    profile = profiles.save_profile(run)
    address = url(ImportProfile, "edit", profile.pk)
    page = coordinator_client.get(address)
    assert form_data(page)["sheets_as_one"] is True and "als één lijst lezen" in text(page)
    coordinator_client.post(address, form_data(page, sheets_as_one=""))
    profile.refresh_from_db()
    assert profile.sheets_as_one is None


def test_a_partner_reads_all_sheets_and_sees_which_lines_were_not_taken_over(partner, coordinator, as_user):
    partner_client = as_user(partner)
    partner_client.post(UPLOAD, {"file": make_months()})
    run = ImportRun.objects.get()
    partner_client.post(page_url("questions", run), {"part-sheets": "yes", "was-part-sheets": ""})
    partner_client.post(page_url("send", run))
    run.refresh_from_db()
    assert run.state == ImportRun.State.SENT
    coordinator_client = as_user(coordinator)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(import_url("_apply", run), {"good_rows_only": "yes"})
    assert Dossier.objects.count() == 2
    assert "3 (Februari) Feven Tesfay" in text(partner_client.get(page_url("list", run)))
