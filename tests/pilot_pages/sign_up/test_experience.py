"""The status page asks later for obstacles and solutions, and stores each answer as a draft finding."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from dossiers.models import ContactMoment, Employer, EmployerInterest, Finding, FindingCategory, InterestStatus
from pilot_pages.models import SignUpPage
from pilot_pages.sign_up import links
from pilot_pages.sign_up.experience import ANSWER_LIMIT, ASKED_AFTER
from pilot_pages.sign_up.progress import STAGES
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch

QUESTION = "What stood in the way, and what helped?"


@pytest.fixture
def interest(content: SignUpPage) -> EmployerInterest:
    """A confirmed sign-up that a coordinator took over and called about."""
    employer = Employer.objects.create(company_name="De Wit", contact_name="Anna", email="anna@dewit.example")
    return EmployerInterest.objects.create(
        employer=employer,
        status=InterestStatus.CONTACTED,
        confirmed_at=timezone.now(),
        work_description="Tomaten",
        contact_given={"company_name": "De Wit", "email": "anna@dewit.example"},
    )


@pytest.fixture
def page(interest: EmployerInterest) -> str:
    return f"/aanmelding/{links.make_token(interest)}/"


@pytest.fixture
def tell(client: Client, page: str) -> Callable[..., Any]:
    def send(follow: bool = True, **changes: Any) -> Any:
        category = FindingCategory.objects.get(code="vervoer")
        answers = {"category": category.pk, "description": "Er rijdt geen bus.", "tried": "Wij halen op.", **changes}
        return client.post(f"{page}ervaring/", answers, follow=follow)

    return send


def test_an_experience_is_a_draft_finding_of_the_sign_up_and_its_employer(
    tell: Callable[..., Any], interest: EmployerInterest
) -> None:
    html = tell().content.decode()
    finding = Finding.objects.get()
    assert finding.is_draft and finding.by_employer
    assert (finding.interest, finding.employer) == (interest, interest.employer)
    assert (finding.side, finding.category.kind) == ("employer", "barrier")
    assert (finding.description, finding.tried) == ("Er rijdt geen bus.", "Wij halen op.")
    assert not Finding.objects.confirmed().exists()
    assert "Er rijdt geen bus." in html
    assert "Dank u, wij hebben het ontvangen." in html


def test_an_english_employer_reads_the_categories_in_english(client: Client, page: str) -> None:
    FindingCategory.objects.filter(code="vooroordeel").update(name_en="")
    token = page.split("/")[2]
    with translation.override("en"):
        html = client.get(reverse("pilot_pages:status", args=[token])).content.decode()
    assert "Transport to work" in html
    assert "Vervoer naar het werk" not in html
    assert "Vooroordeel" in html
    assert "Vervoer naar het werk" in client.get(page).content.decode()


def test_an_experience_in_a_positive_category_is_an_opportunity(tell: Callable[..., Any]) -> None:
    tell(category=FindingCategory.objects.get(code="onbenut-talent").pk, tried="")
    assert Finding.objects.get().category.kind == "opportunity"


def test_an_employer_sees_only_their_own_text_and_not_that_of_staff(
    client: Client, tell: Callable[..., Any], page: str, interest: EmployerInterest
) -> None:
    tell()
    finding = Finding.objects.get()
    finding.description = "Volgens de coördinator lastig."
    finding.save()
    category = finding.category
    Finding.objects.create(interest=interest, category=category, side="employer", description="Geheim van ons")
    html = client.get(page).content.decode()
    assert "Er rijdt geen bus." in html
    assert "coördinator lastig" not in html
    assert "Geheim van ons" not in html


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("category", "", "Choose what it is about."),
        ("category", "99999", "Choose one of the answers."),
        ("category", "x", "Choose one of the answers."),
        ("description", "", "Write in a few words what happened."),
        ("description", "BSN 111222333", "This text holds a citizen service number (BSN)."),
        ("tried", "<b>vet</b>", "Write plain text, without “<” before a letter."),
    ],
)
def test_an_invalid_answer_is_refused_with_a_message_and_remains_in_the_form(
    tell: Callable[..., Any], name: str, typed: str, message: str
) -> None:
    response = tell(**{name: typed})
    html = response.content.decode()
    labels = {"category": "Waar gaat het over?", "description": "Wat gebeurde er?", "tried": "Wat hebt u eraan gedaan?"}
    assert f'href="#id_{name}">{labels[name]} {"" if "BSN" in message else dutch(message)}' in compact_html(response)
    assert "Wij halen op." in html or name == "tried"
    assert not Finding.objects.exists()


def test_sending_the_same_experience_twice_creates_one_finding(tell: Callable[..., Any]) -> None:
    tell()
    tell()
    assert Finding.objects.count() == 1


def test_the_number_of_experiences_of_an_employer_is_limited_each_day(tell: Callable[..., Any]) -> None:
    for number in range(ANSWER_LIMIT.most):
        assert tell(follow=False, description=f"Nummer {number}").status_code == 302
    response = tell(description="Te veel")
    assert response.status_code == 429
    assert dutch("That was a lot of answers for one day. Tell us the rest tomorrow; nothing was stored.") in (
        response.content.decode()
    )
    assert Finding.objects.count() == ANSWER_LIMIT.most


def test_a_recorded_call_puts_a_new_sign_up_in_contact_and_asks_for_the_experience(
    client: Client, interest: EmployerInterest, page: str
) -> None:
    EmployerInterest.objects.filter(pk=interest.pk).update(status=InterestStatus.NEW)
    ContactMoment.objects.create(interest=interest, kind="tried", text="Voicemail", held_on=timezone.localdate())
    before = client.get(page).content.decode()
    in_contact, closed = (str(STAGES[status].meaning) for status in (InterestStatus.CONTACTED, InterestStatus.CLOSED))
    assert dutch(in_contact) not in before and dutch(QUESTION) not in before
    ContactMoment.objects.create(interest=interest, kind="call", text="Gebeld", held_on=timezone.localdate())
    after = client.get(page).content.decode()
    assert dutch(in_contact) in after and dutch(QUESTION) in after
    EmployerInterest.objects.filter(pk=interest.pk).update(status=InterestStatus.CLOSED)
    assert dutch(closed) in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("status", "days", "asked"),
    [
        (InterestStatus.NEW, 0, False),
        (InterestStatus.NEW, ASKED_AFTER.days, True),
        (InterestStatus.CONTACTED, 0, True),
        (InterestStatus.MATCHED, 0, True),
        (InterestStatus.CLOSED, 0, True),
        (InterestStatus.UNCONFIRMED, 0, False),
    ],
)
def test_the_form_about_experiences_is_shown_only_when_an_employer_can_have_one(
    client: Client, page: str, tell: Callable[..., Any], status: str, days: int, asked: bool
) -> None:
    EmployerInterest.objects.update(status=status, confirmed_at=timezone.now() - timedelta(days=days, minutes=1))
    assert (dutch(QUESTION) in client.get(page).content.decode()) is asked
    tell()
    assert Finding.objects.exists() is asked


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (InterestStatus.NEW, "A member of our staff reads your sign-up, and gets in touch with you"),
        (InterestStatus.CONTACTED, "We have been in touch."),
        (InterestStatus.MATCHED, "A candidate has been found for your work."),
        (InterestStatus.CLOSED, "We are doing nothing more with this sign-up."),
    ],
)
def test_the_page_shows_the_stage_of_the_sign_up(client: Client, page: str, status: str, words: str) -> None:
    EmployerInterest.objects.update(status=status)
    html = client.get(page).content.decode()
    assert str(STAGES[status].meaning).startswith(words) or dutch(str(STAGES[status].meaning)) in html
    assert html.count('aria-current="step"') == 1


def test_a_coordinator_sees_the_draft_finding_and_its_origin(
    tell: Callable[..., Any], coordinator: Any, client: Client
) -> None:
    tell()
    client.force_login(coordinator)
    listed = client.get("/beheer/findings/?draft=true").content.decode()
    assert "Er rijdt geen bus." in listed
    html = client.get(f"/beheer/findings/edit/{Finding.objects.get().pk}/").content.decode()
    assert dutch("The employer told this on the page of the sign-up, and reads there what was told.") in html


def test_an_experience_cannot_be_sent_without_a_valid_link(client: Client, content: SignUpPage) -> None:
    assert client.post("/aanmelding/x/ervaring/", {"description": "x"}).status_code == 404
