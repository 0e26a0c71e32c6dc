"""The answers to the check prefill the sign-up form."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from dates.format import format_date
from dossiers.models import EmployerInterest
from pilot_pages.api.sign_up_schema import EXAMPLE
from pilot_pages.models import CheckPage, SignUpPage
from pilot_pages.sign_up.records import confirm
from tests.conftest import LoggedIn
from tests.dossiers.backoffice.pages import url
from tests.pilot_pages.conftest import dutch

OUTDATED = dutch("The questions or the rules of the check were changed after you did it.")
CHECK = dutch("Check: %(question)s").removesuffix("%(question)s")
CARRIED = "klein/loon-betaald/wachttijd-nee"
FORGED = ["klein/onzin", "klein/loon-betaald", "nergens/loon-vrijwillig", "/", "\x00", "x" * 5000, "klein//"]


def test_an_outcome_links_to_the_sign_up_with_its_answers(
    client: Client, check: CheckPage, content: SignUpPage
) -> None:
    html = client.get("/klein/loon-betaald/wachttijd-nee/").content.decode()
    address = unescape(re.search(r'href="([^"]*\?check=[^"]*)"', html)[1])
    assert address.startswith(f"{content.url}?check={CARRIED}.")
    carried = address.partition("?check=")[2]
    form = client.get(address).content.decode()
    assert "Ja, wacht." in form and "Vraag wachttijd?" in form
    assert f'href="{content.url}">{dutch("Sign up without them")}' in form
    assert f'<input type="hidden" name="check" value="{carried}"' in form


def test_the_answers_to_the_check_are_stored_with_the_sign_up_and_the_day_of_the_outcome(
    check: CheckPage, sign_up: Callable[..., Any]
) -> None:
    assert sign_up(check=CARRIED).status_code == 302
    answers = EmployerInterest.objects.get().answers
    question, today = dutch("Check: %(question)s"), format_date(timezone.localdate())
    assert answers == {
        question % {"question": "Vraag loon?"}: "Betaald",
        question % {"question": "Vraag wachttijd?"}: "Nee",
        question % {"question": dutch("Outcome on %(day)s") % {"day": today}}: "Ja, wacht.",
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


def carry(client: Client, outcome: str) -> str:
    """Return what the link to the sign-up carries from the outcome with this URL."""
    return unescape(re.search(r'href="[^"]*\?check=([^"]*)"', client.get(outcome).content.decode())[1])


def test_after_a_change_of_the_rule_the_form_asks_to_do_the_check_again_and_keeps_what_was_typed(
    client: Client,
    content: SignUpPage,
    check_with_rule: CheckPage,
    set_waiting_time: Callable[[str], None],
    sign_up: Callable[..., Any],
) -> None:
    carried = carry(client, "/klein/loon-betaald/wachttijd-nee_24-maanden/")
    assert "Loopt het al 24 maanden?" in client.get(content.url, {"check": carried}).content.decode()
    set_waiting_time("36")
    html = sign_up(check=carried).content.decode()
    assert OUTDATED in html and "Kassenbouw  De Wit" in html
    assert "Loopt het al" not in html
    assert not EmployerInterest.objects.exists()

    carried = carry(client, "/klein/loon-betaald/wachttijd-nee_36-maanden/")
    html = client.get(content.url, {"check": carried}).content.decode()
    assert OUTDATED not in html
    assert "Loopt het al 36 maanden?" in html and "Kassenbouw  De Wit" in html
    assert sign_up(check=carried).status_code == 302
    assert EmployerInterest.objects.get().answers[f"{CHECK}Loopt het al 36 maanden?"] == "Nee"


def test_after_a_change_of_the_questions_one_can_sign_up_without_the_answers(
    client: Client, check: CheckPage, sign_up: Callable[..., Any]
) -> None:
    carried = carry(client, "/klein/loon-betaald/wachttijd-nee/")
    check.tree[1].value["question"] = "Een andere vraag?"
    check.save()
    html = sign_up(check=carried).content.decode()
    assert OUTDATED in html
    assert dutch("If you send the form once more, you sign up without the answers to the check.") in html
    assert 'name="check"' not in html
    assert sign_up().status_code == 302
    assert EmployerInterest.objects.get().answers == {}


def test_a_change_of_the_rule_is_told_at_the_next_step_and_does_not_hold_it_up(
    client: Client,
    content: SignUpPage,
    check_with_rule: CheckPage,
    set_waiting_time: Callable[[str], None],
    form_data: Callable[..., dict[str, Any]],
) -> None:
    carried = carry(client, "/klein/loon-betaald/wachttijd-nee_24-maanden/")
    set_waiting_time("36")
    html = client.post(content.url, form_data(check=carried, stap="1"), follow=True).content.decode()
    assert dutch("Your name") in html
    assert OUTDATED in html and html.count(f'name="check" value="{carried}"') == 1
    refused = client.post(content.url, form_data(check=carried, stap="4"), follow=True).content.decode()
    assert OUTDATED in refused and 'name="check"' not in refused
    assert not EmployerInterest.objects.exists()
    client.post(content.url, form_data(stap="4"))
    assert EmployerInterest.objects.get().answers == {}


def test_answers_under_a_former_rule_are_refused_through_the_api_too(
    client: Client, check_with_rule: CheckPage, set_waiting_time: Callable[[str], None]
) -> None:
    carried = carry(client, "/klein/loon-betaald/wachttijd-nee_24-maanden/")
    set_waiting_time("36")
    response = client.post("/api/pilot/sign-ups", EXAMPLE | {"check": carried}, content_type="application/json")
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["check"]
