"""The sign-up before the pilot begins and once it is over."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import translate_url

from dossiers.models import EmployerInterest
from pilot_pages.api.sign_up_schema import EXAMPLE
from pilot_pages.models import SignUpPage
from pilot_pages.site_settings import Phase
from tests.pilot_pages.phases import NOTICES, REFUSALS, set_phase

WORK = {"work_description": "Kisten stapelen", "positions": "2"}


def test_before_the_pilot_begins_employers_can_sign_up(client: Client, sign_up: Callable[..., Any]) -> None:
    set_phase(Phase.NOT_BEGUN)
    assert sign_up().status_code == 302
    assert client.post("/api/pilot/sign-ups", EXAMPLE, content_type="application/json").status_code == 202
    assert EmployerInterest.objects.count() == 2


def test_what_was_typed_is_still_there_when_the_phase_was_changed_by_mistake(
    client: Client, sign_up: Callable[..., Any], content: SignUpPage
) -> None:
    sign_up(company_name="Kwekerij Voorbeeld", positions="")
    set_phase(Phase.OVER)
    assert "Kwekerij Voorbeeld" not in client.get(content.url).content.decode()
    set_phase(Phase.RUNNING)
    assert "Kwekerij Voorbeeld" in client.get(content.url).content.decode()


def test_a_sign_up_of_before_can_be_confirmed_corrected_and_withdrawn_but_not_extended(
    client: Client, sign_up: Callable[..., Any]
) -> None:
    sign_up()
    link = re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]
    set_phase(Phase.OVER)
    html = client.post(link, follow=True).content.decode()
    assert f"{link}gegevens/" in html and f"{link}intrekken/" in html and f"{link}ander-werk/" not in html
    assert client.get(f"{link}gegevens/").status_code == 200
    paths = (link, f"{link}ander-werk/")
    for language, status_url, url in (("nl", *paths), ("en", *(translate_url(path, "en") for path in paths))):
        page, refused = client.get(url), client.post(url, WORK)
        assert (page.status_code, refused.status_code) == (200, 409)
        for response in (page, refused):
            html = response.content.decode()
            assert REFUSALS[language] in html and 'method="post"' not in html
            assert f'href="{status_url}"' in html
    assert EmployerInterest.objects.count() == 1
    html = client.post(f"{link}intrekken/", follow=True).content.decode()
    assert "Wij bewaren er niets van." in html
    assert "opnieuw aanmelden." not in html and "Naar het formulier" not in html
    unknown = client.get(link).content.decode()
    assert "Open de link uit de e-mail nog een keer." in unknown and "Naar het formulier" not in unknown


@pytest.mark.parametrize("phase", Phase)
def test_the_emails_of_a_sign_up_end_with_the_notice(client: Client, sign_up: Callable[..., Any], phase: Phase) -> None:
    sign_up()
    link = re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox.pop().body)[1]
    set_phase(phase)
    client.post(link)
    client.post(f"{link}intrekken/")
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        for text in (message.body, message.alternatives[0].content):
            notices = [key for key, notice in NOTICES.items() if notice in text]
            assert notices == ([] if phase == Phase.RUNNING else [(phase, "nl")])
