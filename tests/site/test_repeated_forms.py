"""A form that was saved is not saved a second time after the browser's Back button."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from dossiers.models import ContactMoment, Dossier, EmployerInterest, Expense
from tests.conftest import LoggedIn
from tests.dossiers.backoffice.pages import form_data, text, url
from tests.dossiers.models.factories import make_dossier, make_employer

pytestmark = pytest.mark.django_db
SAVED_ALREADY = "Dit was al opgeslagen."


@pytest.fixture
def coordinator_client(coordinator) -> LoggedIn:
    client = LoggedIn(headers={"Accept": "text/html"})
    client.force_login(coordinator)
    return client


@pytest.fixture
def dossier(coordinator) -> Dossier:
    return make_dossier(coordinator=coordinator)


def open_form(client: Client, address: str, **typed: str) -> dict[str, str]:
    """Return what a browser sends for this form, with its CSRF token."""
    page = client.get(address)
    return form_data(page, csrfmiddlewaretoken=str(page.context["csrf_token"])) | typed


def open_expense(client: Client, **typed: str) -> dict[str, str]:
    values = {"description": "Tolk", "spent_on": "02-11-2026", "category": "incidental", "amount": "100"}
    return open_form(client, url(Expense, "add"), **values | typed)


def send_expense(client: Client, values: dict[str, str]):
    return client.post(url(Expense, "add"), values)


def test_an_expense_that_is_sent_again_is_saved_once_and_says_so(coordinator_client):
    values = open_expense(coordinator_client)
    first, second = (send_expense(coordinator_client, values) for _number in range(2))
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    assert Expense.objects.count() == 1
    assert SAVED_ALREADY in text(coordinator_client.get(second.url))


def test_a_form_that_the_browser_asked_for_anew_after_back_is_saved_once(coordinator_client):
    values = open_expense(coordinator_client)
    send_expense(coordinator_client, values)
    again = open_expense(coordinator_client) | {"form-id": values["csrfmiddlewaretoken"][:32]}
    send_expense(coordinator_client, again)
    assert Expense.objects.count() == 1


def test_a_form_that_is_corrected_after_its_own_save_is_saved_but_not_over_a_later_save(coordinator_client):
    dossier = make_dossier()
    address = url(Dossier, "edit", dossier.pk)
    values = open_form(coordinator_client, address)
    for location in ("Emmelord", "Emmeloord"):  # the second time after Back, as the version that it was opened with
        assert coordinator_client.post(address, values | {"location": location}).status_code == 302
    other = open_form(coordinator_client, address, profession="lasser")
    assert coordinator_client.post(address, other).status_code == 302
    assert coordinator_client.post(address, values | {"location": "Ens"}).status_code == 200
    dossier.refresh_from_db()
    assert (dossier.location, dossier.profession) == ("Emmeloord", "lasser")


def test_a_form_that_is_sent_again_with_other_content_asks_before_it_saves_a_second_record(coordinator_client):
    values = open_expense(coordinator_client)
    first = send_expense(coordinator_client, values)
    page = send_expense(coordinator_client, values | {"amount": "120"})
    assert "Dit formulier hebt u al opgeslagen, met andere gegevens." in text(page)
    assert first.url == page.context["saved_url"] and Expense.objects.count() == 1
    second = dict(page.context["fields"]) | {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
    for _number in range(2):  # pressed twice
        assert send_expense(coordinator_client, second).status_code == 302
    assert sorted(Expense.objects.values_list("amount", flat=True)) == [100, 120]


def test_two_forms_that_were_opened_separately_are_two_records(coordinator_client):
    for _number in range(2):
        send_expense(coordinator_client, open_expense(coordinator_client))
    assert Expense.objects.count() == 2


def test_a_form_that_was_refused_can_be_sent_again(coordinator_client, coordinator):
    values = open_expense(coordinator_client)
    assert send_expense(coordinator_client, values | {"amount": "veel"}).status_code == 200
    groups = list(coordinator.groups.all())
    coordinator.groups.clear()
    assert send_expense(coordinator_client, values).status_code == 302 and not Expense.objects.exists()
    coordinator.groups.set(groups)
    send_expense(coordinator_client, values)
    assert Expense.objects.get().amount == 100


def test_a_short_form_that_is_sent_again_is_saved_once(coordinator_client, dossier):
    address = reverse("dossiers_talk_dossier", args=[dossier.pk])
    values = open_form(coordinator_client, address, text="Belde over de sleutel.", held_on=f"{date.today():%d-%m-%Y}")
    for _number in range(2):
        assert coordinator_client.post(address, values).status_code == 302
    assert ContactMoment.objects.count() == 1


def test_an_offer_that_is_sent_again_is_saved_once(coordinator_client):
    address = reverse("dossiers_offer")
    work = {"employer": str(make_employer().pk), "interest-work_description": "Bomen planten"}
    values = open_form(coordinator_client, address) | work
    for _number in range(2):
        assert coordinator_client.post(address, values).status_code == 302
    assert EmployerInterest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_at_one_moment_is_saved_once(coordinator_client, coordinator):
    other = LoggedIn()
    other.force_login(coordinator)
    values = open_expense(coordinator_client)

    def send(client: Client) -> str:
        try:
            return send_expense(client, values).url
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        urls = set(pool.map(send, (coordinator_client, other)))
    assert len(urls) == 1 and Expense.objects.count() == 1
