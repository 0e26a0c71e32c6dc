"""The form in steps keeps all answers, on pages with URLs of their own, and stores none readable until it is sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.core.cache import cache
from django.test import Client

from dossiers.models import EmployerInterest
from pilot_pages.models import SignUpPage, SignUpQuestion
from pilot_pages.sign_up.drafts import DRAFT_COOKIE, LIFETIME
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch
from web_api.throttle import Limit

INPUT = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
COMPANY = {"company_name": "Kassenbouw De Wit", "kvk_number": "", "postcode": "8315ab", "city": "Luttelgeest"}
CONTACT = {"contact_name": "Anna de Wit", "email": "anna@dewit.example", "phone": ""}
WORK = {"work_description": "Tomaten plukken", "positions": "3", "dutch_level_required": "A1", "start_date": "1-3-2027"}


class Visitor:
    """A visitor without JavaScript, who sends the hidden fields of the form and new answers."""

    def __init__(self, client: Client, url: str, stamp: str) -> None:
        self.client, self.url, self.stamp = client, url, stamp
        self.opens(f"{url}?wijze=stappen")

    def read(self, response: Any) -> None:
        self.response = response
        self.html = compact_html(response)
        self.hidden = dict(INPUT.findall(self.html)) | {"stamp": self.stamp}
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", self.html)
        self.heading = heading[1] if heading else ""

    def opens(self, url: str) -> None:
        self.page_url = url
        self.read(self.client.get(url))

    def goes_on(self, typed: dict[str, str] | None = None, **button: str) -> None:
        response = self.client.post(self.page_url, {**self.hidden, **(typed or {}), **button})
        if response.status_code == 302 and response["Location"].startswith(f"{self.url}?"):
            self.opens(response["Location"])
        else:
            self.read(response)


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


def test_going_back_in_the_browser_loses_no_answer_of_a_later_step(visitor: Visitor) -> None:
    visitor.goes_on(COMPANY)
    second_step = visitor.page_url
    visitor.goes_on(CONTACT)
    visitor.opens(second_step)
    assert 'value="anna@dewit.example"' in visitor.html
    visitor.opens(f"{visitor.url}?wijze=stappen")
    assert 'value="Kassenbouw De Wit"' in visitor.html
    assert visitor.response["Cache-Control"] == "no-store"
    visitor.hidden = {name: value for name, value in visitor.hidden.items() if name not in CONTACT}  # an old page
    visitor.goes_on(COMPANY | {"city": "Emmeloord"})
    assert visitor.heading == "Stap 2 van 4: Wie kunnen wij bereiken?"
    assert 'value="anna@dewit.example"' in visitor.html
    visitor.goes_on(CONTACT)
    visitor.goes_on(WORK)
    assert "Emmeloord" in visitor.html and "Luttelgeest" not in visitor.html.partition("<dl")[2].partition("</dl>")[0]


def test_two_tabs_do_not_mix_their_answers(visitor: Visitor, form_data: Callable[..., Any]) -> None:
    other_tab = Visitor(visitor.client, visitor.url, form_data()["stamp"])
    other_company = {"company_name": "Zuivel BV", "kvk_number": "", "postcode": "8302AA", "city": "Emmeloord"}
    other_contact = CONTACT | {"contact_name": "Bo Smit", "email": "bo@zuivel.example"}
    for typed, typed_in_other_tab in ((COMPANY, other_company), (CONTACT, other_contact), (WORK, WORK)):
        visitor.goes_on(typed)
        other_tab.goes_on(typed_in_other_tab)
    for tab in (visitor, other_tab):
        tab.goes_on()
    assert [
        (interest.contact_given["company_name"], interest.contact_given["email"])
        for interest in EmployerInterest.objects.order_by("pk")
    ] == [
        ("Kassenbouw De Wit", "anna@dewit.example"),
        ("Zuivel BV", "bo@zuivel.example"),
    ]


def test_a_draft_is_unreadable_without_its_cookie_and_ends_when_the_form_is_sent(
    visitor_at_last_step: Visitor,
) -> None:
    last_step, key = visitor_at_last_step.page_url, visitor_at_last_step.client.cookies[DRAFT_COOKIE].value
    assert not [value for value in cache._cache.values() if b"Kassenbouw" in value or key.encode() in value]
    assert not [name for name in cache._cache if key in name]
    for wrong_key in ("", "nagemaakt", Fernet.generate_key().decode()):
        stranger = Client()
        stranger.cookies[DRAFT_COOKIE] = wrong_key
        assert "Kassenbouw" not in stranger.get(last_step).content.decode()
    visitor_at_last_step.goes_on()
    assert visitor_at_last_step.client.cookies[DRAFT_COOKIE]["max-age"] == 0
    visitor_at_last_step.client.cookies[DRAFT_COOKIE] = key  # deleted on the server too, whatever the browser does
    visitor_at_last_step.opens(last_step)
    assert "Stap 1 van 4" in visitor_at_last_step.html and "Kassenbouw" not in visitor_at_last_step.html
    assert "Wat u eerder invulde, staat hier niet meer." in visitor_at_last_step.html


def test_the_whole_form_with_errors_has_a_url_to_come_back_to(
    client: Client, content: SignUpPage, form_data: Any
) -> None:
    page_url = client.post(content.url, form_data(email="anna@")).url
    assert 'role="alert"' in client.get(page_url).content.decode()
    without_errors = client.get(content.url).content.decode()
    assert 'value="anna@"' in without_errors and 'role="alert"' not in without_errors
    assert client.post(page_url, form_data()).status_code == 302
    page = client.get(page_url)
    assert "Kassenbouw" not in page.content.decode() and not page.context["form"].is_bound


def test_an_open_step_carries_the_answers_on_after_the_draft_expired(visitor: Visitor) -> None:
    visitor.goes_on(COMPANY)
    cache.clear()
    visitor.goes_on(CONTACT)
    visitor.goes_on(WORK)
    assert "Kassenbouw De Wit" in visitor.html
    visitor.goes_on()
    assert EmployerInterest.objects.get().contact_given["company_name"] == "Kassenbouw De Wit"


def test_what_may_not_be_stored_stands_in_the_page_and_replaces_no_newer_answer(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.goes_on(COMPANY)
    visitor.goes_on(CONTACT | {"contact_name": "x" * 60_000})
    assert visitor.response.status_code == 200
    assert "x" * 60_000 in visitor.html
    visitor.goes_on(CONTACT)
    assert visitor.heading == "Stap 3 van 4: Het werk"
    monkeypatch.setattr("pilot_pages.sign_up.drafts.BY_ADDRESS", Limit("test", 0, LIFETIME))
    visitor.client.cookies.clear()
    visitor.goes_on(WORK)
    assert DRAFT_COOKIE not in visitor.client.cookies
    assert visitor.heading == "Stap 4 van 4: Controleer uw antwoorden"
    assert "Kassenbouw De Wit" in visitor.html


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
