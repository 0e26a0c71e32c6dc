"""Answers about unknown words and ambiguous dates: what is offered, and that they can be changed."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.models import Dossier, ImportRun
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports import apply, profiles, row_corrections
from dossiers.spreadsheets.imports.decisions import find_blocking_dates
from dossiers.spreadsheets.resources import EmployerInterestResource
from tests.dossiers.spreadsheets.imports import correct_cell

from .pages import press, text
from .test_apply import import_url
from .test_uploading import HEADER, people, upload

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
    options = get_options(coordinator_client.get(import_url("_questions", run)), "status")
    assert "available" in options and not {"matched", "working"} & options.keys()
    coordinator_client.post(import_url("_questions", run), {"status-word": "geplaatst", "status": "working"})
    assert run.rows.get(line=2).action == "error"
    statuses = dict(EmployerInterestResource().sheet_fields()["status"].widget.settable_options())
    assert "matched" in statuses and "unconfirmed" not in statuses


def test_answers_can_be_changed_until_the_list_is_imported(coordinator_client, run):
    words = import_url("_questions", run)
    page = coordinator_client.post(words, {"status-word": "geplaatst", "status": "available"}, follow=True)
    assert run.rows.get(line=2).given["status"] == "available"
    assert "Antwoorden over deze lijst wijzigen" in text(page)
    page = coordinator_client.get(words)
    assert (
        "“geplaatst” bij Status (eerder beantwoord)" in text(page)
        and get_options(page, "status")["available"] == "selected"
    )
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
    page = press(coordinator_client, coordinator_client.get(import_url("", run)), GOOD_ONLY, is_disabled=True)
    assert "Er is nog niets geïmporteerd. Geef eerst aan wat deze woorden betekenen" in text(page)
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
        coordinator_client.post(import_url("_questions", run), {"date-date_of_birth": order})
        assert run.rows.get().given["date_of_birth"] == day


def test_the_question_about_dates_is_only_about_those_that_can_be_read_in_two_ways(coordinator_client):
    days = ["1990-03-04", "5 maart 1990", "06-03-1990", "19900307"]
    names = ["Selam;Haile", "Omar;Abdi", "Feven;Tesfay", "Amira;Nassar"]
    lines = [f"{name};{day};P{at}" for at, (name, day) in enumerate(zip(names, days, strict=True))]
    upload(coordinator_client, people(*lines))
    run = ImportRun.objects.get()
    page = text(coordinator_client.get(import_url("_questions", run)))
    assert "Geboortedatum (1 regel)" in page and "4 Feven Tesfay 6 maart 1990 3 juni 1990" in page
    assert "Selam Haile" not in page and "Omar Abdi" not in page and "Amira Nassar" not in page
    upload(coordinator_client, people(*lines, "Baran;Rojhat;04/20/1980;P9"))
    run = ImportRun.objects.latest("pk")
    row_corrections.leave_out(run, [run.rows.get(line=4)])
    assert not find_blocking_dates(run), "an answer changes no date that is imported"


def test_an_import_waits_for_the_order_of_dates_that_the_list_makes_doubtful(coordinator_client):
    head = f"{HEADER};Datum asielaanvraag"
    lines = ["Selam;Haile;07/25/1990;P1;04/05/2026", "Omar;Abdi;08/26/1980;P2;03/06/2026"]
    page = upload(coordinator_client, SimpleUploadedFile("l.csv", "\n".join([head, *lines]).encode()), follow=True)
    run = ImportRun.objects.get()
    assert run.counts()["new"] == 2, "read as day-month, but nothing else of the list begins with the day"
    assert "gelezen als dag-maand. Bij andere datums staat de maand eerst. Daarom is dat antwoord voorgesteld." in text(
        page
    )
    page = press(coordinator_client, page, "Alles importeren", is_disabled=True)
    run.refresh_from_db()
    assert run.state == ImportRun.State.PREVIEWED
    assert "Geef eerst aan of de dag of de maand eerst staat: datum asielaanvraag." in text(page).replace(
        "Datum", "datum"
    )
    assert "Bij andere datums in deze lijst staat de maand eerst" in text(page)
    checked = BeautifulSoup(page.content, "html.parser").select("input[type=radio][checked]")
    assert {radio["value"] for radio in checked} == {"month"}
    page = press(
        coordinator_client, page, "Lijst inlezen met deze antwoorden", {f'input[name="{checked[0]["name"]}"]': "month"}
    )
    press(coordinator_client, page, "Alles importeren")
    days = Dossier.objects.order_by("given_name").values_list("application_date", flat=True)
    assert [f"{day:%d-%m-%Y}" for day in days] == ["06-03-2026", "05-04-2026"]


def test_one_date_with_the_month_first_holds_an_import_and_a_list_without_one_does_not(coordinator_client):
    upload(coordinator_client, people("Selam;Haile;03/04/1990;P1"))
    assert not find_blocking_dates(ImportRun.objects.get()), "there is no sign of another order"
    upload(coordinator_client, people("Selam;Haile;03/04/1990;P1", "Omar;Abdi;04/20/1980;P2"))
    run = ImportRun.objects.latest("pk")
    assert find_blocking_dates(run) == ["date_of_birth"]
    with pytest.raises(NotApplied, match="de dag of de maand"):
        apply.claim(run, good_rows_only=True)
    row_corrections.leave_out(run, [run.rows.get(line=2)])
    assert not find_blocking_dates(run), "the answer changes no line that is imported"


def test_questions_about_words_keep_their_order_when_they_are_answered(coordinator_client):
    statuses = ["zoekt", "weg", "zoekt", "bezig", "zoekt", "bezig", "aan"]
    names = ["Selam;Haile", "Omar;Abdi", "Feven;Tesfay", "Amira;Nassar", "Baran;Rojhat", "Navid;Ahmadi", "Samer;Taal"]
    people = enumerate(zip(names, statuses, strict=True))
    lines = [f"{name};28-03-199{at};P{at};{status}" for at, (name, status) in people]
    upload(coordinator_client, SimpleUploadedFile("l.csv", "\n".join([f"{HEADER};Status", *lines]).encode()))
    words = import_url("_questions", ImportRun.objects.get())
    for _visit in range(2):
        page = BeautifulSoup(coordinator_client.get(words).content, "html.parser")
        shown = [field["value"] for field in page.select('input[name="status-word"]')]
        assert shown == ["zoekt", "bezig", "aan", "weg"]
        answers = {"weg": "-", "zoekt": "available", "bezig": "", "aan": ""}
        coordinator_client.post(words, {"status-word": [*answers], "status": [*answers.values()]})


def test_an_import_waits_for_the_order_of_dates_that_are_proved_in_both_orders(coordinator_client):
    head = f"{HEADER};Datum asielaanvraag"
    days = ["10/14/2025", "29-03-2026", "11/02/2025", "04-05-2026", "31-02-2027"]
    people = zip(["Selam;Haile", "Omar;Abdi", "Feven;Tesfay", "Amira;Nassar", "Baran;Rojhat"], days, strict=True)
    lines = [f"{name};28-03-199{at};P{at};{day}" for at, (name, day) in enumerate(people)]
    upload(coordinator_client, SimpleUploadedFile("l.csv", "\n".join([head, *lines]).encode()))
    run = ImportRun.objects.get()
    assert find_blocking_dates(run) == run.asked["dates"] == ["application_date"]
    page = coordinator_client.get(import_url("_questions", run))
    assert "Op regel 2 staat de maand eerst, op regel 3 de dag. De datum op regel 4, 5 kan" in text(page)
    assert "met / eerst de maand" in text(page)
    coordinator_client.post(import_url("_questions", run), {"date-application_date": "separators"})
    run.refresh_from_db()
    assert not find_blocking_dates(run) and run.asked["answered_dates"] == ["application_date"]
    application_dates = [row.given.get("application_date") for row in run.rows.order_by("line")]
    assert application_dates == ["2025-10-14", "2026-03-29", "2025-11-02", "2026-05-04", None]
    page = coordinator_client.get(import_url("_questions", run))
    assert BeautifulSoup(page.content, "html.parser").select_one("input[checked]")["value"] == "separators"


def test_the_question_about_dates_in_both_orders_names_the_lines_that_it_counts(coordinator_client):
    names = ["Selam;Haile", "Omar;Abdi", "Feven;Tesfay", "Amira;Nassar"]
    days = ["10/14/1990", "29-03-1990", "11/02/1990", "04-05-1990"]
    lines = [f"{name};{day};P{at}" for at, (name, day) in enumerate(zip(names, days, strict=True))]
    upload(coordinator_client, people(*lines))
    run = ImportRun.objects.get()
    correct_cell(run, run.rows.get(line=4), "date_of_birth", "02-11-1990")
    page = text(coordinator_client.get(import_url("_questions", run)))
    assert "Geboortedatum (1 regel)" in page and "De datum op regel 5 kan" in page


def test_dates_of_employers_in_both_orders_with_one_separator_are_asked_without_a_proposal(coordinator_client):
    head = "Bedrijf;Contactpersoon;E-mail;Werk;Startdatum"
    lines = [f"Kas{at};Anneke;kas{at}@example.org;Plukken;{day}" for at, day in
             enumerate(["10-14-2026", "29-03-2027", "04-05-2027"])]  # fmt: skip
    upload(
        coordinator_client, SimpleUploadedFile("l.csv", "\n".join([head, *lines]).encode()), record="employer_interest"
    )
    run = ImportRun.objects.get()
    assert find_blocking_dates(run) == ["start_date"]
    page = BeautifulSoup(coordinator_client.get(import_url("_questions", run)).content, "html.parser")
    radios = page.select("input[type=radio]")
    assert [(radio["value"], radio.has_attr("checked")) for radio in radios] == [("day", False), ("month", False)]


def test_an_unknown_word_in_a_line_with_another_error_does_not_stop_the_good_lines(coordinator_client):
    lines = [f"{HEADER};Status", "Selam;Haile;31-02-1990;P1;geplaatst", "Omar;Abdi;27-01-1980;P2;intake"]
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", "\n".join(lines).encode()))
    press(coordinator_client, coordinator_client.get(import_url("", ImportRun.objects.get())), GOOD_ONLY)
    assert list(Dossier.objects.values_list("given_name", flat=True)) == ["Omar"]


@pytest.fixture
def hours(coordinator_client) -> ImportRun:
    """A list with a text in four lines that is no number, and an unknown word in one line."""
    names = ["Selam;Haile", "Omar;Abdi", "Feven;Tesfay", "Amira;Nassar", "Baran;Rojhat"]
    cells = ["intake;fulltime", "weg;fulltime", "intake;fulltime", "intake;fulltime", "intake;24"]
    people = enumerate(zip(names, cells, strict=True))
    lines = [f"{name};28-03-199{at};P{at};{cell}" for at, (name, cell) in people]
    upload(coordinator_client, SimpleUploadedFile("l.csv", "\n".join([f"{HEADER};Status;Uren", *lines]).encode()))
    return ImportRun.objects.get()


def get_text_field(page) -> str:
    return BeautifulSoup(page.content, "html.parser").select_one('input[name="hours_per_week-text"]')["value"]


def test_a_text_that_is_no_number_is_shown_with_three_of_its_lines_before_rarer_words(coordinator_client, hours):
    shown = text(coordinator_client.get(import_url("_questions", hours)))
    assert "“fulltime” bij Uren per week (4 regels) Regel Wie Uren per week 2 " in shown
    assert shown.count(" fulltime ") == 3
    assert shown.index("“fulltime”") < shown.index("“weg”")


def test_a_typed_answer_that_the_field_refuses_stays_beside_its_refusal(coordinator_client, hours):
    words = import_url("_questions", hours)
    answers = {"hours_per_week-word": "fulltime", "hours_per_week": "", "status-word": "weg", "status": "available"}
    page = coordinator_client.post(words, answers | {"hours_per_week-text": "veel"})
    assert "“veel” is geen heel getal." in text(page) and get_text_field(page) == "veel"
    assert get_options(page, "status")["available"] == "selected", "the other answers stay as well"
    page = coordinator_client.post(words, answers | {"hours_per_week-text": "600"})
    assert "“600” kan niet kloppen" in text(page)
    page = coordinator_client.post(words, answers | {"hours_per_week-text": "36", "hours_per_week": "-"})
    assert "niet allebei" in text(page) and get_text_field(page) == "36"
    hours.refresh_from_db()
    assert not hours.decided and hours.counts()["error"] == 4
    coordinator_client.post(words, answers | {"hours_per_week-text": "36"})
    assert [row.given["hours_per_week"] for row in hours.rows.order_by("line")] == [36, 36, 36, 36, 24]
    page = coordinator_client.get(words)
    assert "“fulltime” bij Uren per week (eerder beantwoord)" in text(page) and get_text_field(page) == "36"
    coordinator_client.post(words, answers | {"hours_per_week": "-", "hours_per_week-text": ""})
    assert hours.counts()["new"] == 5 and "hours_per_week" not in hours.rows.get(line=2).given


def test_an_import_waits_for_a_text_that_is_no_number_unless_it_stays_an_error(coordinator_client, hours):
    page = press(coordinator_client, coordinator_client.get(import_url("", hours)), GOOD_ONLY, is_disabled=True)
    assert "Er is nog niets geïmporteerd. Geef eerst aan wat deze woorden betekenen" in text(page)
    page = press(coordinator_client, page, "Lijst inlezen")
    press(coordinator_client, page, GOOD_ONLY)
    assert list(Dossier.objects.values_list("given_name", flat=True)) == ["Baran"]
