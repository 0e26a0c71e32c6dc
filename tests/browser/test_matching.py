"""The matches of candidates and employers, on a phone, on a desktop and with the keyboard."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dossiers.models import Dossier, EmployerInterest, Sector
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_overflow, find_violations, tab_to
from tests.dossiers.models.factories import make_employer, make_interest
from tests.dossiers.models.placements import make_ready_dossier


@pytest.fixture
def pair(base_data):
    dossier = make_ready_dossier(
        given_name="Selam", family_name="Haile", sectors=["Landbouw", "Zorg"], dutch_level="A2", languages=["ar"],
        hours_per_week=32,
    )  # fmt: skip
    employer = make_employer(company_name="Kas Zon", sector=Sector.objects.get(name="Landbouw"))
    offer = make_interest(
        employer=employer, work_description="Tomaten plukken en sorteren", dutch_level_required="B1",
        working_languages=["ar"], hours_per_week=36, transport_offered=True,
    )  # fmt: skip
    return dossier, offer


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_pages_of_matches_fit_and_are_accessible(log_in, coordinator, pair, fits_width, width):
    dossier, offer = pair
    addresses = [
        reverse("dossiers_fitting_employers", args=[dossier.pk]),
        reverse("dossiers_fitting_candidates", args=[offer.pk]),
        *(reverse(type(record).snippet_viewset.get_url_name("inspect"), args=[record.pk]) for record in pair),
    ]
    page = log_in(coordinator, addresses[0], width)
    for address in addresses:
        page.goto(address)
        for scale in page.get_by_text("Zo worden de punten geteld").all():
            scale.click()
        expect(page.get_by_text("8 van 14 punten")).to_be_visible()
        assert fits_width(page), address
        assert find_overflow(page) == [], address
        assert width == PHONE or find_violations(page) == [], address


def test_a_coordinator_proposes_a_match_with_the_keyboard(log_in, coordinator, pair):
    dossier, offer = pair
    page = log_in(coordinator, reverse(Dossier.snippet_viewset.get_url_name("inspect"), args=[dossier.pk]))
    tab_to(page, "Bekijk de beste")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kas Zon")).to_be_visible()
    tab_to(page, f"Voorstellen: Kas Zon ({offer.reference})")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Selam Haile").first).to_be_visible()
    page.get_by_role("button", name="Voorstellen").click()
    expect(page).to_have_url(re.compile("/placements/inspect/"))
    assert EmployerInterest.objects.get(pk=offer.pk).placements.get().dossier == dossier
