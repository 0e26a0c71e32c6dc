"""The e-mail, and the pages behind its link."""

import re
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from dossiers.emails.base import send_email
from dossiers.models import Employer, EmployerInterest, InterestStatus, Sector
from pilot_pages.models import SignUpPage, SignUpQuestion
from pilot_pages.sign_up import links
from pilot_pages.sign_up.emails import ConfirmationEmail
from tests.pilot_pages.conftest import dutch


@pytest.fixture
def link(sign_up: Callable[..., Any]) -> str:
    """The path in the e-mail of a sign-up."""
    sign_up()
    return re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]


def test_the_email_has_the_link_as_text_and_html_and_repeats_no_answer(link: str) -> None:
    message = mail.outbox[-1]
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert link in message.body
    assert html.count(link) == 2  # the button, and the URL for mail clients without buttons
    for text in (message.subject, message.body, html):
        assert "De Wit" not in text
        assert "Tomaten" not in text


def test_opening_the_link_does_not_confirm_the_sign_up(client: Client, link: str) -> None:
    response = client.get(link)
    assert response.status_code == 200
    assert dutch("Is this sign-up yours?") in response.content.decode()
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert EmployerInterest.objects.get().status == InterestStatus.UNCONFIRMED


def test_the_confirmation_page_shows_all_answers(
    client: Client, content: SignUpPage, sign_up: Callable[..., Any]
) -> None:
    SignUpQuestion.objects.create(page=content, label="Vervoer", field_type="singleline", required=False)
    sector = Sector.objects.get(name="Landbouw")
    sign_up(sector=str(sector.pk), question_vervoer="Fiets & trein")
    link = re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]
    html = client.get(link).content.decode()
    contact = ["Kassenbouw De Wit", "01234567", "8315 AB", "Luttelgeest", "Landbouw", "Anna de Wit"]
    for text in (*contact, "anna@dewit.example", "06 12345678", "Tomaten plukken", "32", "A1", "01-03-2027"):
        assert text in html
    assert "Vervoer" in html
    assert "Fiets &amp; trein" in html


def test_the_button_confirms_the_sign_up_and_the_page_then_shows_its_reference(client: Client, link: str) -> None:
    response = client.post(link, follow=True)
    interest = EmployerInterest.objects.get()
    assert interest.status == InterestStatus.NEW
    assert interest.confirmed_at is not None
    assert interest.reference in response.content.decode()
    assert dutch("Is this sign-up yours?") not in response.content.decode()


def test_a_second_sign_up_for_confirmed_work_names_the_first_one_before_it_is_confirmed(
    client: Client, link: str, sign_up: Callable[..., Any]
) -> None:
    def open_last_link() -> str:
        return client.get(re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]).content.decode()

    client.post(link)
    first = EmployerInterest.objects.get().reference
    sign_up(email="ANNA@dewit.example", work_description="tomaten plukken  en inpakken.", positions="4")
    assert len(mail.outbox) == 3  # to confirm, what happens next, and to confirm once more
    assert first in open_last_link()
    for changes in ({"work_description": "Kisten stapelen"}, {"email": "piet@dewit.example"}):
        sign_up(**changes)
        assert first not in open_last_link()
    EmployerInterest.objects.filter(reference=first).update(status=InterestStatus.CLOSED)
    sign_up(positions="5")
    assert first not in open_last_link()


def test_confirming_twice_changes_nothing(client: Client, link: str) -> None:
    client.post(link)
    EmployerInterest.objects.update(status=InterestStatus.CONTACTED)
    before = EmployerInterest.objects.values().get()
    client.post(link)
    assert EmployerInterest.objects.values().get() == before


def tamper_with_link(path: str) -> list[str]:
    token = path.split("/")[2]
    forged = signing.dumps(EmployerInterest.objects.get().pk, salt="another")
    return [f"/aanmelding/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}/", f"/aanmelding/{forged}/", "/aanmelding/x/"]


def test_a_tampered_link_is_refused_for_every_request(client: Client, link: str) -> None:
    for path in tamper_with_link(link):
        for response in (client.get(path), client.post(path), client.post(f"{path}intrekken/")):
            assert response.status_code == 404
            assert dutch("This link does not work (any more)") in response.content.decode()
            assert "/aanmelden/" in response.content.decode()
    assert EmployerInterest.objects.get().status == InterestStatus.UNCONFIRMED


def test_the_link_does_not_confirm_after_fourteen_days(client: Client, link: str, monkeypatch: Any) -> None:
    later = (timezone.now() + links.MAX_AGE + timedelta(hours=1)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.post(link).status_code == 404
    assert EmployerInterest.objects.get().status == InterestStatus.UNCONFIRMED


def test_the_link_of_a_confirmed_sign_up_does_not_expire(client: Client, link: str, monkeypatch: Any) -> None:
    client.post(link)
    later = (timezone.now() + links.MAX_AGE * 10).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(link).status_code == 200


def test_withdrawing_requires_a_confirmation(client: Client, link: str) -> None:
    response = client.get(f"{link}intrekken/")
    assert dutch("Do you want to withdraw your sign-up?") in response.content.decode()
    assert EmployerInterest.objects.exists()


def test_withdrawing_erases_the_record_and_its_history(client: Client, link: str) -> None:
    client.post(link)
    response = client.post(f"{link}intrekken/", follow=True)
    assert dutch("Your sign-up has been erased") in response.content.decode()
    assert not EmployerInterest.objects.exists()
    assert not EmployerInterest.history.exists()
    assert client.get(link).status_code == 404


def test_withdrawing_erases_the_employer_created_from_the_sign_up(client: Client, link: str) -> None:
    client.post(link)
    EmployerInterest.objects.get().take_over()
    client.post(f"{link}intrekken/")
    assert not Employer.objects.exists()
    assert not Employer.history.exists()


def test_withdrawing_preserves_an_employer_with_other_work(client: Client, link: str) -> None:
    client.post(link)
    employer = EmployerInterest.objects.get().take_over()
    EmployerInterest.objects.create(employer=employer, work_description="Ander werk")
    client.post(f"{link}intrekken/")
    assert list(Employer.objects.all()) == [employer]
    assert [interest.work_description for interest in EmployerInterest.objects.all()] == ["Ander werk"]


def test_a_failing_mail_server_delays_the_email(content: SignUpPage, settings: Any, monkeypatch: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    interest = EmployerInterest.objects.create(
        status=InterestStatus.UNCONFIRMED, contact_given={"email": "anna@dewit.example"}
    )
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", failing)
    assert send_email.func(ConfirmationEmail.name, [interest.pk, "nl"])
    waiting = DBTaskResult.objects.get()
    assert waiting.run_after > timezone.now()
    assert waiting.args_kwargs["args"] == [ConfirmationEmail.name, [interest.pk, "nl"], 2, "SMTPException"]


def failing(message: Any) -> None:
    raise SMTPException("busy")


def test_the_task_queue_contains_no_personal_data(
    content: SignUpPage, settings: Any, client: Client, form_data: Any
) -> None:
    from django_tasks_db.models import DBTaskResult

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    client.post(content.url, form_data())
    assert DBTaskResult.objects.get().args_kwargs == {
        "args": [ConfirmationEmail.name, [EmployerInterest.objects.get().pk, "nl"]],
        "kwargs": {},
    }
    assert not mail.outbox


def test_a_withdrawn_sign_up_gets_no_email(content: SignUpPage) -> None:

    assert send_email.func(ConfirmationEmail.name, [4711, "nl"]) is False
    assert not mail.outbox
