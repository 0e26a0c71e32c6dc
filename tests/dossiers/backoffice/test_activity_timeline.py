"""Tests of the activity on the page of a record."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import ContactMoment, Dossier, Employer, EmployerInterest, Finding, FollowUp

from ..models.factories import make_dossier, make_interest
from ..models.placements import days_ago, make_placement, make_ready_dossier, today
from ..models.test_activity import make_finding, saved
from .pages import raw, text, url


def test_the_page_of_a_dossier_shows_all_activity(coordinator_client, coordinator):
    placement = make_placement(notes="")
    dossier = placement.dossier
    saved(make_finding(placement=placement))
    saved(ContactMoment(dossier=dossier, text="Kennisgemaakt", user=coordinator))
    saved(FollowUp(dossier=dossier, text="Fiets regelen", due_on=days_ago(1), owner=coordinator))
    page = coordinator_client.get(url(Dossier, "inspect", dossier.pk))
    page_text = text(page)
    late = f"{days_ago(1):%d-%m-%Y} Fiets regelen"
    for part in ("Kennisgemaakt", late, "Nog weinig Nederlands", placement.interest.company_name, "Tijdlijn"):
        assert part in page_text
    assert reverse("dossiers_talk_dossier", args=[dossier.pk]) in raw(page)
    assert f"{url(Finding, 'add')}?dossier={dossier.pk}" in raw(page)
    assert 'class="record-due"' in raw(page), "what is late stands out"


def test_the_page_of_an_employer_has_all_its_interests_and_placements(coordinator_client):
    placement = make_placement()
    employer = placement.interest.employer
    second_interest = make_interest(employer=employer, work_description="Kassen schoonmaken")
    page_text = text(coordinator_client.get(url(Employer, "inspect", employer.pk)))
    assert second_interest.reference in page_text and placement.dossier.full_name in page_text
    assert placement.dossier.full_name in text(
        coordinator_client.get(url(EmployerInterest, "inspect", placement.interest.pk))
    )


def test_the_page_of_a_dossier_names_missing_requirements_and_their_source(coordinator_client):
    page_text = text(coordinator_client.get(url(Dossier, "inspect", make_dossier().pk)))
    assert "datum asielaanvraag onbekend" in page_text and "uwv.nl" in page_text


def test_the_page_of_a_dossier_has_a_constant_number_of_queries(coordinator_client, coordinator):
    dossier = make_ready_dossier()

    def count_queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            coordinator_client.get(url(Dossier, "inspect", dossier.pk))
        return len(captured)

    def add_records(count: int) -> None:
        for _number in range(count):
            saved(make_finding(dossier=dossier, noted_by=coordinator))
            saved(ContactMoment(dossier=dossier, text="x", user=coordinator))
            saved(FollowUp(dossier=dossier, text="x", due_on=today(), owner=coordinator))
            make_placement(dossier=Dossier.objects.get(pk=dossier.pk))

    add_records(4)
    count_queries()
    query_count = count_queries()
    add_records(36)
    assert count_queries() == query_count
