"""One form records the work that an employer offers, and finds an employer who is there already."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import Employer, EmployerInterest, FollowUp, InterestStatus

from ..models.factories import make_employer
from ..models.placements import today
from .pages import form_data, press, raw, text, url

OFFER, SUGGESTIONS = "/beheer/offers/new/", "/beheer/offers/employers/"
NEW = {
    "employer-company_name": "Bakkerij Elders",
    "employer-contact_name": "Jan Smit",
    "employer-email": "jan@elders.nl",
}
WORK = {"interest-work_description": "Brood bakken", "interest-positions": "2"}
ACTION = {"action-text": "Langsgaan", "action-due_on": f"{today():%d-%m-%Y}"}


@pytest.fixture
def known(base_data) -> Employer:
    return make_employer(
        company_name="Vakantiepark Verzonnen Bos B.V.", city="Zeewolde", contact_name="Ria Bos",
        email="ria@bos.example", phone="+31361234567", kvk_number="69599068",
    )  # fmt: skip


def send(client: Any, **values: Any) -> Any:
    return client.post(OFFER, form_data(client.get(OFFER)) | values, follow=True)


def count_saved() -> list[int]:
    return [model.objects.count() for model in (Employer, EmployerInterest, FollowUp)]


def test_a_new_employer_its_offer_and_the_next_action_are_saved_at_once(coordinator_client, coordinator, base_data):
    page = send(coordinator_client, **NEW, **WORK, **ACTION)
    employer, interest, action = (model.objects.get() for model in (Employer, EmployerInterest, FollowUp))
    assert page.redirect_chain == [(get_record_url(interest), 302)]
    assert (interest.employer, interest.positions, interest.owner) == (employer, 2, coordinator)
    assert interest.status == InterestStatus.CONTACTED, "somebody called"
    assert (action.interest, action.owner, action.text) == (interest, coordinator, "Langsgaan")
    for record in (employer, interest, action):
        assert f'<a href="{get_record_url(record)}">{record}</a>' in raw(page)


@pytest.mark.parametrize("words", ["vakantiepark", "VERZONNEN bos", "036 123 45", "69599068", "69599", "verzonen bos"])
def test_an_employer_who_is_there_appears_while_one_types(coordinator_client, known, words):
    make_employer(company_name="Elders")
    keys = re.findall(r'name="choose" value="(\d+)"', raw(coordinator_client.get(SUGGESTIONS, {"q": words})))
    assert keys == [str(known.pk)]


@pytest.mark.parametrize("words", ["", " ", "qqq"])
def test_nothing_appears_for_what_nobody_has(coordinator_client, known, words):
    assert raw(coordinator_client.get(SUGGESTIONS, {"q": words})).strip() == ""


def test_an_employer_who_is_chosen_is_locked_and_what_was_typed_stays(coordinator_client, known):
    page = send(coordinator_client, **NEW, **WORK, **ACTION | {"action-due_on": "later"}, choose=known.pk)
    assert page.status_code == 200 and not page.context["form"].errors
    assert f'name="employer" value="{known.pk}"' in raw(page) and "Ria Bos · 036 123 4567 · Zeewolde" in text(page)
    for words in ("Brood bakken", "Langsgaan", "later"):
        assert words in raw(page)
    assert count_saved() == [1, 0, 0]
    unlocked = press(coordinator_client, page, "Andere werkgever")
    assert "Bakkerij Elders" in raw(unlocked) and "Brood bakken" in raw(unlocked) and not unlocked.context["chosen"]


def test_an_offer_of_an_employer_who_was_chosen_makes_no_second_one(coordinator_client, known):
    send(coordinator_client, **WORK, employer=known.pk)
    assert count_saved() == [1, 1, 0] and EmployerInterest.objects.get().employer == known


@pytest.mark.parametrize(
    "same",
    [
        {"employer-company_name": "Vakantiepark Verzonen Bos"},
        {"employer-phone": "036 123 45 67"},
        {"employer-email": "RIA@bos.example"},
    ],
)
def test_before_a_second_employer_is_saved_one_is_asked_whom_one_means(coordinator_client, known, same):
    page = send(coordinator_client, **NEW | same | WORK)
    assert "Bedoelt u een van deze werkgevers?" in text(page) and count_saved() == [1, 0, 0]
    assert "Brood bakken" in raw(page)
    chosen = press(coordinator_client, page, "Vakantiepark Verzonnen Bos B.V.")
    press(coordinator_client, chosen, "Opslaan")
    assert count_saved() == [1, 1, 0] and EmployerInterest.objects.get().employer == known
    send(coordinator_client, **NEW | same | WORK, another=page.context["another"])
    assert count_saved() == [2, 2, 0]


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        (NEW, ["interest-work_description"]),
        (WORK, ["employer-company_name", "employer-phone"]),
        (NEW | WORK | {"action-text": "Langsgaan"}, ["action-due_on"]),
        (NEW | WORK | {"interest-notes": "BSN 123456782"}, ["interest-notes"]),
        (NEW | WORK | {"employer-kvk_number": "12"}, ["employer-kvk_number"]),
    ],
)
def test_an_offer_that_lacks_something_saves_nothing(coordinator_client, base_data, values, errors):
    page = send(coordinator_client, **values)
    assert list(page.context["form"].errors) == errors
    assert count_saved() == [0, 0, 0]


def test_an_employer_who_was_removed_meanwhile_is_asked_for_again(coordinator_client, known):
    Employer.objects.all().delete()
    page = send(coordinator_client, **WORK, employer=known.pk)
    assert "employer-company_name" in page.context["form"].errors and count_saved() == [0, 0, 0]


def test_it_is_reached_from_the_search_and_the_lists(coordinator_client, base_data):
    pages = [url(Employer, "list"), url(EmployerInterest, "list"), f"{reverse('dossiers_search_results')}?q=aanbod"]
    for address in pages:
        assert f'href="{OFFER}"' in raw(coordinator_client.get(address)), address


def test_a_user_who_may_not_add_employers_does_not_get_it(as_user, make_user, known):
    user = make_user("afdeling")
    names = ("access_admin", "view_employer", "add_employerinterest", "view_employerinterest")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = as_user(user)
    for address in (OFFER, f"{SUGGESTIONS}?q=bos"):
        assert client.get(address).status_code in (302, 403)
    assert OFFER not in raw(client.get(url(EmployerInterest, "list")))
