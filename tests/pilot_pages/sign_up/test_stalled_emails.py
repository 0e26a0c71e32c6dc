"""While no worker sends e-mail, an employer who signs up is not told that an e-mail was sent, but that it will be."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django_tasks_db.models import DBTaskResult
from wagtail.models import Site

from config.lane_worker import LaneWorker
from dossiers.models import EmployerInterest
from pilot_pages.models import PilotSettings, SignUpPage
from pilot_pages.sign_up.links import MAX_AGE
from tests.pilot_pages.api.test_sign_ups import send  # noqa: F401  (a fixture)

SENT = "Wij stuurden een e-mail aan"
FOLLOWS = "Wij hebben uw aanmelding, maar kunnen"
pytestmark = pytest.mark.usefixtures("tasks_wait")


def read_answer(client: Client) -> str:
    """Return the text of the page after the form was sent."""
    return " ".join(html.unescape(client.get(reverse("pilot_pages:sent")).content.decode()).split())


def test_without_a_worker_the_email_follows(client: Client, sign_up: Callable[..., Any], content: SignUpPage) -> None:
    assert sign_up().status_code == 302
    text = read_answer(client)
    email = EmployerInterest.objects.get().contact_given["email"]
    assert f"{FOLLOWS} de e-mail aan <strong>{email}</strong> nog niet versturen." in text
    assert "U hoeft het formulier niet nog eens te versturen." in text
    assert SENT not in text and not mail.outbox
    assert content.thanks_text.split(".")[0] in text  # the editors' own words stay


def test_with_a_worker_of_other_work_the_email_follows_too(
    client: Client, sign_up: Callable[..., Any], start_worker: Callable[..., None]
) -> None:
    start_worker("default")
    sign_up()
    assert FOLLOWS in read_answer(client)


def test_with_a_worker_the_email_was_sent(
    client: Client, sign_up: Callable[..., Any], start_worker: Callable[..., None]
) -> None:
    start_worker("mail")
    sign_up()
    text = read_answer(client)
    assert SENT in text and FOLLOWS not in text


def test_who_gets_no_email_reads_what_to_do_and_whom_to_call(
    client: Client, sign_up: Callable[..., Any], start_worker: Callable[..., None]
) -> None:
    start_worker("mail")
    sign_up()
    text = read_answer(client)
    assert f"De link werkt {MAX_AGE.days} dagen. Hebt u dan niet bevestigd, dan wissen wij uw aanmelding." in text
    assert "Kijk ook bij de ongewenste e-mail." in text
    assert "Verstuur het formulier na een uur nog eens." in text
    assert "Bel ons" not in text  # there is no number yet

    contact = {"contact_phone": "+31527123456", "contact_hours": "op werkdagen van 9 tot 12 uur"}
    PilotSettings.objects.update_or_create(site=Site.objects.get(), defaults=contact)
    text = read_answer(client)
    assert "0527 123 456</a> (op werkdagen van 9 tot 12 uur)." in text


def test_without_a_worker_nobody_is_asked_to_send_the_form_again(client: Client, sign_up: Callable[..., Any]) -> None:
    sign_up()
    assert "nog eens." not in read_answer(client).replace("U hoeft het formulier niet nog eens te versturen.", "")


def test_the_email_is_sent_once_a_worker_runs(client: Client, sign_up: Callable[..., Any]) -> None:
    sign_up()
    LaneWorker("w", ["mail"]).run_task(DBTaskResult.objects.ready().get(queue_name="mail"))
    assert [message.to for message in mail.outbox] == [[EmployerInterest.objects.get().contact_given["email"]]]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_says_so_without_the_address_too_and_in_english(
    client: Client, content: SignUpPage, language: str
) -> None:
    with translation.override(language):
        text = read_answer(client)
    follows = {"nl": "maar kunnen u de e-mail nog niet versturen", "en": "but can't send the e-mail to you yet"}
    assert follows[language] in text


def test_a_program_that_signs_up_gets_the_same_answer(
    send: Callable[..., Any],  # noqa: F811
    start_worker: Callable[..., None],
) -> None:
    assert send().json()["detail"].startswith("De e-mail kan nog niet worden verstuurd en volgt later.")
    start_worker("mail")
    assert send().json()["detail"].startswith("Er is een e-mail gestuurd.")
