"""A coordinator finds who calls with the keyboard alone."""

from django.urls import reverse
from playwright.sync_api import expect

from dossiers.backoffice.activity.subjects import get_record_url
from tests.browser.page_checks import find_problems, tab_to
from tests.dossiers.models.factories import make_dossier, make_employer


def test_the_number_of_a_ringing_telephone_opens_the_page_of_who_calls(log_in, coordinator, live_site):
    dossier = make_dossier(given_name="Selam", family_name="Haile", phone="+31612345678")
    make_employer(company_name="Kas Zon", phone="+31612345679")
    page = log_in(coordinator)
    tab_to(page, "Ga naar de inhoud")
    page.keyboard.press("Control+k")
    page.keyboard.type("061234567")
    results = page.locator(".search-box .search-found")
    expect(results).to_contain_text("Selam Haile")
    assert find_problems(page) == []
    page.keyboard.press("Escape")
    expect(results).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Ga naar de inhoud")).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("+31 6 1234 5678")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{get_record_url(dossier)}")


def test_the_page_of_a_search_shows_what_looks_like_it(log_in, coordinator, live_site):
    make_dossier(given_name="Selam", family_name="Haile")
    page = log_in(coordinator, reverse("dossiers_search"))
    assert find_problems(page) == []
    page.goto(f"{reverse('dossiers_search')}?q=Halie")
    expect(page.locator(".search-page").get_by_role("link", name="Selam Haile")).to_be_visible()
    expect(page.locator(".w-breadcrumbs li:last-child")).to_contain_text("Halie")
    expect(page.get_by_role("searchbox", name="Zoeken in de backoffice")).to_have_value("Halie")
    assert find_problems(page) == []
