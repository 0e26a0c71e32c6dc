"""Tests of proposing a candidate, starting from a dossier, an interest or neither."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dossiers.models import EmployerInterest, FollowUp, InterestStatus, Placement, Status, Step, WorkKind, WorkRight
from dossiers.models.candidate_page.answers import save_message

from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.placements import days_ago, make_placement, make_ready_dossier, today
from .pages import raw, text, url

pytestmark = pytest.mark.usefixtures("base_data")


def proposal_url(**records) -> str:
    query = "&".join(f"{name}={record.pk}" for name, record in records.items())
    return f"{url(Placement, 'add')}?{query}"


def submit_proposal(client, dossier, interest, **data):
    data = {"kind": "paid", "day": f"{today():%d-%m-%Y}"} | data
    return client.post(proposal_url(dossier=dossier, interest=interest), data, follow=True)


def test_a_proposal_from_a_dossier_offers_open_interests(coordinator_client):
    dossier = make_ready_dossier(given_name="Selam", family_name="Haile")
    offer = make_interest(employer=make_employer(company_name="Kas Zon"), positions=3)
    make_interest(employer=make_employer(company_name="Al dicht"), status=InterestStatus.CLOSED)
    make_sign_up()
    page = coordinator_client.get(proposal_url(dossier=dossier))
    assert "Selam Haile" in text(page)
    assert "0 van 3 plekken bezet" in text(page)
    assert proposal_url(dossier=dossier, interest=offer).replace("&", "&amp;") in raw(page)
    assert "Al dicht" not in text(page)
    assert "Plukkerij" not in text(page)


def test_a_proposal_from_an_interest_offers_open_dossiers(coordinator_client):
    offer = make_interest()
    make_ready_dossier(given_name="Selam", family_name="Haile")
    make_ready_dossier(given_name="Tesfay", family_name="Woldu", status=Status.WITHDRAWN)
    page = coordinator_client.get(proposal_url(interest=offer))
    assert "Selam Haile" in text(page)
    assert "Tesfay" not in text(page)
    assert "Selam Haile" not in text(coordinator_client.get(proposal_url(interest=offer) + "&q=woldu"))
    assert "Er is niets met “woldu”" in text(coordinator_client.get(proposal_url(interest=offer) + "&q=woldu"))


def test_the_choice_shows_missing_requirements(coordinator_client):
    make_ready_dossier(given_name="Selam", expectation_talk_on=None)
    assert "verwachtingengesprek" in text(coordinator_client.get(proposal_url(interest=make_interest())))


def test_a_candidate_is_proposed(coordinator_client):
    dossier, offer = make_ready_dossier(), make_interest(hours_per_week=24)
    page = coordinator_client.get(proposal_url(dossier=dossier, interest=offer))
    assert page.context["form"]["hours_per_week"].value() == 24
    response = submit_proposal(
        coordinator_client, dossier, offer, kind="volunteering", day=f"{days_ago(3):%d-%m-%Y}", hours_per_week="16"
    )
    placement = Placement.objects.get()
    assert response.redirect_chain == [(url(Placement, "inspect", placement.pk), 302)]
    assert (placement.dossier, placement.interest, placement.kind) == (dossier, offer, WorkKind.VOLUNTEERING)
    assert (placement.proposed_on, placement.hours_per_week) == (days_ago(3), 16)
    assert "coordinator" in text(coordinator_client.get(url(Placement, "history", placement.pk)))


def test_missing_requirements_are_shown_above_an_enabled_button(coordinator_client):
    dossier = make_ready_dossier(expectation_talk_on=None, application_date=days_ago(60))
    offer = make_interest()
    page = text(coordinator_client.get(proposal_url(dossier=dossier, interest=offer)))
    before, later = page.split("Later nodig, voordat de vergunning")
    assert "verwachtingengesprek" in before.split("Nog nodig om voor te stellen")[1]
    assert "wachttijd tot" in later
    assert "uwv.nl" in later
    response = submit_proposal(coordinator_client, dossier, offer, kind="volunteering", hours_per_week="17")
    assert "Deze kandidaat kan nog niet worden voorgesteld: verwachtingengesprek." in text(response)
    assert 'value="17"' in raw(response)
    assert response.context["form"]["kind"].value() == "volunteering"
    assert not Placement.objects.exists()


@pytest.mark.parametrize(
    ("dossier", "interest", "words"),
    [
        ({"work_right": WorkRight.NONE}, {}, "mag niet werken"),
        ({"status": Status.WITHDRAWN}, {}, "het dossier is gesloten"),
        ({}, {"status": InterestStatus.CLOSED}, "gesloten"),
    ],
)
def test_a_candidate_with_missing_requirements_is_not_proposed(coordinator_client, dossier, interest, words):
    response = submit_proposal(coordinator_client, make_ready_dossier(**dossier), make_interest(**interest))
    assert words in text(response)
    assert not Placement.objects.exists()


def test_too_many_hours_are_an_error_of_their_field(coordinator_client):
    response = submit_proposal(coordinator_client, make_ready_dossier(), make_interest(), hours_per_week="90")
    assert response.context["form"].errors.keys() == {"hours_per_week"}
    assert not Placement.objects.exists()


def test_work_that_does_not_fit_the_dossier_is_remarked_and_proposed(coordinator_client):
    dossier = make_ready_dossier(hours_per_week=16, available_from=today() + timedelta(days=60))
    offer = make_interest(hours_per_week=24, start_date=today() + timedelta(days=7))
    late = f"beschikbaar vanaf {dossier.available_from:%d-%m-%Y}, het werk begint op {offer.start_date:%d-%m-%Y}"
    remark = "Dit past niet bij wat in het dossier staat: {}. Vraag het na bij de kandidaat."
    page = text(coordinator_client.get(proposal_url(dossier=dossier, interest=offer)))
    assert remark.format(late) in page and "Kan werken (uren per week) 16 de werkgever vraagt 24" in page
    answer = submit_proposal(coordinator_client, dossier, offer, hours_per_week="24")
    assert remark.format(f"werk van 24 uur, de kandidaat kan 16 uur; {late}") in text(answer)
    assert "Uren per week van dit werk 24" in text(answer)
    assert Placement.objects.get().hours_per_week == 24


def test_what_the_candidate_asked_to_correct_is_shown_before_the_employer_is_told(coordinator_client):
    placement = make_placement()
    action = save_message(placement.dossier, "Ik kan pas vanaf 1 februari")
    remark = "Een actie hierover staat nog open. De kandidaat vraagt om een verbetering: “Ik kan pas vanaf 1 februari”"
    tell = url(Placement, "tell", placement.pk)
    assert remark in text(coordinator_client.get(tell))
    FollowUp.objects.filter(pk=action.pk).update(done_at=timezone.now())
    assert remark not in text(coordinator_client.get(tell))


def test_a_second_proposal_redirects_to_the_existing_placement(coordinator_client):
    placement = make_placement()
    redirects = [(url(Placement, "inspect", placement.pk), 302)]
    for answer in (
        submit_proposal(coordinator_client, placement.dossier, placement.interest),
        coordinator_client.get(proposal_url(dossier=placement.dossier, interest=placement.interest), follow=True),
    ):
        assert answer.redirect_chain == redirects and "hier al voorgesteld" in text(answer)
    assert Placement.objects.get() == placement


def test_a_candidate_can_be_proposed_again_after_a_placement(coordinator_client):
    placement = make_placement(Step.ENDED)
    assert submit_proposal(coordinator_client, placement.dossier, placement.interest).redirect_chain[-1][0] != url(
        Placement, "inspect", placement.pk
    )
    assert Placement.objects.open().get().pk != placement.pk


def test_dossiers_and_interests_have_a_proposal_button(coordinator_client):
    dossier, offer = make_dossier(), make_interest()
    assert proposal_url(dossier=dossier) in raw(coordinator_client.get(url(type(dossier), "edit", dossier.pk)))
    assert proposal_url(interest=offer) in raw(coordinator_client.get(url(type(offer), "edit", offer.pk)))


@pytest.mark.parametrize("query", ["dossier=999", "interest=999", "dossier=x"])
def test_an_unknown_record_is_not_found(coordinator_client, query):
    assert coordinator_client.get(f"{url(Placement, 'add')}?{query}").status_code == 404


def test_an_invisible_interest_is_not_found(coordinator_client):
    hidden = make_sign_up(status=InterestStatus.UNCONFIRMED)
    assert coordinator_client.get(proposal_url(interest=hidden)).status_code == 404
    assert (
        coordinator_client.post(
            proposal_url(dossier=make_ready_dossier(), interest=hidden), {"kind": "paid"}
        ).status_code
        == 404
    )
    assert EmployerInterest.objects.filter(pk=hidden.pk).exists()
