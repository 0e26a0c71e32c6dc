"""On the page of a confirmed sign-up an employer corrects what was told, and adds other work."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from dossiers.models import Employer, EmployerInterest, FollowUp, InterestStatus
from pilot_pages.models import SignUpPage, SignUpQuestion
from pilot_pages.placeholders import filled
from pilot_pages.sign_up.throttle import may_add_other_work
from tests.dossiers.models.factories import make_dossier
from tests.pilot_pages.conftest import dutch

WORK = {"work_description": "Kisten stapelen", "positions": "2"}


def find_link() -> str:
    return re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]


@pytest.fixture
def link(client: Client, sign_up: Callable[..., Any]) -> str:
    """The path of the status page of a confirmed sign-up."""
    sign_up()
    path = find_link()
    client.post(path)
    return path


def read_answers(client: Client, url: str) -> dict[str, str]:
    """Return what the form of this page would send."""
    form = client.get(url).context["form"]
    return {field.name: "" if field.value() is None else str(field.value()) for field in form.visible_fields()}


def correct(client: Client, link: str, **changes: str) -> Any:
    url = f"{link}gegevens/"
    return client.post(url, read_answers(client, url) | changes)


def test_an_employer_corrects_a_telephone_number_and_the_number_of_places(client: Client, link: str) -> None:
    assert f'href="{link}gegevens/"' in client.get(link).content.decode()
    response = correct(client, link, phone="0527 12 34 56", positions="5")
    assert response.url == f"{link}?gewijzigd"
    interest = EmployerInterest.objects.get()
    assert (interest.contact_given["phone"], interest.positions) == ("+31527123456", 5)
    assert interest.contact_given["email"] == "anna@dewit.example"
    assert interest.history.first().history_change_reason
    html = client.get(response.url).content.decode()
    assert "0527 123 456" in html and dutch("Your changes are saved.") in html


def test_a_form_that_is_sent_unchanged_changes_nothing(client: Client, link: str) -> None:
    before = EmployerInterest.history.count()
    assert correct(client, link).status_code == 302
    assert EmployerInterest.history.count() == before


def test_the_e_mail_address_which_proves_who_opens_the_page_can_not_be_changed(client: Client, link: str) -> None:
    assert "email" not in read_answers(client, f"{link}gegevens/")
    correct(client, link, email="iemand@anders.example")
    assert EmployerInterest.objects.get().contact_given["email"] == "anna@dewit.example"


def test_a_wrong_correction_is_refused_at_its_field_and_stays_in_the_form(client: Client, link: str) -> None:
    html = correct(client, link, postcode="Emmeloord", positions="0").content.decode()
    assert 'value="Emmeloord"' in html and 'id="id_postcode_error"' in html
    assert dutch("Write a whole number from 1 to 500.") in html
    assert EmployerInterest.objects.get().positions == 3


def test_a_start_date_that_has_passed_since_stays_but_a_new_one_may_not_be_past(client: Client, link: str) -> None:
    EmployerInterest.objects.update(start_date=date(2026, 1, 5))
    assert correct(client, link, positions="4").status_code == 302
    html = correct(client, link, start_date="6-1-2026").content.decode()
    assert dutch("This day is over. Write today or a later day.") in html
    assert EmployerInterest.objects.get().start_date == date(2026, 1, 5)


def test_a_correction_reaches_the_employer_that_has_the_same_address(client: Client, link: str) -> None:
    EmployerInterest.objects.get().take_over()
    assert "kvk_number" not in read_answers(client, f"{link}gegevens/")  # an error would tell who is known here
    correct(client, link, contact_name="Bo de Wit")
    assert Employer.objects.get().contact_name == "Bo de Wit"
    assert Employer.objects.get().history.first().history_change_reason


def test_the_details_of_an_employer_with_another_contact_stay_as_they_are(client: Client, link: str) -> None:
    EmployerInterest.objects.get().take_over()
    Employer.objects.update(email="directie@dewit.example")
    assert set(read_answers(client, f"{link}gegevens/")) == {
        *("work_description", "positions", "hours_per_week", "dutch_level_required", "start_date")
    }
    correct(client, link, contact_name="Bo de Wit", positions="4")
    assert Employer.objects.get().contact_name == "Anna de Wit"
    assert EmployerInterest.objects.get().positions == 4


def test_a_correction_after_the_first_contact_becomes_one_action_for_the_owner(
    client: Client, link: str, coordinator: Any
) -> None:
    correct(client, link, positions="4")
    assert not FollowUp.objects.exists()
    EmployerInterest.objects.update(status=InterestStatus.CONTACTED, owner=coordinator)
    correct(client, link, positions="5")
    correct(client, link, positions="6")
    assert FollowUp.objects.get().owner == coordinator
    assert EmployerInterest.objects.get().reference in FollowUp.objects.get().text


def test_there_can_not_be_fewer_places_than_people_at_work(client: Client, link: str) -> None:
    EmployerInterest.objects.get().take_over()
    interest = EmployerInterest.objects.get()
    for _number in range(2):
        interest.placements.create(dossier=make_dossier(), status="working")
    assert 'id="id_positions_error"' in correct(client, link, positions="1").content.decode()
    assert EmployerInterest.objects.get().positions == 3


@pytest.mark.parametrize("status", [InterestStatus.UNCONFIRMED, InterestStatus.CLOSED])
def test_a_sign_up_that_is_not_open_can_not_be_corrected(client: Client, link: str, status: str) -> None:
    typed = read_answers(client, f"{link}gegevens/") | {"positions": "9"}
    EmployerInterest.objects.update(status=status)
    assert client.get(f"{link}gegevens/").url == client.post(f"{link}gegevens/", typed).url == link
    assert f"{link}gegevens/" not in client.get(link).content.decode()
    assert EmployerInterest.objects.get().positions == 3


def test_an_employer_adds_other_work_with_a_page_and_a_mail_of_its_own(
    client: Client, link: str, content: SignUpPage
) -> None:
    SignUpQuestion.objects.create(page=content, label="Vervoer", field_type="singleline", required=False)
    assert f'href="{link}ander-werk/"' in client.get(link).content.decode()
    assert set(read_answers(client, f"{link}ander-werk/")) >= {"work_description", "question_vervoer"}
    response = client.post(f"{link}ander-werk/", {**WORK, "question_vervoer": "Bus"})
    other, first = EmployerInterest.objects.order_by("-pk")
    assert (other.status, other.work_description, other.positions) == (InterestStatus.NEW, "Kisten stapelen", 2)
    assert other.confirmed_at and other.answers == {"Vervoer": "Bus"}
    assert other.contact_given == first.contact_given and other.reference != first.reference
    assert response.url == find_link()
    assert mail.outbox[-1].subject == filled(content.next_mail_subject)
    assert other.reference in client.get(response.url).content.decode()


def test_the_same_other_work_is_not_added_twice(client: Client, link: str) -> None:
    first, second = (client.post(f"{link}ander-werk/", WORK) for _click in range(2))
    # not the addresses: their tokens hold the second in which they were made
    assert client.get(first.url).context["interest"] == client.get(second.url).context["interest"]
    html = client.post(f"{link}ander-werk/", WORK | {"positions": "9"}).content.decode()
    assert EmployerInterest.objects.latest("pk").reference in html.replace("\u2011", "-")
    assert EmployerInterest.objects.count() == 2


def test_other_work_that_is_not_filled_in_is_refused_and_the_rest_stays(client: Client, link: str) -> None:
    html = client.post(f"{link}ander-werk/", WORK | {"positions": "", "start_date": "1-1-2020"}).content.decode()
    assert "Kisten stapelen" in html
    assert dutch("Write for how many people you have work.") in html
    assert EmployerInterest.objects.count() == 1


def test_too_much_other_work_in_an_hour_is_refused_and_stays_in_the_form(client: Client, link: str) -> None:
    while may_add_other_work("anna@dewit.example"):
        pass
    response = client.post(f"{link}ander-werk/", WORK)
    assert response.status_code == 429
    html = response.content.decode()
    assert dutch("Too many sign-ups in a short time") in html and "Kisten stapelen" in html
    assert EmployerInterest.objects.count() == 1


def test_a_closed_sign_up_still_leads_to_new_work_but_an_unconfirmed_or_forgotten_one_does_not(
    client: Client, link: str
) -> None:
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    assert f"{link}ander-werk/" in client.get(link).content.decode()
    for change in ({"contact_given": {}}, {"status": InterestStatus.UNCONFIRMED}):
        EmployerInterest.objects.update(**change)
        assert f"{link}ander-werk/" not in client.get(link).content.decode()
        assert client.post(f"{link}ander-werk/", WORK).url == link
    assert EmployerInterest.objects.count() == 1


def test_a_tampered_link_opens_no_form(client: Client, link: str) -> None:
    for name in ("gegevens", "ander-werk"):
        assert client.get(f"/aanmelding/x/{name}/").status_code == 404


def test_a_telephone_shows_the_keys_that_each_answer_needs(client: Client, content: SignUpPage) -> None:
    html = client.get(content.url).content.decode()
    keys = {name: re.search(rf'<input[^>]* name="{name}"[^>]*>', html)[0] for name in ("phone", "email", "kvk_number")}
    assert 'type="tel"' in keys["phone"] and 'autocomplete="tel"' in keys["phone"]
    assert 'type="email"' in keys["email"] and 'autocomplete="email"' in keys["email"]
    assert 'inputmode="numeric"' in keys["kvk_number"]
