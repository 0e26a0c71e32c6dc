"""The preview asks whether a line is about the open interest of its employer in the same work."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from dossiers.models import ClosingReason, EmployerInterest, ImportRun

from ..models.factories import make_employer, make_interest
from ..spreadsheets.imports import decide_on_older_values
from .pages import text, url
from .test_apply import apply_import_page, import_url
from .test_questions import make_file
from .test_uploading import upload

HEADER = ["Bedrijf", "KvK", "Contactpersoon", "E-mail", "Werk", "Vanaf"]
CELLS = ["Bakkerij", "01234567", "Ria", "ria@bakkerij.example", "Broodbakker"]


@pytest.fixture
def interest(base_data) -> EmployerInterest:
    employer = make_employer(
        company_name="Bakkerij", kvk_number="01234567", contact_name="Ria", email="ria@bakkerij.example"
    )
    return make_interest(employer=employer, work_description="Broodbakker", start_date="2027-02-01")


@pytest.fixture
def run(coordinator_client, interest) -> ImportRun:
    upload(coordinator_client, make_file(HEADER, [*CELLS, "01-03-2027"]), "employer_interest")
    return ImportRun.objects.get()


def answer(client, run: ImportRun, choice: str, reference: str = ""):
    address = reverse("dossiers_import_line", args=[run.pk, run.rows.get().pk])
    return client.post(f"{address}?reference={reference}", {"what": choice}, follow=True)


def test_the_preview_names_the_open_interest_and_asks_whether_it_is_the_same(coordinator_client, run, interest) -> None:
    page = coordinator_client.get(import_url("", run))
    assert "Lijkt op een interesse van deze werkgever in hetzelfde of bijna hetzelfde werk." in text(page)
    link = BeautifulSoup(page.content, "html.parser").select_one(".import-compared thead a")
    assert (link.text, link["href"]) == (interest.reference, url(EmployerInterest, "inspect", interest.pk))
    row = BeautifulSoup(page.content, "html.parser").select_one(".import-compared tbody tr")
    assert " ".join(row.text.split()) == "Vanaf 01-03-2027 01-02-2027 verschilt"
    assert f"Dezelfde als {interest.reference}" in text(page) and "Een andere interesse" in text(page)
    assert "Kiezen welke interesse er bedoeld is" in text(page) and "Iemand anders" not in text(page)


def test_the_same_interest_is_changed(coordinator_client, run, interest) -> None:
    page = answer(coordinator_client, run, "same", interest.reference)
    assert f"Uw antwoord: dezelfde als {interest.reference}." in text(page)
    apply_import_page(coordinator_client, run)
    interest.refresh_from_db()
    assert (str(interest.start_date), EmployerInterest.objects.count()) == ("2027-03-01", 1)


def test_another_interest_is_added(coordinator_client, run) -> None:
    page = answer(coordinator_client, run, "another")
    assert "Uw antwoord: een andere interesse." in text(page)
    apply_import_page(coordinator_client, run)
    assert EmployerInterest.objects.count() == 2


def test_the_answer_can_be_taken_back(coordinator_client, run) -> None:
    answer(coordinator_client, run, "another")
    page = answer(coordinator_client, run, "ask_again")
    assert "Lijkt op een interesse" in text(page) and run.rows.get().action == "similar"


def test_the_preview_says_that_an_interest_in_nearly_the_same_work_is_closed(coordinator_client, interest):
    reason = ClosingReason.objects.get(name="Plekken vervuld")
    EmployerInterest.objects.update(status="closed", closing_reason=reason)
    cells = [*CELLS[:-1], "Broodbakker en bezorger", "01-02-2027"]
    upload(coordinator_client, make_file(HEADER, cells), "employer_interest")
    run = ImportRun.objects.get()
    page = coordinator_client.get(import_url("", run))
    assert "in hetzelfde of bijna hetzelfde werk" in text(page) and "Broodbakker (gesloten)" in text(page)
    page = answer(coordinator_client, run, "same", interest.reference)
    assert "Toch wijzigen?" not in text(page), "who says that it is the same one saw what differs"
    apply_import_page(coordinator_client, run)
    interest.refresh_from_db()
    assert (interest.work_description, interest.status) == ("Broodbakker en bezorger", "closed")


def test_an_interest_that_nobody_may_see_is_no_answer(coordinator_client, run, interest) -> None:
    other = make_interest(employer=interest.employer, status="unconfirmed")
    assert answer(coordinator_client, run, "same", other.reference).status_code == 404


def test_the_preview_and_the_result_name_a_closed_interest_and_its_line_says_why(coordinator_client, interest) -> None:
    reason = ClosingReason.objects.get(name="Plekken vervuld")
    EmployerInterest.objects.update(status="closed", closing_reason=reason)
    row = [*CELLS, "01-02-2027", "contact gehad"]
    upload(coordinator_client, make_file([*HEADER, "Status"], row), "employer_interest")
    run = ImportRun.objects.get()
    shown = text(coordinator_client.get(import_url("", run)))
    named = (
        "1 interesse in deze lijst is gesloten; de import opent die alleen als de referentie op de regel staat: "
        f"{interest.reference} Bakkerij (gesloten: Plekken vervuld)."
    )
    assert named in shown and "Deze interesse is gesloten: Plekken vervuld." in shown
    assert "gesloten blijft staan, want een import opent een gesloten interesse alleen als de referentie" in shown
    run.rows.update(action="changed", changes={"positions": [1, 2]})
    decide_on_older_values(run, use_older=True)
    shown = text(apply_import_page(coordinator_client, run, follow=True))
    assert named in shown and "Deze interesse is gesloten" not in shown


def test_a_list_that_closes_an_interest_says_so_after_the_import(coordinator_client, interest) -> None:
    row = [*CELLS, "01-02-2027", "gesloten"]
    upload(coordinator_client, make_file([*HEADER, "Status"], row), "employer_interest")
    shown = text(apply_import_page(coordinator_client, ImportRun.objects.get(), follow=True))
    assert f"Deze import heeft 1 interesse gesloten, zoals de status in de lijst zegt: {interest.reference} B" in shown


def test_the_line_of_an_open_interest_does_not_say_that_it_is_closed(coordinator_client, run) -> None:
    assert "is gesloten" not in text(coordinator_client.get(import_url("", run)))
