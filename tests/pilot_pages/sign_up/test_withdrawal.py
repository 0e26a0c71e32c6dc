"""A withdrawal erases the data of the employer, and no other data."""

import re
from collections.abc import Callable
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from dossiers.emails.base import send_email
from dossiers.models import (
    ContactMoment,
    Employer,
    EmployerInterest,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    ImportRow,
    ImportRun,
    Placement,
)
from pilot_pages.models import SignUpPage
from pilot_pages.placeholders import filled
from pilot_pages.sign_up.emails import ConfirmationEmail, NextStepsEmail
from tests.dossiers.models.factories import make_dossier


@pytest.fixture
def link(client: Client, sign_up: Callable[..., Any]) -> str:
    """The path of the status page of a confirmed sign-up."""
    sign_up()
    path = re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]
    client.post(path)
    return path


@pytest.fixture
def interest(link: str) -> EmployerInterest:
    """A sign-up that a coordinator took over."""
    EmployerInterest.objects.get().take_over()
    return EmployerInterest.objects.get()


def get_relations(interest: EmployerInterest) -> dict[str, Any]:
    return {"interest": interest, "employer": interest.employer}


def test_withdrawing_erases_the_related_records_with_their_history_and_log(
    client: Client, link: str, interest: EmployerInterest
) -> None:
    ContactMoment.objects.create(**get_relations(interest), text="Gebeld met Anna de Wit")
    FollowUp.objects.create(interest=interest, text="Bel Anna", due_on="2027-01-01")
    run = ImportRun.objects.create(record="employer_interest")
    ImportRow.objects.create(run=run, line=2, target_id=interest.pk, given={"contact_name": "Anna de Wit"})
    log(instance=interest.employer, action="wagtail.edit")
    response = client.post(f"{link}intrekken/")
    assert response.url == "/aanmelding/ingetrokken/"
    for model in (EmployerInterest, Employer, ContactMoment, FollowUp):
        assert not model.objects.exists() and not model.history.exists()
    assert not ImportRow.objects.exists()
    assert not ModelLogEntry.objects.filter(label__contains="De Wit").exists()


def test_costs_are_preserved_without_the_employer(client: Client, link: str, interest: EmployerInterest) -> None:
    Expense.objects.create(**get_relations(interest), category="matching", description="Reiskosten", amount=40)
    client.post(f"{link}intrekken/")
    expense = Expense.objects.get()
    assert (expense.interest, expense.employer) == (None, None)
    assert not Expense.history.exclude(interest=None).exists()
    assert not Expense.history.exclude(employer=None).exists()


def make_finding(interest: EmployerInterest, **more: Any) -> Finding:
    category = FindingCategory.objects.get(code="vervoer")
    fields = {"side": "employer", "description": "Geen bus", "category": category, "by_employer": True}
    return Finding.objects.create(**get_relations(interest), **(fields | more))


def test_withdrawing_erases_findings_except_those_confirmed_by_a_coordinator(
    client: Client, link: str, interest: EmployerInterest, coordinator: Any
) -> None:
    make_finding(interest)
    confirmed_finding = make_finding(interest, description="Te weinig begeleiding")
    confirmed_finding.confirm(coordinator)
    page = client.get(f"{link}intrekken/").content.decode()
    assert "blijft daar staan: zonder uw naam" in page
    after = client.post(f"{link}intrekken/", follow=True).content.decode()
    assert "behalve wat in de bevindingen van de pilot" in after
    left = Finding.objects.get()
    assert (left.description, left.interest, left.employer) == ("Te weinig begeleiding", None, None)
    assert set(Finding.history.values_list("id", "interest", "employer")) == {(confirmed_finding.pk, None, None)}


def test_a_contact_moment_of_a_candidate_is_preserved(client: Client, link: str, interest: EmployerInterest) -> None:
    ContactMoment.objects.create(**get_relations(interest), dossier=make_dossier(), text="Gesprek met de kandidaat")
    client.post(f"{link}intrekken/")
    moment = ContactMoment.objects.get()
    assert (moment.interest, moment.employer) == (None, None)
    assert moment.dossier is not None


def test_an_employer_that_existed_before_the_sign_up_is_preserved(client: Client, sign_up: Callable[..., Any]) -> None:
    known = Employer.objects.create(
        company_name="Kassenbouw De Wit", kvk_number="01234567", contact_name="Jan", email="jan@dewit.example"
    )
    sign_up()
    link = re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]
    client.post(link)
    assert EmployerInterest.objects.get().take_over() == known
    client.post(f"{link}intrekken/")
    assert list(Employer.objects.all()) == [known]


