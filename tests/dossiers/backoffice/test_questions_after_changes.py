"""A question about newer values is about the values as they are now, also after a colleague changed a record."""

from functools import partial

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports.file_parts.parts import parts_of

from .pages import press, text
from .partners.test_older_lists import edit_dossier
from .test_apply import import_url
from .test_uploading import upload

HEADER = "Voornaam;Achternaam;Geboortedatum;Extern nummer;Telefoon;Uren per week;Opmerkingen"
STALE = "Uw antwoord is niet overgenomen: de gegevens zijn gewijzigd nadat de pagina met de vraag werd getoond."
USE_TYPED, USE_FOR_LINE = "Gegevens van deze lijst gebruiken", "Overnemen uit deze lijst"
CHECK_AGAIN = "Alle regels opnieuw controleren"


def make_list(phone: str = "", hours: str = "", notes: str = "Wil in de zorg") -> SimpleUploadedFile:
    return SimpleUploadedFile("lijst.csv", f"{HEADER}\nSelam;Haile;28-03-1990;P1;{phone};{hours};{notes}".encode())


@pytest.fixture
def client(coordinator_client):
    """A client of a coordinator who imported the first list of the sender."""
    press(coordinator_client, upload(coordinator_client, make_list(), follow=True), "Alles importeren")
    return coordinator_client


@pytest.fixture
def colleague(coordinator):
    """The changes of a dossier by a colleague."""
    return partial(edit_dossier, coordinator)


def open_preview(client, **cells: str) -> ImportRun:
    upload(client, make_list(**cells))
    return ImportRun.objects.latest("pk")


def get_table(page) -> str:
    tables = BeautifulSoup(page.content, "html.parser").select("fieldset.import-question table")
    return " ".join(" ".join(table.get_text(" ").split()) for table in tables)


def test_the_question_shows_the_values_and_the_text_that_a_colleague_left_in_the_dossier(client, colleague):
    run = open_preview(client, phone="06 12001006", hours="28", notes="Wil in de bouw")
    colleague(phone="+31655550001", hours_per_week=12, notes="Wil in de zorg\nBelt graag 's avonds")
    table = get_table(client.get(import_url("_questions", run)))
    assert "Uren per week 12 28 12" in table and "Telefoon 06 55550001 06 12001006 06 55550001" in table
    assert "Opmerkingen Wil in de zorg Belt graag 's avonds Wil in de bouw" in table
    page = client.get(import_url("", run))
    assert "Nu: 12 In de lijst: 28" in text(page) and "Belt graag 's avonds" in text(page)
    assert CHECK_AGAIN not in text(page)
    press(client, press(client, page, "Overnemen uit deze lijst"), "Alles importeren")
    dossier = Dossier.objects.get()
    assert (dossier.hours_per_week, dossier.notes) == (28, "Wil in de bouw")


def test_a_line_of_a_colleague_that_taking_over_would_remove_is_in_the_question(client, colleague):
    run = open_preview(client, hours="28")
    colleague(hours_per_week=12, notes="Belt graag 's avonds")
    page = client.get(import_url("_questions", run))
    assert "Opmerkingen Belt graag 's avonds Wil in de zorg" in get_table(page)
    press(client, client.get(import_url("", run)), USE_FOR_LINE)
    run.refresh_from_db()
    assert [part.answer for part in parts_of(run)] == [True], "all of it was asked"


def test_a_dossier_that_a_colleague_gave_the_values_of_the_list_leaves_no_question(client, colleague):
    colleague(hours_per_week=24)
    run = open_preview(client, hours="28")
    assert "Uren per week 24 28" in get_table(client.get(import_url("_questions", run)))
    colleague(hours_per_week=28)
    assert "Over deze lijst valt niets te vragen." in text(client.get(import_url("_questions", run)))


@pytest.mark.parametrize(
    ("button", "new_button"),
    [
        (USE_TYPED, "Toch deze gegevens"),
        ("Ingevulde gegevens houden", "Nieuwere gegevens houden"),
        (USE_FOR_LINE, USE_FOR_LINE),
        ("Laten zoals het is", "Laten zoals het is"),
    ],
)
def test_an_answer_on_a_page_from_before_a_change_of_a_colleague_is_asked_again(client, colleague, button, new_button):
    colleague(hours_per_week=24)
    run = open_preview(client, hours="28")
    page = client.get(import_url("", run))
    assert "Nu: 24 In de lijst: 28" in text(page)
    colleague(hours_per_week=12)
    page = press(client, page, button)
    assert STALE in text(page) and "Nu: 12 In de lijst: 28" in text(page)
    assert [part.answer for part in parts_of(run)] == [None]
    assert STALE not in text(press(client, page, new_button))
    run.refresh_from_db()
    assert [part.answer for part in parts_of(run)] == [button in (USE_TYPED, USE_FOR_LINE)]


def test_an_answer_on_a_page_of_questions_from_before_a_change_of_a_colleague_is_asked_again(client, colleague):
    colleague(hours_per_week=24)
    run = open_preview(client, hours="28")
    (asked,) = parts_of(run)
    colleague(hours_per_week=12)
    answers = {f"was-part-{asked.key}": "", f"part-{asked.key}": "yes"}
    assert STALE in text(client.post(import_url("_questions", run), answers, follow=True))
    run.refresh_from_db()
    (asked,) = parts_of(run)
    assert asked.answer is None and run.rows.get().changes["hours_per_week"] == [12, 28]
    answers = {f"was-part-{asked.key}": "", f"part-{asked.key}": "yes"}
    assert STALE not in text(client.post(import_url("_questions", run), answers, follow=True))
    run.refresh_from_db()
    assert [part.answer for part in parts_of(run)] == [True]


def test_an_answer_stays_when_a_colleague_changes_something_else(client, colleague):
    colleague(hours_per_week=24)
    run = open_preview(client, hours="28")
    page = client.get(import_url("", run))
    colleague(profession="kok")
    assert STALE not in text(press(client, page, "Laten zoals het is"))
    run.refresh_from_db()
    assert [part.answer for part in parts_of(run)] == [False]


def test_after_changes_of_many_records_no_answer_is_offered_until_all_lines_are_checked_again(
    client, colleague, monkeypatch
):
    monkeypatch.setattr("dossiers.spreadsheets.imports.row_corrections.MAX_ROWS_RECHECKED", 0)
    colleague(hours_per_week=24)
    run = open_preview(client, hours="28")
    before, (asked,) = client.get(import_url("", run)), parts_of(run)
    colleague(hours_per_week=12)
    for page in (
        client.get(import_url("", run)),
        client.get(import_url("_questions", run), follow=True),
        press(client, before, USE_TYPED),
        press(client, before, USE_FOR_LINE),
        client.post(import_url("_questions", run), {f"part-{asked.key}": "yes"}, follow=True),
    ):
        assert CHECK_AGAIN in text(page) and USE_TYPED not in text(page) and USE_FOR_LINE not in text(page)
    assert [part.answer for part in parts_of(run)] == [None]
    page = press(client, page, CHECK_AGAIN)
    assert "Nu: 12 In de lijst: 28" in text(page) and "Toch deze gegevens" in text(page)
