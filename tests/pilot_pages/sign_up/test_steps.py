"""The form in steps keeps all answers in the page, and stores nothing until it is sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from dossiers.models import EmployerInterest
from pilot_pages.models import SignUpPage, SignUpQuestion
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch

INPUT = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
COMPANY = {"company_name": "Kassenbouw De Wit", "kvk_number": "", "postcode": "8315ab", "city": "Luttelgeest"}
CONTACT = {"contact_name": "Anna de Wit", "email": "anna@dewit.example", "phone": ""}
WORK = {"work_description": "Tomaten plukken", "positions": "3", "dutch_level_required": "A1", "start_date": "1-3-2027"}


class Visitor:
    """A visitor without JavaScript or cookies, who sends the hidden fields of the form and new answers."""

    def __init__(self, client: Client, url: str, stamp: str) -> None:
        self.client, self.url, self.stamp = client, url, stamp
        self.read(client.get(f"{url}?wijze=stappen"))

    def read(self, response: Any) -> None:
        self.response = response
        self.html = compact_html(response)
        self.hidden = dict(INPUT.findall(self.html)) | {"stamp": self.stamp}
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", self.html)
        self.heading = heading[1] if heading else ""

    def goes_on(self, typed: dict[str, str] | None = None, **button: str) -> None:
        self.read(self.client.post(self.url, {**self.hidden, **(typed or {}), **button}))


@pytest.fixture
def visitor(content: SignUpPage, form_data: Callable[..., Any]) -> Visitor:
    return Visitor(Client(), content.url, form_data()["stamp"])


@pytest.fixture
def visitor_at_last_step(visitor: Visitor) -> Visitor:
    for typed in (COMPANY, CONTACT, WORK):
        visitor.goes_on(typed)
    return visitor


def test_a_phone_number_is_shown_in_the_dutch_notation(visitor: Visitor) -> None:
    for typed in (COMPANY, CONTACT | {"phone": "+31 6-12345678"}, WORK):
        visitor.goes_on(typed)
    assert ">06 12345678<" in visitor.html


def test_each_step_shows_its_number_and_has_one_subject(visitor: Visitor) -> None:
    assert "Stap 1 van 4: Uw bedrijf" in visitor.html
    assert "<title>Stap 1 van 4: Uw bedrijf" in visitor.html
    assert 'name="email"' not in visitor.html
    visitor.goes_on(COMPANY)
    assert visitor.heading == "Stap 2 van 4: Wie kunnen wij bereiken?"
    assert "<title>Stap 2 van 4" in visitor.html
    assert '<input type="hidden" name="company_name" value="Kassenbouw De Wit">' in visitor.html


def test_the_last_step_shows_all_answers_and_submits_them(visitor_at_last_step: Visitor) -> None:
    assert visitor_at_last_step.heading == "Stap 4 van 4: Controleer uw antwoorden"
    for shown in (
        "Kassenbouw De Wit",
        "8315 AB",
        "anna@dewit.example",
        "Tomaten plukken",
        "01-03-2027",
        "niet ingevuld",
    ):
        assert shown in visitor_at_last_step.html
    assert not EmployerInterest.objects.exists()
    visitor_at_last_step.goes_on()
    assert visitor_at_last_step.response.status_code == 302
    interest = EmployerInterest.objects.get()
    assert interest.contact_given["postcode"] == "8315 AB"
    assert (interest.positions, interest.start_date.isoformat()) == (3, "2027-03-01")
    assert len(mail.outbox) == 1


def test_errors_of_a_step_are_shown_in_that_step_only(visitor: Visitor) -> None:
    visitor.goes_on(COMPANY | {"company_name": "", "postcode": "Emmeloord"})
    assert visitor.heading == "Stap 1 van 4: Uw bedrijf"
    assert f"<title>{dutch('Error:')} Stap 1" in visitor.html
    assert dutch("Write the name of your company.") in visitor.html
    assert 'value="Emmeloord"' in visitor.html
    assert dutch("Describe the work in a few words.") not in visitor.html


def test_going_back_preserves_the_input_without_validating_it(visitor: Visitor) -> None:
    visitor.goes_on(COMPANY)
    visitor.goes_on(CONTACT | {"email": "anna@"}, naar="terug")
    assert visitor.heading == "Stap 1 van 4: Uw bedrijf"
    assert 'role="alert"' not in visitor.html
    assert 'value="Kassenbouw De Wit"' in visitor.html
    visitor.goes_on(COMPANY)
    assert 'value="anna@"' in visitor.html


def test_changing_a_step_from_the_overview_returns_to_the_overview(visitor_at_last_step: Visitor) -> None:
    visitor_at_last_step.goes_on(naar="2")
    assert visitor_at_last_step.heading == "Stap 2 van 4: Wie kunnen wij bereiken?"
    visitor_at_last_step.goes_on(CONTACT | {"email": "anna@"})
    assert visitor_at_last_step.heading == "Stap 2 van 4: Wie kunnen wij bereiken?"
    visitor_at_last_step.goes_on(CONTACT | {"email": "info@dewit.example"})
    assert visitor_at_last_step.heading == "Stap 4 van 4: Controleer uw antwoorden"
    assert "info@dewit.example" in visitor_at_last_step.html


def test_a_tampered_hidden_answer_is_reported_in_its_own_step(visitor_at_last_step: Visitor) -> None:
    visitor_at_last_step.goes_on(positions="0")
    assert visitor_at_last_step.heading == "Stap 3 van 4: Het werk"
    assert dutch("Write a whole number from 1 to 500.") in visitor_at_last_step.html
    assert not EmployerInterest.objects.exists()


def test_switching_between_steps_and_one_page_preserves_the_input(visitor: Visitor) -> None:
    visitor.goes_on(COMPANY)
    visitor.goes_on(CONTACT, naar="pagina")
    assert 'name="positions"' in visitor.html
    assert 'value="Kassenbouw De Wit"' in visitor.html
    assert 'value="anna@dewit.example"' in visitor.html
    assert 'role="alert"' not in visitor.html
    visitor.goes_on(COMPANY | CONTACT, naar="stappen")
    assert visitor.heading == "Stap 1 van 4: Uw bedrijf"
    assert '<input type="hidden" name="email" value="anna@dewit.example">' in visitor.html


def test_questions_added_by_editors_are_a_separate_step(content: SignUpPage, form_data: Any) -> None:
    SignUpQuestion.objects.create(
        page=content, label="Vervoer", field_type="checkboxes", choices="bus\nfiets\nauto", required=False
    )
    visitor = Visitor(Client(), content.url, form_data()["stamp"])
    for typed in (COMPANY, CONTACT, WORK):
        visitor.goes_on(typed)
    assert visitor.heading == "Stap 4 van 5: Nog enkele vragen"
    visitor.goes_on({"question_vervoer": ["bus", "auto"]})  # type: ignore[dict-item]
    assert "bus, auto" in visitor.html
    assert visitor.html.count('name="question_vervoer"') == 2
    visitor.goes_on({"question_vervoer": ["bus", "auto"]})  # type: ignore[dict-item]
    assert EmployerInterest.objects.get().answers == {"Vervoer": ["bus", "auto"]}


def test_a_filled_in_honeypot_is_reported_at_the_last_step(visitor_at_last_step: Visitor) -> None:
    visitor_at_last_step.goes_on(website="http://koop.example")
    assert visitor_at_last_step.heading == "Stap 4 van 4: Controleer uw antwoorden"
    assert (
        dutch("Leave the field “Leave this field empty” empty. It is there to stop programs.")
        in visitor_at_last_step.html
    )
    assert not EmployerInterest.objects.exists()


@pytest.mark.parametrize("number", ["0", "-1", "99", "999999999", "twee", "²"])
def test_an_invalid_step_number_causes_no_error(visitor: Visitor, number: str) -> None:
    visitor.goes_on(stap=number)
    assert visitor.response.status_code == 200


def test_switching_the_layout_preserves_the_query_string(client: Client, content: SignUpPage) -> None:
    html = client.get(f"{content.url}?uitkomst=ja").content.decode()
    assert 'href="?uitkomst=ja&amp;wijze=stappen"' in html


def test_editors_set_the_default_layout_and_visitors_can_choose_the_other(client: Client, content: SignUpPage) -> None:
    assert "Stap 1" not in client.get(content.url).content.decode()
    SignUpPage.objects.update(way="stappen")
    assert "Stap 1 van 4" in client.get(content.url).content.decode()
    whole = client.get(f"{content.url}?wijze=pagina").content.decode()
    assert "Stap 1" not in whole and 'name="positions"' in whole
