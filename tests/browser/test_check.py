"""An employer does the check with the keyboard on a telephone."""

import pytest
from playwright.sync_api import expect

from pilot_pages.content.loader import load_content
from tests.browser.conftest import PHONE
from tests.browser.page_checks import find_violations, tab_to


@pytest.fixture
def site(live_site):
    load_content()


def test_an_employer_goes_from_the_home_page_through_the_check_to_the_sign_up(visit, fits_width, site):
    def looks_right(step: str) -> None:
        assert fits_width(page), step
        assert find_violations(page) == [], step

    page = visit("/", PHONE)
    tab_to(page, "Doe de check")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vraag 1 van hoogstens 5")).to_be_visible()
    tab_to(page, "Volgende")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Kies een antwoord. Druk dan op Volgende.")
    expect(page.get_by_label("Betaald werk in loondienst")).to_be_focused()
    looks_right("nothing chosen")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat geldt voor de kandidaat?")
    looks_right("second question")
    tab_to(page, "Vorige vraag")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Betaald werk in loondienst")).to_be_checked()
    tab_to(page, "Betaald werk")
    page.keyboard.press("Enter")
    tab_to(page, "Wacht in de opvang")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Heeft een status")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ja, deze kandidaat mag werken zonder vergunning.")
    looks_right("outcome")
    assert page.context.cookies() == []
    tab_to(page, "Meld u aan", 40)
    page.keyboard.press("Enter")
    expect(page.get_by_text("U deed de check:")).to_be_visible()
    looks_right("sign-up")
