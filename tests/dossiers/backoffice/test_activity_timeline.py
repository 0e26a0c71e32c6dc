"""Tests of the activity on the page of a record."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import ContactMoment, Dossier, Employer, EmployerInterest, Finding, FollowUp

from ..models.factories import make_dossier, make_interest
from ..models.placements import days_ago, make_placement, make_ready_dossier, today
from ..models.test_activity import make_finding, saved
from .pages import raw, text, url


def test_the_page_of_a_dossier_tells_the_whole_story(coordinator_client, coordinator):
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
    assert reverse("dossiers_talk", args=[dossier.pk]) in raw(page)
    assert f"{url(Finding, 'add')}?dossier={dossier.pk}" in raw(page)
    assert 'class="record-due"' in raw(page), "what is late stands out"


def test_the_page_of_an_employer_has_all_its_interests_and_placements(coordinator_client):
    placement = make_placement()
    employer = placement.interest.employer
    other = make_interest(employer=employer, work_description="Kassen schoonmaken")
    page_text = text(coordinator_client.get(url(Employer, "inspect", employer.pk)))
    assert other.reference in page_text and placement.dossier.full_name in page_text
    assert placement.dossier.full_name in text(
        coordinator_client.get(url(EmployerInterest, "inspect", placement.interest.pk))
    )


def test_the_page_says_what_is_missing_with_the_rule_and_its_source(coordinator_client):
    page_text = text(coordinator_client.get(url(Dossier, "inspect", make_dossier().pk)))
    assert "datum asielaanvraag onbekend" in page_text and "uwv.nl" in page_text


def test_a_page_asks_the_database_as_often_for_40_things_around_it_as_for_4(coordinator_client, coordinator):
    dossier = make_ready_dossier()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            coordinator_client.get(url(Dossier, "inspect", dossier.pk))
        return len(captured)

    def add(count: int) -> None:
        for _number in range(count):
            saved(make_finding(dossier=dossier, noted_by=coordinator))
            saved(ContactMoment(dossier=dossier, text="x", user=coordinator))
            saved(FollowUp(dossier=dossier, text="x", due_on=today(), owner=coordinator))
            make_placement(dossier=Dossier.objects.get(pk=dossier.pk))

    add(4)
    queries()
    few = queries()
    add(36)
    assert queries() == few
