"""A visitor is asked about a number that may be a BSN, and can say that it is something else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dossiers.models import EmployerInterest, Finding
from pilot_pages.models import SignUpPage
from pilot_pages.sign_up.bsn_questions import QUESTION
from tests.pilot_pages.conftest import dutch
from tests.pilot_pages.sign_up.test_experience import interest, page, tell  # noqa: F401
from tests.pilot_pages.sign_up.test_steps import COMPANY, CONTACT, WORK, Visitor, visitor  # noqa: F401

NUMBER = "170 561 483"
TEXT = f"Ons relatienummer is {NUMBER} bij de veiling."
CHECKBOX = f'type="checkbox" name="not_a_bsn" value="{NUMBER}"'
KEPT = f'<input type="hidden" name="not_a_bsn" value="{NUMBER}"'


def test_the_sign_up_form_asks_about_a_possible_bsn_and_stores_it_after_confirmation(
    sign_up: Callable[..., Any],
) -> None:
    html = sign_up(work_description=TEXT).content.decode()
    assert html.count(dutch(str(QUESTION))) == 2
    assert html.count(CHECKBOX) == 1 and html.index("<form class") < html.index(CHECKBOX)
    assert not EmployerInterest.objects.exists()
    html = sign_up(work_description=TEXT, not_a_bsn=NUMBER, positions="drie").content.decode()
    assert KEPT in html and CHECKBOX not in html
    assert sign_up(work_description=TEXT, not_a_bsn=NUMBER).status_code == 302
    assert EmployerInterest.objects.get().work_description == TEXT


def test_the_sign_up_form_asks_about_an_order_number_and_stores_it_after_confirmation(
    sign_up: Callable[..., Any],
) -> None:
    text = "Vermeld ordernummer 123456782 op de bon."
    assert 'name="not_a_bsn" value="123456782"' in sign_up(work_description=text).content.decode()
    assert not EmployerInterest.objects.exists()
    assert sign_up(work_description=text, not_a_bsn="123456782").status_code == 302
    assert EmployerInterest.objects.get().work_description == text


@pytest.mark.parametrize("text", ["Mijn BSN is 170 561 483.", "Bel 170561483.", "V-nummer 1234567890"])
def test_a_certain_bsn_or_v_number_is_refused_even_when_confirmed(sign_up: Callable[..., Any], text: str) -> None:
    numbers: Any = [NUMBER, "170561483", "1234567890"]
    html = sign_up(work_description=text, not_a_bsn=numbers).content.decode()
    assert 'id="id_work_description_error"' in html and CHECKBOX not in html
    assert not EmployerInterest.objects.exists()


def test_confirming_another_number_has_no_effect(sign_up: Callable[..., Any]) -> None:
    assert CHECKBOX in sign_up(work_description=TEXT, not_a_bsn="111 222 333").content.decode()
    assert not EmployerInterest.objects.exists()


def test_the_form_in_steps_remembers_the_confirmation_of_a_number(visitor: Visitor) -> None:  # noqa: F811
    for typed in (COMPANY, CONTACT, WORK | {"work_description": TEXT}):
        visitor.goes_on(typed)
    assert CHECKBOX in visitor.html
    visitor.goes_on(WORK | {"work_description": TEXT, "not_a_bsn": NUMBER})
    assert visitor.heading == "Stap 4 van 4: Controleer uw antwoorden"
    visitor.goes_on()
    assert EmployerInterest.objects.get().work_description == TEXT


def test_the_form_about_experiences_asks_about_a_possible_bsn(tell: Callable[..., Any]) -> None:  # noqa: F811
    assert CHECKBOX in tell(description=TEXT).content.decode()
    assert not Finding.objects.exists()
    tell(description=TEXT, not_a_bsn=NUMBER)
    assert Finding.objects.get().description == TEXT


def test_an_api_client_cannot_confirm_a_possible_bsn(client: Client, content: SignUpPage) -> None:
    answers = {"company_name": "Kassenbouw De Wit", "work_description": TEXT, "not_a_bsn": [NUMBER]}
    response = client.post("/api/pilot/sign-ups", answers, content_type="application/json")
    assert {"not_a_bsn", "work_description"} <= {error["field"] for error in response.json()["errors"]}
