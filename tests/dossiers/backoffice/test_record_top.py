"""The page of a record begins with how to reach whom it is about, and with what comes next."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

import dossiers
from dossiers.backoffice.activity.subjects import get_edit_url, get_record_url, get_talk_url
from dossiers.models import Dossier, EmployerInterest, FollowUp, InterestStatus, Placement, Status, Step

from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from .pages import form_data, raw, text, url


@pytest.fixture
def candidate(base_data):
    return make_dossier(
        given_name="Selam", family_name="Haile", phone="+31612345678", email="selam@example.org", location="AZC Dronten"
    )


@pytest.fixture
def employer(base_data):
    return make_employer(company_name="Kas BV", contact_name="Jan Kas", phone="+31527612345", email="jan@example.org")


def get_page(client, record) -> str:
    return raw(client.get(url(type(record), "inspect", record.pk)))


def test_the_page_of_a_candidate_begins_with_links_to_call_and_to_mail(coordinator_client, candidate) -> None:
    page = get_page(coordinator_client, candidate)
    assert 'href="tel:+31612345678"' in page and "06 12345678" in page and 'href="mailto:selam@example.org"' in page
    assert page.index("tel:+31612345678") < page.index('id="values"'), "above the values"


def test_the_pages_of_interests_and_placements_name_whom_to_call(coordinator_client, candidate, employer) -> None:
    interest = make_interest(employer=employer)
    placement = Placement.objects.create(dossier=candidate, interest=interest)
    for record in (employer, interest, placement):
        assert 'href="tel:+31527612345"' in get_page(coordinator_client, record), record
    assert 'href="tel:+31612345678"' in get_page(coordinator_client, placement)


def test_a_sign_up_is_reached_as_it_says_itself(coordinator_client, base_data) -> None:
    sign_up = make_sign_up(status="new", given={"company_name": "Nieuw BV", "phone": "+31527600000"})
    assert 'href="tel:+31527600000"' in get_page(coordinator_client, sign_up)


def test_whoever_signed_up_stays_on_each_page_about_the_interest_once_the_employer_is_linked(
    coordinator_client, candidate, employer
) -> None:
    interest = make_sign_up(employer=employer, status="new")
    placement = Placement.objects.create(dossier=candidate, interest=interest)
    addresses = [get_record_url(interest), get_talk_url(interest), get_record_url(placement), get_talk_url(placement)]
    for address in addresses:
        page = text(coordinator_client.get(address))
        assert "Aangemeld door: Henk de Fictie 0527 000 160 henk@example.org" in page, address
        assert "Contact van de werkgever: Kas BV Jan Kas 0527 612 345 jan@example.org" in page, address
    form = text(coordinator_client.get(get_edit_url(interest)))
    for words in ("Henk de Fictie", "0527 000 160", "henk@example.org"):
        assert words in form


@pytest.mark.parametrize("given", [{}, {"contact_name": "jan kas", "phone": "", "email": "jan@example.org"}])
def test_an_employer_who_signed_up_is_named_once(coordinator_client, employer, given) -> None:
    interest = make_interest(employer=employer, contact_given=given)
    for address in (get_record_url(interest), get_talk_url(interest), get_edit_url(interest)):
        page = text(coordinator_client.get(address))
        assert "Aangemeld door" not in page and "Contact van de werkgever" not in page, address
        assert "contact zoals opgegeven" not in page


def test_the_first_open_action_is_next(coordinator_client, candidate) -> None:
    today = timezone.localdate()
    assert "Volgende: geen actie gepland" in text(coordinator_client.get(url(type(candidate), "inspect", candidate.pk)))
    FollowUp.objects.create(dossier=candidate, text="Later", due_on=today + timedelta(days=9))
    FollowUp.objects.create(dossier=candidate, text="Eerst bellen", due_on=today + timedelta(days=1))
    FollowUp.objects.create(dossier=candidate, text="Gedaan", due_on=date(2020, 1, 1), done_at=timezone.now())
    page = text(coordinator_client.get(url(type(candidate), "inspect", candidate.pk)))
    assert page.index("Volgende:") < page.index("Eerst bellen") < page.index("Later") < page.index("Gedaan")


def test_a_forgotten_candidate_can_not_be_reached(coordinator_client, candidate) -> None:
    type(candidate).objects.filter(pk=candidate.pk).update(
        anonymised_at=timezone.now(), phone="", email="", location=""
    )
    page = get_page(coordinator_client, candidate)
    assert "tel:" not in page and "geen actie gepland" not in page


def test_an_employer_offers_again_from_its_own_page(coordinator_client, employer) -> None:
    address = f"{url(type(make_interest(employer=employer)), 'add')}?employer={employer.pk}"
    assert address in get_page(coordinator_client, employer)
    form = coordinator_client.get(address)
    assert form.context["form"].initial["employer"] == employer.pk
    saved = coordinator_client.post(address, form_data(form) | {"work_description": "Paprika's oogsten"})
    interest = employer.interests.get(work_description="Paprika's oogsten")
    assert saved.url == url(type(interest), "inspect", interest.pk)


@pytest.mark.parametrize("kind", ["employers", "interests"])
def test_a_name_in_a_list_opens_the_page_and_not_the_form(coordinator_client, employer, kind) -> None:
    interest = make_interest(employer=employer)
    record = employer if kind == "employers" else interest
    page = raw(coordinator_client.get(f"/beheer/{kind}/"))
    assert f'<a href="{url(type(record), "inspect", record.pk)}">' in " ".join(page.split()).replace('" >', '">')


def test_each_status_has_its_sign_in_a_list_and_on_the_page(coordinator_client, candidate) -> None:
    style = (Path(dossiers.__file__).parent / "static/dossiers/backoffice.css").read_text()
    for code in {*Status, *InterestStatus, *Step} - {"registered", "unconfirmed", "new", "proposed"}:
        assert f".record-status--{code}" in style, code
    for page in (url(type(candidate), "list"), url(type(candidate), "inspect", candidate.pk)):
        assert f'record-status--{candidate.status}">{candidate.get_status_display()}' in raw(
            coordinator_client.get(page)
        )


def find_work_button(client, record) -> tuple[str, str] | None:
    """Return the text and the URL of the main button of the page, None if that is the one for a talk."""
    page = BeautifulSoup(get_page(client, record), "html.parser")
    main = page.select_one(".record-actions a.button:not(.button-secondary)")
    is_talk = main is None or main["href"].startswith(get_talk_url(record))
    return None if is_talk else (main.get_text(strip=True), main["href"])


def test_an_available_candidate_is_proposed_from_the_top_of_the_page(coordinator_client, candidate) -> None:
    assert find_work_button(coordinator_client, candidate) is None, "registered: first a talk"
    Dossier.objects.filter(pk=candidate.pk).update(status=Status.AVAILABLE)
    label, address = find_work_button(coordinator_client, candidate)
    assert label == "Voorstellen aan een werkgever"
    make_interest(work_description="Paprika's oogsten", status="contacted")
    assert "Paprika's oogsten" in text(coordinator_client.get(address))


def test_a_candidate_who_wants_to_stop_or_is_closed_is_not_proposed_from_the_top(coordinator_client, candidate) -> None:
    dossiers = Dossier.objects.filter(pk=candidate.pk)
    dossiers.update(status=Status.AVAILABLE, withdrawal_requested_on=timezone.localdate())
    assert find_work_button(coordinator_client, candidate) is None
    dossiers.update(status=Status.COMPLETED, withdrawal_requested_on=None)
    assert find_work_button(coordinator_client, candidate) is None


def test_a_proposed_candidate_leads_to_the_placements_and_after_these_to_the_next_employer(
    coordinator_client, candidate, employer
) -> None:
    Dossier.objects.filter(pk=candidate.pk).update(status=Status.AVAILABLE)
    placement = Placement.objects.create(dossier=candidate, interest=make_interest(employer=employer))
    assert find_work_button(coordinator_client, candidate) == (
        "Naar de plaatsing bij Kas BV",
        get_record_url(placement),
    )
    Placement.objects.create(dossier=candidate, interest=make_interest())
    assert find_work_button(coordinator_client, candidate) == (
        "Naar de 2 plaatsingen",
        f"{get_record_url(candidate)}#placement",
    )
    assert find_work_button(coordinator_client, placement) is None, "its steps are on the page"
    Placement.objects.update(status=Step.ENDED, ended_on=timezone.localdate())
    Dossier.objects.filter(pk=candidate.pk).update(status=Status.AVAILABLE)
    assert find_work_button(coordinator_client, placement)[0] == "Voorstellen aan een werkgever"


def test_an_employer_is_asked_for_work_until_there_is_some_to_propose_for(coordinator_client, employer) -> None:
    assert find_work_button(coordinator_client, employer)[0] == "Nieuw aanbod"
    interest = make_interest(employer=employer, status="new")
    assert find_work_button(coordinator_client, employer) is None, "nobody called yet"
    assert find_work_button(coordinator_client, interest) is None
    EmployerInterest.objects.filter(pk=interest.pk).update(status="contacted")
    proposing = ("Kandidaat voorstellen", f"{url(Placement, 'add')}?interest={interest.pk}")
    assert find_work_button(coordinator_client, interest) == proposing
    assert find_work_button(coordinator_client, employer) == proposing


def test_an_interest_that_is_full_closed_or_withdrawn_asks_for_no_candidate(coordinator_client, candidate) -> None:
    interest = make_interest(status="contacted", positions=1)
    interests = EmployerInterest.objects.filter(pk=interest.pk)
    interests.update(withdrawal_requested_on=timezone.localdate())
    assert find_work_button(coordinator_client, interest) is None
    interests.update(withdrawal_requested_on=None, status="closed")
    assert find_work_button(coordinator_client, interest) is None
    interests.update(status="contacted")
    today = timezone.localdate()
    Placement.objects.create(dossier=candidate, interest=interest, status=Step.WORKING, working_on=today)
    assert find_work_button(coordinator_client, interest) is None


def test_a_move_is_recorded_from_the_menu_of_an_open_dossier(coordinator_client, candidate) -> None:
    address = reverse("dossiers_moved", args=[candidate.pk])
    assert address in get_page(coordinator_client, candidate)
    Dossier.objects.filter(pk=candidate.pk).update(status=Status.WITHDRAWN)
    assert address not in get_page(coordinator_client, candidate)


def test_a_record_without_a_coordinator_says_so_in_words(coordinator_client, coordinator, candidate, employer) -> None:
    for record, field in ((candidate, "coordinator"), (make_interest(employer=employer), "owner")):
        address = url(type(record), "inspect", record.pk)
        assert "Begeleider: nog niet toegewezen" in text(coordinator_client.get(address))
        type(record).objects.filter(pk=record.pk).update(**{field: coordinator})
        assert "nog niet toegewezen" not in text(coordinator_client.get(address)).split("Volgende:")[0]
