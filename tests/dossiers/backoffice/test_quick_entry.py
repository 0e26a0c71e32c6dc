"""Tests of recording a move."""

from django.urls import reverse

from dossiers.models import Finding, Status
from dossiers.models.rights import COORDINATORS

from ..models.factories import make_dossier
from ..models.placements import make_placement, today
from .pages import raw, text


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
