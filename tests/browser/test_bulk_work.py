"""Columns, a saved view and a bulk change, with the keyboard alone and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from dossiers.models import BulkChange, Dossier, SavedView
from tests.browser.conftest import DESK, PHONE, make_session_cookie
from tests.browser.page_checks import find_overflow, find_violations, skip_menu, tab_to
from tests.dossiers.models.factories import make_dossier
from tests.dossiers.models.placements import make_placement


@pytest.fixture
def people(base_data):
    for given_name in ("Selam", "Tesfay"):
        make_dossier(given_name=given_name, family_name="Haile", status="available", location="Luttelgeest")
    make_dossier(given_name="Omar", family_name="Zaki", status="intake")


def press(page: Page, words: str, key: str = "Enter", limit: int = 90) -> None:
    tab_to(page, words, limit)
    page.keyboard.press(key)


def test_the_list_is_changed_in_bulk_with_the_keyboard_alone(log_in, coordinator, people):
    page = log_in(coordinator, "/beheer/dossiers/?status=available")
    skip_menu(page)
    press(page, "Kolommen")
    page.wait_for_url("**/columns/**")
    skip_menu(page)
    press(page, "Nog nodig voor betaald werk", "Space")
    press(page, "Verblijfplaats", "Space")
    press(page, "Verblijfplaats omhoog")
    page.wait_for_url("**up=location**")
    expect(page.get_by_role("button", name="Verblijfplaats omhoog")).to_be_focused()
    page.keyboard.press("Enter")  # once more: the focus went along
    page.wait_for_load_state()
    press(page, "Deze kolommen tonen", limit=150)  # past three stops a column
    page.wait_for_url("**/beheer/dossiers/?**")
    expect(page.get_by_role("columnheader", name="Verblijfplaats")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Nog nodig")).to_have_count(0)
    expect(page.get_by_role("link", name="Omar Zaki")).to_have_count(0)

    skip_menu(page)
    press(page, "Deze weergave bewaren")
    page.wait_for_url("**/views/add/**")
    tab_to(page, "Naam")
    page.keyboard.type("Beschikbaar")
    press(page, "Opslaan")
    page.wait_for_url("**/beheer/dossiers/?**")
    current = page.get_by_role("navigation", name="Weergaven van deze lijst").locator("[aria-current]")
    expect(current).to_have_text("Beschikbaar")
    assert SavedView.objects.get().name == "Beschikbaar"

    skip_menu(page)
    press(page, "Alle 2 resultaten", "Space")
    press(page, "Wijzigen…")
    page.wait_for_url("**/change/**")
    expect(page.get_by_role("heading", name="2 dossiers")).to_be_visible()
    skip_menu(page)
    tab_to(page, "Status")
    page.keyboard.press("ArrowDown")  # from one button to the next
    expect(page.get_by_role("radio", name="Begeleider")).to_be_checked()
    tab_to(page, "Verblijfplaats")
    page.keyboard.type("Emmeloord")  # a value chooses its field
    expect(page.get_by_role("radio", name="Verblijfplaats")).to_be_checked()
    press(page, "Laat zien wat er verandert")
    page.wait_for_url("**/bulk-changes/**")
    expect(page.get_by_text("Luttelgeest → Emmeloord").first).to_be_visible()
    press(page, "Nu 2 dossiers wijzigen")
    expect(page.get_by_text("Gewijzigd: 2")).to_be_visible()
    assert sorted(Dossier.objects.values_list("location", flat=True)) == ["", "Emmeloord", "Emmeloord"]

    press(page, "Deze wijziging ongedaan maken")
    page.wait_for_url("**/undo/")
    expect(page.get_by_role("heading", name="Wat er gebeurt als u dit ongedaan maakt")).to_be_visible()
    press(page, "Deze wijziging nu ongedaan maken")
    expect(page.get_by_text("Ongedaan gemaakt").first).to_be_visible()
    assert sorted(Dossier.objects.values_list("location", flat=True)) == ["", "Luttelgeest", "Luttelgeest"]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_each_page_of_a_bulk_change_fits_and_is_accessible(log_in, coordinator, people, fits_width, width):
    make_placement()
    page = log_in(coordinator, "/beheer/dossiers/?columns=phone,location", width)

    def looks_right(step: str) -> None:
        page.wait_for_load_state("networkidle")
        assert fits_width(page), step
        assert find_overflow(page) == [], step
        assert width == PHONE or find_violations(page) == [], step  # the same markup: once is enough

    looks_right("list")
    page.get_by_role("checkbox", name="Alles in deze lijst (4)").check()
    page.get_by_role("button", name="Wijzigen…").click()
    looks_right("choose")
    page.get_by_role("radio", name="Status").check()
    page.get_by_role("combobox", name="Status").select_option("withdrawn")
    page.get_by_role("button", name="Laat zien wat er verandert").click()
    page.get_by_role("link", name="Geweigerd").click()
    looks_right("preview")
    page.get_by_role("button", name="Nu 3 dossiers wijzigen").click()
    looks_right("applied")
    page.get_by_role("link", name="Deze wijziging ongedaan maken").click()
    looks_right("undo")
    page.goto("/beheer/bulk-changes/")
    looks_right("all of them")
    page.goto("/beheer/lists/dossier/columns/?columns=phone")
    looks_right("columns")
    page.goto("/beheer/lists/dossier/views/add/?columns=phone")
    looks_right("a view")
    page.goto("/beheer/lists/dossier/export/?id=all")
    looks_right("taking out")
    assert BulkChange.objects.get().state == BulkChange.State.APPLIED


def test_a_bulk_change_works_without_javascript(browser, live_site, coordinator, people):
    context = browser.new_context(base_url=live_site.url, java_script_enabled=False)
    context.add_cookies([make_session_cookie(coordinator, live_site.url)])
    page = context.new_page()
    page.goto("/beheer/dossiers/?status=available")
    page.locator('td input[name="id"]').first.check()
    page.locator('button:has-text("Wijzigen…")').click()
    page.locator('input[name="field"][value="location"]').check()
    page.locator('input[name="to_location"]').fill("Emmeloord")
    page.locator('button:has-text("Laat zien wat er verandert")').click()
    page.locator('button:has-text("Nu 1 dossier wijzigen")').click()
    expect(page.get_by_text("Gewijzigd: 1")).to_be_visible()
    assert Dossier.objects.filter(location="Emmeloord").count() == 1
    context.close()
