"""Three e-mails, in the words of editors, as text and as HTML; a mail server that fails delays them and loses none."""

import re
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Site

from dossiers.emails.base import ATTEMPTS_IN_A_DAY, MAX_RETRY_DELAY, RETRY_DELAY, send_email
from dossiers.models import EmployerInterest, FollowUp, InterestStatus
from pilot_pages.models import SignUpPage
from pilot_pages.placeholders import filled
from pilot_pages.sign_up.emails import ConfirmationEmail
from pilot_pages.site_settings import PilotSettings


@pytest.fixture
def all_emails(client: Client, content: SignUpPage, sign_up: Callable[..., Any]) -> list[Any]:
    sign_up()
    link = re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]
    client.post(link)
    client.post(link)
    client.post(f"{link}intrekken/")
    return mail.outbox


def test_each_email_has_the_text_of_the_page_as_plain_text_and_html(all_emails: list[Any], content: SignUpPage) -> None:
    words = [
        (content.mail_subject, content.mail_text),
        (content.next_mail_subject, content.next_mail_text),
        (content.gone_mail_subject, content.gone_mail_text),
    ]
    assert [message.subject for message in all_emails] == [filled(subject) for subject, _text in words]
    for message, (_subject, text) in zip(all_emails, words, strict=True):
        ((html, kind),) = message.alternatives
        assert kind == "text/html"
        for paragraph in filled(text).split("\n\n"):
            assert paragraph in message.body
            assert f"<p>{paragraph}</p>" in html


def test_an_email_that_says_to_call_has_the_number(content: SignUpPage, sign_up: Callable[..., Any]) -> None:
    contact = {"contact_name": "Team Werk", "contact_phone": "+31527123456", "contact_email": "werk@example.nl"}
    PilotSettings.objects.update_or_create(site=Site.objects.get(), defaults=contact)
    sign_up()
    message = mail.outbox[-1]
    assert "Team Werk\n0527 123 456\nwerk@example.nl" in message.body
    assert "Team Werk<br>0527 123 456<br>werk@example.nl" in " ".join(message.alternatives[0][0].split())


def test_no_email_repeats_the_answers(all_emails: list[Any]) -> None:
    for message in all_emails:
        for part in (message.subject, message.body, message.alternatives[0][0]):
            for typed in ("De Wit", "Tomaten", "Anna", "anna@", "0612345678", "Luttelgeest"):
                assert typed not in part


def test_the_second_email_has_the_reference_and_the_link_to_the_status_page(all_emails: list[Any]) -> None:
    _first, second, last = all_emails
    assert re.search(r"Uw nummer is W-\d{4}-\d{4}\.", second.body)
    link = re.search(r"http://testserver/aanmelding/\S+", second.body)[0]
    assert second.alternatives[0][0].count(link) == 2
    assert "http" not in last.body


def test_emails_contain_the_texts_of_an_editor(
    client: Client, content: SignUpPage, sign_up: Callable[..., Any]
) -> None:
    SignUpPage.objects.update(next_mail_subject="Gelukt & klaar", next_mail_text="Tot <snel>")
    sign_up()
    client.post(re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1])
    message = mail.outbox[-1]
    assert message.subject == "Gelukt & klaar"
    assert "Tot <snel>" in message.body
    assert "Tot &lt;snel&gt;" in message.alternatives[0][0]


# --- A mail server that fails ----------------------------------------------------------------------------------------


@pytest.fixture
def unconfirmed_interest(content: SignUpPage, settings: Any) -> EmployerInterest:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    return EmployerInterest.objects.create(
        status=InterestStatus.UNCONFIRMED, contact_given={"email": "anna@dewit.example"}
    )


def make_sending_fail(monkeypatch: Any, error: Exception) -> None:
    def failing(message: Any) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", failing)


@pytest.mark.parametrize("error", [SMTPException("busy"), ConnectionRefusedError(), TimeoutError()])
def test_a_failed_email_is_retried_later(
    unconfirmed_interest: EmployerInterest, monkeypatch: Any, error: Exception
) -> None:
    make_sending_fail(monkeypatch, error)
    assert send_email.func(ConfirmationEmail.name, [unconfirmed_interest.pk, "nl"])
    assert DBTaskResult.objects.get().run_after > timezone.now()
    assert not FollowUp.objects.exists()


def test_coordinators_are_notified_once_after_a_day_of_failures_and_retries_continue(
    unconfirmed_interest: EmployerInterest, coordinator: Any, monkeypatch: Any
) -> None:
    make_sending_fail(monkeypatch, SMTPException("busy"))
    for _number in range(2):
        send_email.func(ConfirmationEmail.name, [unconfirmed_interest.pk, "nl"], ATTEMPTS_IN_A_DAY)
    action = FollowUp.objects.get()
    assert action.text.startswith("E-mails aan aangemelde werkgevers konden een dag lang niet")
    assert action.subjects == []  # an unconfirmed sign-up is shown nowhere
    assert FollowUp.objects.visible_to(coordinator).due(timezone.localdate()).exists()
    assert DBTaskResult.objects.count() == 2


def test_retries_continue_for_as_long_as_a_sign_up_can_be_confirmed() -> None:
    pauses = [
        min(RETRY_DELAY * 2 ** min(attempt, 10), MAX_RETRY_DELAY) for attempt in range(ConfirmationEmail.max_attempts)
    ]
    assert sum(pauses, timedelta()) > timedelta(days=14)
    assert timedelta(hours=20) < sum(pauses[: ATTEMPTS_IN_A_DAY - 1], timedelta()) < timedelta(hours=28)


def test_the_error_of_a_failed_email_contains_no_personal_data(
    unconfirmed_interest: EmployerInterest, monkeypatch: Any, settings: Any, caplog: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
    make_sending_fail(monkeypatch, SMTPRecipientsRefused({"anna@dewit.example": (450, b"full")}))
    (error,) = ConfirmationEmail.enqueue(unconfirmed_interest.pk, "nl").errors
    assert "SMTPRecipientsRefused" in error.traceback
    assert "anna" not in error.traceback and "anna" not in caplog.text


def test_a_waiting_email_is_sent_once_the_mail_server_works_again(unconfirmed_interest: EmployerInterest) -> None:
    assert send_email.func(ConfirmationEmail.name, [unconfirmed_interest.pk, "nl"], ATTEMPTS_IN_A_DAY + 40)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("code", "again"), [(550, 0), (450, 1)])
def test_an_email_to_a_nonexistent_mailbox_is_not_retried_but_one_to_a_full_mailbox_is(
    unconfirmed_interest: EmployerInterest, monkeypatch: Any, code: int, again: int
) -> None:
    make_sending_fail(monkeypatch, SMTPRecipientsRefused({"anna@dewit.example": (code, b"no")}))
    assert send_email.func(ConfirmationEmail.name, [unconfirmed_interest.pk, "nl"]) is bool(again)
    assert DBTaskResult.objects.count() == again


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_the_list_of_email_texts_names_those_of_the_sign_up_page(
    content: SignUpPage, request: pytest.FixtureRequest, client: Client, role: str
) -> None:
    client.force_login(request.getfixturevalue(role))
    page = client.get(reverse("wagtailsnippets_dossiers_emailtext:list")).content.decode()
    for label in ("E-mail die om bevestiging vraagt", "E-mail na het bevestigen", "E-mail na het intrekken"):
        assert label in page
    assert (reverse("wagtailadmin_pages:edit", args=[content.pk]) in page) == (role == "admin")
