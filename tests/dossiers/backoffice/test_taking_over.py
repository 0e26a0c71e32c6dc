"""Tests of linking a sign-up to an employer."""

import pytest
from django.urls import reverse

from dossiers.models import Employer, EmployerInterest, InterestStatus
from dossiers.models.employers.withdrawal import withdraw_interest
from tests.concurrency import run_interleaved

from ..models.factories import make_employer, make_interest, make_sign_up
from .pages import form_data, text, url


def take_over(client, interest, **kwargs):
    return client.post(reverse("dossiers_take_over", args=[interest.pk]), **kwargs)


@pytest.mark.parametrize("page", ["inspect", "edit"])
def test_a_sign_up_shows_the_contact_as_given_and_a_button(coordinator_client, page):
    interest = make_sign_up()
    response = coordinator_client.get(url(EmployerInterest, page, interest.pk))
    page = text(response)
    for words in ("Plukkerij Voorbeeld", "90000999", "Henk de Fictie", "henk@example.org", "0527 000 160"):
        assert words in page
    assert reverse("dossiers_take_over", args=[interest.pk]) in response.content.decode()


def test_the_button_names_the_employer_that_it_would_link(coordinator_client):
    make_employer(company_name="Kas Zon", kvk_number="90000999")
    for page in ("inspect", "edit"):
        address = url(EmployerInterest, page, make_sign_up().pk)
        assert "Overnemen: koppelen aan Kas Zon" in text(coordinator_client.get(address))


def test_an_interest_that_was_taken_over_has_no_button(coordinator_client):
    interest = make_interest()
    response = coordinator_client.get(url(EmployerInterest, "edit", interest.pk))
    assert reverse("dossiers_take_over", args=[interest.pk]) not in response.content.decode()


def test_taking_over_creates_the_employer_and_is_in_the_history(coordinator_client):
    interest = make_sign_up()
    response = take_over(coordinator_client, interest, follow=True)
    interest.refresh_from_db()
    assert interest.employer.company_name == "Plukkerij Voorbeeld"
    assert "Plukkerij Voorbeeld" in text(response)
    assert interest.history.first().history_user.get_username() == "coordinator"
    assert "coordinator" in text(coordinator_client.get(url(EmployerInterest, "history", interest.pk)))


BOTH = "In de aanmelding staat een ander contact dan bij de werkgever: beide staan op deze pagina."


def test_linking_a_sign_up_of_another_contact_says_that_both_are_on_the_page(coordinator_client):
    known = make_employer(kvk_number="90000999", contact_name="Jan Kas")
    page = text(take_over(coordinator_client, make_sign_up(), follow=True))
    assert BOTH in page and "Aangemeld door: Henk de Fictie" in page and "Jan Kas" in page
    address = url(EmployerInterest, "edit", make_sign_up().pk)
    data = form_data(coordinator_client.get(address)) | {"employer": known.pk}
    assert BOTH in text(coordinator_client.post(address, data, follow=True))
    data = form_data(coordinator_client.get(address)) | {"work_description": "Bollen pellen"}
    assert BOTH not in text(coordinator_client.post(address, data, follow=True))


def test_linking_a_sign_up_of_the_same_contact_does_not(coordinator_client):
    make_employer(company_name="Plukkerij Voorbeeld", email="henk@example.org", contact_name="Henk de Fictie")
    page = text(take_over(coordinator_client, make_sign_up(), follow=True))
    assert "Overgenomen: Plukkerij Voorbeeld." in page and BOTH not in page and "Aangemeld door" not in page
    assert "0527 000 160" in page


def test_taking_over_twice_creates_one_employer(coordinator_client):
    interest = make_sign_up()
    take_over(coordinator_client, interest)
    assert take_over(coordinator_client, interest).status_code == 404
    assert Employer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_takeovers_create_one_employer(coordinator_client):
    interest = make_sign_up()
    late, first = run_interleaved(
        lambda: take_over(coordinator_client, interest), lambda: take_over(coordinator_client, interest)
    )
    assert (late.status_code, first.status_code) == (404, 302)
    assert Employer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sign_up_withdrawn_meanwhile_is_not_restored(coordinator_client):
    interest = make_sign_up()
    late, _erased = run_interleaved(
        lambda: take_over(coordinator_client, interest), lambda: withdraw_interest(interest)
    )
    assert late.status_code == 404 and f"de aanmelding {interest.reference} ingetrokken" in text(late)
    assert not EmployerInterest.objects.exists()
    assert not Employer.objects.exists()


def test_an_invalid_contact_shows_an_error(coordinator_client):
    interest = make_sign_up(given={"email": "geen mail", "kvk_number": ""})
    page = text(take_over(coordinator_client, interest, follow=True))
    assert "e-mailadres" in page
    assert not Employer.objects.exists()


def test_an_unconfirmed_sign_up_is_not_found(coordinator_client):
    interest = make_sign_up(status=InterestStatus.UNCONFIRMED)
    assert take_over(coordinator_client, interest).status_code == 404
    assert not Employer.objects.exists()


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_other_users_cannot_take_over_a_sign_up(as_user, request, role):
    interest = make_sign_up()
    response = take_over(as_user(request.getfixturevalue(role)), interest)
    assert response.status_code in (302, 403)
    assert not Employer.objects.exists()


def test_a_get_request_takes_nothing_over(coordinator_client):
    interest = make_sign_up()
    assert coordinator_client.get(reverse("dossiers_take_over", args=[interest.pk])).status_code == 405
    assert not Employer.objects.exists()