def test_an_employer_with_a_placement_hears_of_contact_and_not_of_a_candidate_or_a_call(
    client: Client, link: str, interest: EmployerInterest
) -> None:
    placement = Placement.objects.create(dossier=make_dossier(), interest=interest)
    mail.outbox.clear()
    promise = "Wij wissen die dan. Soms nemen wij eerst contact met u op, en wissen wij die later."
    assert promise in client.get(link).content.decode()
    asked = client.get(f"{link}intrekken/").content.decode()
    assert "Wij nemen dan eerst contact met u op, en ronden het samen af." in asked and "Ja, ik trek mij terug" in asked
    for _click in range(2):
        page = client.post(f"{link}intrekken/", follow=True).content.decode()
    assert page == client.get(link).content.decode(), "it stays there"
    assert "Wij nemen contact met u op" in page and f"{link}intrekken/" not in page and promise not in page
    assert "leest uw aanmelding" not in page and "Hoe het verder gaat" not in page, "nothing goes on as if not told"
    for text in (asked, page):
        assert "bel mij" not in text and "belt u" not in text and "gaat ook om een kandidaat" not in text
    interest.refresh_from_db()
    assert interest.awaits_withdrawal_outcome and FollowUp.objects.get().interest == interest
    assert Placement.objects.get() == placement and not mail.outbox


def test_the_employer_of_a_closed_sign_up_with_a_placement_hears_of_erasure_and_of_no_call(
    client: Client, link: str, interest: EmployerInterest
) -> None:
    Placement.objects.create(dossier=make_dossier(), interest=interest, status="ended", ended_on=timezone.localdate())
    EmployerInterest.objects.filter(pk=interest.pk).update(status="closed")
    asked = client.get(f"{link}intrekken/").content.decode()
    page = client.post(f"{link}intrekken/", follow=True).content.decode()
    for shown in (asked, page):
        assert "was al afgesloten" in shown and "uw contactgegevens" in shown and "contact met u op" not in shown
    assert "Vergeet de contactpersoon" in FollowUp.objects.get().text


def test_an_employer_who_withdrew_reads_that_it_was_done_and_that_the_contact_was_erased(
    client: Client, link: str, interest: EmployerInterest
) -> None:
    Placement.objects.create(dossier=make_dossier(), interest=interest, status="ended", ended_on=timezone.localdate())
    client.post(f"{link}intrekken/")
    EmployerInterest.objects.filter(pk=interest.pk).update(status="closed")
    page = client.get(link).content.decode()
    assert "U hebt deze aanmelding ingetrokken." in page and "gewist" not in page
    EmployerInterest.objects.filter(pk=interest.pk).update(contact_given={})
    page = client.get(link).content.decode()
    assert "U hebt deze aanmelding ingetrokken. Wij hebben uw contactgegevens gewist." in page
    assert f"{link}intrekken/" not in page
    asked = client.get(f"{link}intrekken/").content.decode()
    assert "was al afgesloten, en wij hebben uw contactgegevens gewist" in asked


def test_a_second_withdrawal_shows_the_same_confirmation(client: Client, link: str) -> None:
    answers = [client.post(f"{link}intrekken/") for _click in range(2)]
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/aanmelding/ingetrokken/")}
    assert client.get(f"{link}intrekken/").status_code == client.get(link).status_code == 404


def test_a_queued_email_is_not_sent_after_a_withdrawal(client: Client, link: str) -> None:

    pk = EmployerInterest.objects.get().pk
    client.post(f"{link}intrekken/")
    mail.outbox.clear()
    assert send_email.func(ConfirmationEmail.name, [pk, "nl"]) is False
    assert send_email.func(NextStepsEmail.name, [pk, "nl"]) is False
    assert not mail.outbox


def test_one_last_email_confirms_the_withdrawal(client: Client, link: str, content: SignUpPage) -> None:
    mail.outbox.clear()
    client.post(f"{link}intrekken/")
    client.post(f"{link}intrekken/")
    (message,) = mail.outbox
    assert message.to == ["anna@dewit.example"]
    assert message.subject == filled(content.gone_mail_subject)


def test_a_failing_mail_server_does_not_prevent_a_withdrawal(
    client: Client, link: str, monkeypatch: Any, caplog: Any
) -> None:
    def failing(message: Any) -> None:
        raise SMTPException("busy: anna@dewit.example")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", failing)
    assert client.post(f"{link}intrekken/").status_code == 302
    assert not EmployerInterest.objects.exists()
    assert "could not be sent" in caplog.text and "anna" not in caplog.text
