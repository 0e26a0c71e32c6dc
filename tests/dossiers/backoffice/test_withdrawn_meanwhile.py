"""Tests of what a coordinator sees of a sign-up that its employer withdrew while it was open in the backoffice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from dossiers.models import ContactMoment, Employer, EmployerInterest, FollowUp, InterestStatus
from dossiers.models.employers.withdrawal import withdraw_interest

from ..models.factories import CONTACT, make_sign_up
from ..models.placements import today
from .pages import form_data, raw, text, url


@pytest.fixture
def sign_up(base_data) -> EmployerInterest:
    return make_sign_up(status=InterestStatus.NEW)


def get_explanation(reference: str) -> str:
    return f"De werkgever heeft de aanmelding {reference} ingetrokken. Alles daarvan is gewist."


def test_a_form_that_is_sent_after_the_withdrawal_says_so_and_shows_what_was_typed(coordinator_client, sign_up):
    edit = url(EmployerInterest, "edit", sign_up.pk)
    typed = form_data(coordinator_client.get(edit), notes="Gebeld: wil vrijdag langskomen.", positions=3)
    FollowUp.objects.create(interest=sign_up, text="Terugbellen", due_on=today())
    withdraw_interest(EmployerInterest.objects.get())
    answer = coordinator_client.post(edit, typed)
    assert answer.status_code == 404 and get_explanation(sign_up.reference) in text(answer)
    assert "Gebeld: wil vrijdag langskomen." in text(answer) and "Plekken 3" in text(answer)
    assert not EmployerInterest.objects.exists() and not FollowUp.objects.exists()


@pytest.mark.parametrize("page", ["edit", "inspect", "delete", "history", "usage"])
def test_the_pages_of_a_withdrawn_sign_up_say_so(coordinator_client, sign_up, page):
    key = sign_up.pk
    withdraw_interest(sign_up)
    answer = coordinator_client.get(url(EmployerInterest, page, key))
    assert answer.status_code == 404 and get_explanation(sign_up.reference) in text(answer)


def test_taking_over_a_withdrawn_sign_up_says_so(coordinator_client, sign_up):
    take_over = reverse("dossiers_take_over", args=[sign_up.pk])
    withdraw_interest(sign_up)
    answer = coordinator_client.post(take_over)
    assert answer.status_code == 404 and get_explanation(sign_up.reference) in text(answer)
    assert not Employer.objects.exists()


def test_the_first_page_tells_of_a_withdrawal_for_a_week(coordinator_client, sign_up):
    withdraw_interest(sign_up)
    home = reverse("wagtailadmin_home")
    assert get_explanation(sign_up.reference) in text(coordinator_client.get(home))
    ModelLogEntry.objects.update(timestamp=timezone.now() - timedelta(days=8))
    assert sign_up.reference not in text(coordinator_client.get(home))


def test_a_withdrawal_keeps_the_reference_alone(coordinator_client, sign_up):
    key = sign_up.pk
    withdraw_interest(sign_up)
    entry = ModelLogEntry.objects.get()
    assert (entry.label, entry.object_id, entry.data, entry.user) == (sign_up.reference, str(key), {}, None)
    page = raw(coordinator_client.get(url(EmployerInterest, "edit", key)))
    assert not any(value in page for value in CONTACT.values())


def test_a_sign_up_that_was_never_confirmed_leaves_no_trace(coordinator_client, base_data):
    interest = make_sign_up(status=InterestStatus.UNCONFIRMED)
    key = interest.pk
    withdraw_interest(interest)
    assert not ModelLogEntry.objects.exists()
    assert "ingetrokken" not in text(coordinator_client.get(url(EmployerInterest, "edit", key)))


@pytest.mark.parametrize("role", ["partner", "reader", "editor"])
def test_other_users_hear_nothing_of_a_withdrawal(as_user, request, sign_up, role):
    key, client = sign_up.pk, as_user(request.getfixturevalue(role))
    withdraw_interest(sign_up)
    addresses = (url(EmployerInterest, "edit", key), url(EmployerInterest, "inspect", key))
    for address in (*addresses, reverse("wagtailadmin_home")):
        assert sign_up.reference not in raw(client.get(address, follow=True))


@pytest.mark.parametrize(("role", "is_told"), [("coordinator", True), ("partner", False)])
def test_a_contact_moment_with_a_withdrawn_sign_up_says_so(as_user, request, sign_up, role, is_told):
    client = as_user(request.getfixturevalue(role))
    typed = {"kind": "call", "held_on": f"{today():%d-%m-%Y}", "text": "Wil vrijdag komen.", "interest": sign_up.pk}
    withdraw_interest(sign_up)
    answer = client.post(url(ContactMoment, "add"), typed)
    assert (get_explanation(sign_up.reference) in raw(answer)) == is_told
    assert ("Wil vrijdag komen." in raw(answer)) == is_told and not ContactMoment.objects.exists()
