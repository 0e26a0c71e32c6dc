"""The answers to the check prefill the sign-up form."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from dossiers.models import EmployerInterest
from pilot_pages.models import CheckPage, SignUpPage
from pilot_pages.sign_up.records import confirm
from tests.conftest import LoggedIn
from tests.dossiers.backoffice.pages import url
from tests.pilot_pages.conftest import dutch

CARRIED = "klein/loon-betaald/wachttijd-nee"
FORGED = ["klein/onzin", "klein/loon-betaald", "nergens/loon-vrijwillig", "/", "\x00", "x" * 5000, "klein//"]


def test_an_outcome_links_to_the_sign_up_with_its_answers(
    client: Client, check: CheckPage, content: SignUpPage
) -> None:
    html = client.get("/klein/loon-betaald/wachttijd-nee/").content.decode()
    address = unescape(re.search(r'href="([^"]*\?check=[^"]*)"', html)[1])
    assert address == f"{content.url}?check={CARRIED}"
    form = client.get(address).content.decode()
    assert "Ja, wacht." in form and "Vraag wachttijd?" in form
    assert f'href="{content.url}">{dutch("Sign up without them")}' in form
    assert f'<input type="hidden" name="check" value="{CARRIED}"' in form


def test_the_answers_to_the_check_are_stored_with_the_sign_up(check: CheckPage, sign_up: Callable[..., Any]) -> None:
    assert sign_up(check=CARRIED).status_code == 302
    answers = EmployerInterest.objects.get().answers
    question = dutch("Check: %(question)s")
    assert answers == {
        question % {"question": "Vraag loon?"}: "Betaald",
        question % {"question": "Vraag wachttijd?"}: "Nee",
        question % {"question": dutch("Outcome")}: "Ja, wacht.",
    }


def test_a_coordinator_sees_the_answers_to_the_check(check: CheckPage, sign_up: Callable[..., Any]) -> None:
    sign_up(check=CARRIED)
    browser = LoggedIn()
    browser.force_login(get_user_model().objects.create_superuser("admin", "admin@example.nl"))
    interest = EmployerInterest.objects.get()
    confirm(interest, "nl")
    html = browser.get(url(EmployerInterest, "edit", interest.pk)).content.decode()
    assert "Vraag wachttijd?" in html and "Ja, wacht." in html


@pytest.mark.parametrize("value", FORGED)
def test_a_forged_value_is_ignored_without_an_error(
    client: Client, check: CheckPage, content: SignUpPage, sign_up: Callable[..., Any], value: str
) -> None:
    html = client.get(content.url, {"check": value}).content.decode()
    assert 'name="check"' not in html
    assert sign_up(check=value).status_code == 302
    assert EmployerInterest.objects.get().answers == {}


def test_an_error_in_the_form_preserves_the_answers_to_the_check(check: CheckPage, sign_up: Callable[..., Any]) -> None:
    html = sign_up(check=CARRIED, email="").content.decode()
    assert f'<input type="hidden" name="check" value="{CARRIED}"' in html
    assert "Ja, wacht." in html


def test_answers_to_an_unpublished_check_are_ignored(check: CheckPage, sign_up: Callable[..., Any]) -> None:
    check.unpublish()
    sign_up(check=CARRIED)
    assert EmployerInterest.objects.get().answers == {}


def test_the_form_has_no_field_for_the_check_without_a_check(client: Client, content: SignUpPage) -> None:
    assert 'name="check"' not in client.get(content.url).content.decode()
