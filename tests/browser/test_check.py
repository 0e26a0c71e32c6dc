"""An employer does the check with the keyboard on a telephone."""

from django.utils import translation
from playwright.sync_api import expect

from pilot_pages.checker.decision_tree import Tree
from pilot_pages.models import CheckPage
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_violations, tab_to
from tests.pilot_pages.checker.trees import find_walks

BOTTOM_OF_MAIN = "document.querySelector('main').getBoundingClientRect().bottom + window.scrollY"


def test_an_employer_goes_from_the_home_page_through_the_check_to_the_sign_up(visit, fits_width, loaded_site):
    def looks_right(step: str) -> None:
        assert fits_width(page), step
        assert find_violations(page) == [], step

    page = visit("/", PHONE)
    tab_to(page, "Doe de check")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vraag 1 van hoogstens 6")).to_be_visible()
    tab_to(page, "Volgende")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Kies een antwoord. Druk dan op Volgende.")
    expect(page.get_by_label("Ja, ik heb een kandidaat")).to_be_focused()
    looks_right("nothing chosen")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welk soort werk is het?")
    tab_to(page, "Betaald werk")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat geldt voor de kandidaat?")
    looks_right("third question")
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


def test_every_outcome_fits_on_two_screens(visit, loaded_site):
    check = CheckPage.objects.get(locale__language_code="nl")
    with translation.override("nl"):
        addresses = {walk.at.name: "/".join(walk.addresses) for walk in find_walks(Tree.of(check.tree))}
    page = visit(check.url)
    heights = {}
    for name, address in addresses.items():
        page.goto(page.url.partition("/check/")[0] + f"{check.url}{address}/")
        for width, height in ((PHONE, 740), (DESK, 800)):
            page.set_viewport_size({"width": width, "height": height})
            heights[name, width] = page.evaluate(BOTTOM_OF_MAIN) / height
    assert {place: height for place, height in heights.items() if height > 2} == {}
