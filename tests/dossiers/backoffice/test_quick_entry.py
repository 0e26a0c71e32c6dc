"""Tests of recording a conversation and a move."""

import pytest
from django.urls import reverse

from dates.format import format_date
from dossiers.models import ContactMoment, Dossier, Finding, Status
from dossiers.models.rights import COORDINATORS

from ..models.factories import make_dossier
from ..models.placements import days_ago, make_placement, today
from .pages import raw, text, url


def test_the_expectation_talk_is_recorded_with_its_text(coordinator_client, coordinator):
    dossier = make_dossier()
    response = coordinator_client.post(
        reverse("dossiers_talk", args=[dossier.pk]),
        {"day": f"{days_ago(2):%d-%m-%Y}", "text": "Uitgelegd wat de pilot is.", "expectation": "on", "notice": "on"},
    )
    dossier.refresh_from_db()
    assert response.url == url(Dossier, "inspect", dossier.pk)
    assert (dossier.expectation_talk_on, dossier.privacy_notice_on) == (days_ago(2), days_ago(2))
    contact = ContactMoment.objects.get()
    assert (contact.dossier, contact.text, contact.user) == (dossier, "Uitgelegd wat de pilot is.", coordinator)


def test_a_later_talk_keeps_the_day_of_the_first_and_says_so(coordinator_client):
    dossier = make_dossier(expectation_talk_on=days_ago(9), privacy_notice_on=days_ago(8))
    steps = Dossier.history.count()
    page, data = reverse("dossiers_talk", args=[dossier.pk]), {"day": f"{today():%d-%m-%Y}", "text": "Nog eens"}
    first, second = f"eerder vastgelegd, op {format_date(days_ago(9))},", f"op {format_date(days_ago(8))},"
    response = text(coordinator_client.post(page, data | {"expectation": "on"}, follow=True))
    assert f"Het gesprek is vastgelegd. Het verwachtingengesprek is al {first}" in response and second not in response
    response = text(coordinator_client.post(page, data | {"expectation": "on", "notice": "on"}, follow=True))
    assert first in response and second in response
    assert "blijft staan" not in text(coordinator_client.post(page, data, follow=True))
    dossier.refresh_from_db()
    assert (dossier.expectation_talk_on, dossier.privacy_notice_on) == (days_ago(9), days_ago(8))
    assert ContactMoment.objects.count() == 3 and Dossier.history.count() == steps


def test_a_talk_on_the_planned_day_keeps_it_without_a_word_and_an_earlier_one_replaces_it(coordinator_client):
    dossier = make_dossier(expectation_talk_on=today())
    page, data = reverse("dossiers_talk", args=[dossier.pk]), {"text": "Uitgelegd", "expectation": "on"}
    for day, steps in ((today(), 1), (days_ago(3), 2)):
        response = coordinator_client.post(page, data | {"day": f"{day:%d-%m-%Y}"}, follow=True)
        assert "Het gesprek is vastgelegd." in text(response) and "blijft staan" not in text(response)
        dossier.refresh_from_db()
        assert (dossier.expectation_talk_on, Dossier.history.count()) == (day, steps)


@pytest.mark.parametrize(
    "invalid_data",
    [{"day": "1-1-2099", "text": "x"}, {"day": "1-1-202", "text": "x"}, {"text": ""}, {"text": "BSN 123456782"}],
)
def test_an_invalid_talk_is_refused_and_nothing_is_stored(coordinator_client, invalid_data):
    dossier = make_dossier()
    response = coordinator_client.post(
        reverse("dossiers_talk", args=[dossier.pk]), {"day": f"{today():%d-%m-%Y}", "expectation": "on"} | invalid_data
    )
    assert response.status_code == 200
    dossier.refresh_from_db()
    assert dossier.expectation_talk_on is None and not ContactMoment.objects.exists()


def test_a_move_away_closes_the_dossier_and_records_a_barrier(coordinator_client):
    dossier = make_dossier(location="AZC Luttelgeest", status=Status.AVAILABLE)
    page = reverse("dossiers_moved", args=[dossier.pk])
    coordinator_client.post(page, {"day": f"{today():%d-%m-%Y}", "location": "AZC Elders", "what": "close"})
    dossier.refresh_from_db()
    assert (dossier.status, dossier.location) == (Status.WITHDRAWN, "AZC Elders")
    assert dossier.closing_reason.name == "Verhuisd naar een andere opvang"
    finding = Finding.objects.get()
    assert (finding.category.code, finding.dossier, finding.is_draft) == ("coa-verhuizing", dossier, False)
    assert finding.description == "Verhuisd van AZC Luttelgeest naar AZC Elders."


def test_a_dossier_of_a_moved_candidate_can_be_handed_over(coordinator_client, make_user, coordinator):
    dossier = make_dossier(status=Status.AVAILABLE)
    page = reverse("dossiers_moved", args=[dossier.pk])
    data = {"day": f"{today():%d-%m-%Y}", "location": "AZC Elders", "what": "hand_over"}
    assert "Kies wie ermee verdergaat" in text(coordinator_client.post(page, data))
    coordinator_client.post(page, data | {"coordinator": coordinator.pk})
    dossier.refresh_from_db()
    assert (dossier.status, dossier.coordinator) == (Status.AVAILABLE, coordinator)
    assert Finding.objects.count() == 1


def test_a_dossier_with_a_placement_is_not_closed_by_a_move(coordinator_client):
    dossier = make_placement().dossier
    page = reverse("dossiers_moved", args=[dossier.pk])
    response = coordinator_client.post(page, {"day": f"{today():%d-%m-%Y}", "location": "AZC Elders", "what": "close"})
    assert "Beëindig die eerst" in text(response) and "AZC Elders" in raw(response)
    dossier.refresh_from_db()
    assert dossier.location != "AZC Elders" and not Finding.objects.exists()


def test_a_move_keeps_a_coordinator_who_is_not_active_any_more(coordinator_client, make_user):
    left = make_user("weg", COORDINATORS, first_name="Wim", is_active=False)
    dossier = make_dossier(coordinator=left)
    address = reverse("dossiers_moved", args=[dossier.pk])
    page = coordinator_client.get(address)
    assert "Wim (niet actief)" in text(page)
    data = {name: page.context["form"][name].value() for name in ("day", "coordinator")}
    coordinator_client.post(address, data | {"location": "Emmen", "what": "hand_over"})
    dossier.refresh_from_db()
    assert (dossier.location, dossier.coordinator) == ("Emmen", left)
    dossier.coordinator = None
    dossier.save()
    assert "Wim" not in text(coordinator_client.get(address))
