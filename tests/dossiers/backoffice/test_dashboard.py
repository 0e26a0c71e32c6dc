"""Tests of the dashboard; each count links to the list of exactly the counted records."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.backoffice.dashboard.tiles import build_tiles, build_waiting_tiles
from dossiers.models import (
    ContactMoment,
    Dossier,
    Expense,
    FollowUp,
    ImportRun,
    InReception,
    InterestStatus,
    Pilot,
    Regulation,
    Requirements,
    Status,
    Step,
    WorkRight,
)
from dossiers.models.candidate_page.answers import record_answer
from dossiers.models.candidate_page.withdrawal import request_withdrawal
from dossiers.models.dossiers.readiness import CODES, first_day_after_months
from tests.conftest import LoggedIn

from ..models.factories import make_dossier, make_interest, make_sign_up
from ..models.placements import days_ago, make_placement, make_ready_dossier, today
from ..models.test_activity import make_finding, saved
from .pages import raw, text

HOME = reverse("wagtailadmin_home")


def make_dashboard_records(coordinator, make_user) -> None:
    """Create a record for each count of the dashboard, and records that do not count."""
    other = make_user("other")
    soon = today() + timedelta(days=10)
    left = make_user("left", is_active=False)
    owners = ((coordinator, today()), (coordinator, days_ago(2)), (None, today()), (other, today()), (left, today()))
    for owner, day in owners:
        saved(FollowUp(text="Bellen", due_on=day, owner=owner))
    saved(FollowUp(text="Later", due_on=soon, owner=coordinator))
    saved(FollowUp(text="Al gedaan", due_on=today(), owner=coordinator)).mark_done(coordinator)
    make_sign_up()
    make_interest(status=InterestStatus.CONTACTED)
    saved(make_finding())
    saved(make_finding()).confirm(coordinator)
    for state in ("sent", "reading", "previewed", "asking", "applied"):
        ImportRun.objects.create(record="dossiers", file_name="lijst.csv", state=state, by_partner=state == "sent")
    make_dossier(document_expires_on=soon, coordinator=coordinator, expectation_talk_on=today())
    make_dossier(coordinator=left)
    make_dossier(coordinator=left, status=Status.WITHDRAWN)
    make_dossier(document_expires_on=soon, status=Status.WITHDRAWN)
    make_dossier(document_expires_on=today() + timedelta(days=100))
    placement = make_placement(Step.WORKING)
    placement.permit_valid_until = soon
    placement.save()


def test_each_count_equals_that_of_the_linked_list(coordinator_client, coordinator, make_user):
    make_dashboard_records(coordinator, make_user)
    tiles = build_tiles(coordinator, today())
    for tile in (*tiles, *build_waiting_tiles(coordinator, today()).value):
        listed = coordinator_client.get(tile.url).context["page_obj"].paginator.count
        assert listed == tile.count, tile.label
    counts = {str(tile.label): tile.count for tile in tiles}
    assert counts["Uw acties voor vandaag"] == 2
    assert counts["Acties voor vandaag die nog niet zijn toegewezen"] == 2
    assert counts["Documenten die binnen zes weken aflopen"] == 1
    assert counts["Vergunningen die binnen zes weken aflopen"] == 1
    assert counts["Lijsten van partners die wachten"] == 1
    assert counts["Bevindingen om te bevestigen"] == 1
    assert counts["Nieuwe aanmeldingen"] == 1


def test_a_due_action_can_be_marked_as_done_on_the_dashboard(coordinator_client, coordinator):
    dossier = make_dossier()
    action = saved(FollowUp(text="Fiets regelen", due_on=days_ago(1), owner=coordinator, dossier=dossier))
    page = coordinator_client.get(HOME)
    assert "Fiets regelen" in text(page) and dossier.full_name in text(page)
    done_page = coordinator_client.post(reverse("dossiers_settle", args=[action.pk]), {"back": HOME}, follow=True)
    assert "Er is vandaag niets te doen" in text(done_page)


def test_the_form_of_the_dashboard_has_a_csrf_token(coordinator):
    action = saved(FollowUp(text="Fiets regelen", due_on=today(), owner=coordinator))
    browser = LoggedIn(enforce_csrf_checks=True)  # as every browser is treated
    browser.force_login(coordinator)
    form = re.search(r"<form action=\"[^\"]*/done/\".*?</form>", raw(browser.get(HOME)), re.S)[0]
    sent = dict(re.findall(r"name=\"([^\"]+)\" value=\"([^\"]*)\"", form))
    browser.post(reverse("dossiers_settle", args=[action.pk]), sent)
    action.refresh_from_db()
    assert action.is_done


def test_the_dashboard_shows_the_budget_left_and_the_week(coordinator_client):
    assert "€ 28.600,00 over van € 28.600,00" in text(coordinator_client.get(HOME))
    pilot = Pilot.load()
    pilot.starts_on = days_ago(8)
    pilot.save()
    saved(Expense(category="matching", description="Bezoek", amount=100))
    page = coordinator_client.get(HOME)
    assert "€ 28.500,00 over van € 28.600,00 · week 2 van 20" in text(page)
    assert reverse("dossiers_money") in raw(page)


def test_the_dashboard_counts_actions_and_shows_candidates_first(coordinator_client, coordinator, make_user):
    for number in range(12):
        saved(FollowUp(text=f"Bellen {number}", due_on=days_ago(5), owner=coordinator, dossier=make_dossier()))
    saved(FollowUp(text="Van een ander", due_on=days_ago(5), owner=make_user("ander")))
    stopping_dossier, declined_placement = make_ready_dossier(), make_placement()
    record_answer(declined_placement, agrees=False)
    request_withdrawal(stopping_dossier)
    page = coordinator_client.get(HOME)
    shown = raw(page).split('id="desk-today"')[1]
    assert shown.index("zegt nee tegen") < shown.index("wil stoppen met de pilot") < shown.index("Bellen 0")
    assert "8 van 14." in text(page)
    (link,) = re.findall(r'href="([^"]*due=true[^"]*owner_or_nobody[^"]*)"', raw(page))
    assert "14 resultaten" in text(coordinator_client.get(link.replace("&amp;", "&")))


def test_an_empty_dashboard_says_so(coordinator_client):
    page_text = text(coordinator_client.get(HOME))
    assert "Er is vandaag niets te doen" in page_text and "Nieuwe aanmeldingen" in page_text


def test_the_dashboard_has_a_constant_number_of_queries(coordinator_client, coordinator, make_user):
    def count_queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            coordinator_client.get(HOME)
        return len(captured)

    for day in (today(), today() + timedelta(days=3)):
        saved(FollowUp(text="Bellen", due_on=day, owner=coordinator, dossier=make_dossier()))
    count_queries()
    query_count = count_queries()
    make_dashboard_records(coordinator, make_user)
    for _number in range(10):
        saved(FollowUp(text="Bellen", due_on=today(), owner=coordinator, interest=make_interest()))
    assert count_queries() == query_count


@pytest.mark.parametrize("role", ["partner", "reader", "editor"])
def test_other_users_have_no_dashboard(as_user, request, role):
    saved(FollowUp(text="Fiets regelen", due_on=today()))
    page = as_user(request.getfixturevalue(role)).get(HOME)
    assert "Fiets regelen" not in text(page) and "desk-heading" not in raw(page)


def test_counts_of_missing_requirements_match_the_page_of_the_dossier(base_data, coordinator):
    """Compare the database condition with the rule in Python for each relevant combination."""
    requirements = Requirements.on(today())
    edge = requirements.applied_by
    assert first_day_after_months(edge, requirements.waiting_months) <= today()
    assert first_day_after_months(edge + timedelta(days=1), requirements.waiting_months) > today()
    for right, applied, reception, document, talk in product(
        WorkRight,
        (None, edge, edge + timedelta(days=1)),
        (InReception.YES, InReception.NO),
        (None, today(), days_ago(1)),
        (None, today(), today() + timedelta(days=1)),
    ):
        make_dossier(
            work_right=right,
            application_date=applied,
            in_reception=reception,
            document_expires_on=document,
            expectation_talk_on=talk,
            privacy_notice_on=talk,
        )
    make_dossier(withdrawal_requested_on=today())
    make_dossier(withdrawal_requested_on=days_ago(1), withdrawal_retracted_on=today())
    for code in CODES:
        by_rule = {
            dossier.pk
            for dossier in Dossier.objects.all()
            if code in [requirement.code for requirement in requirements.missing(dossier)]
        }
        assert (
            set(Dossier.objects.filter(requirements.missing_condition(code)).values_list("pk", flat=True)) == by_rule
        ), code
        assert by_rule


@pytest.mark.parametrize(("year", "month", "day"), [(2026, 2, 28), (2024, 2, 29), (2026, 8, 31), (2026, 3, 1)])
def test_the_last_application_day_is_correct_at_the_end_of_a_month(base_data, year, month, day):
    day = today().replace(year=year, month=month, day=day)
    requirements = Requirements.on(day)
    assert first_day_after_months(requirements.applied_by, requirements.waiting_months) <= day
    assert first_day_after_months(requirements.applied_by + timedelta(days=1), requirements.waiting_months) > day


def test_every_dossier_waits_without_a_rule_in_force(base_data):
    Regulation.objects.filter(key=Regulation.WAITING_TIME).delete()
    dossier = make_dossier(application_date=days_ago(4000))
    assert list(Dossier.objects.filter(Requirements.on(today()).missing_condition("waiting_time"))) == [dossier]


def test_a_contact_moment_is_not_on_the_dashboard(coordinator_client):
    saved(ContactMoment(dossier=make_dossier(), text="Gebeld"))
    assert "Gebeld" not in text(coordinator_client.get(HOME))
