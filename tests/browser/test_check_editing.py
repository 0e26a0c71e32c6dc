"""The drawing of the check in its form and in its preview."""

import re

import pytest
from playwright.sync_api import Page, expect

from pilot_pages.models import CheckPage
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import SETTLE, find_clipped, find_violations
from tests.pilot_pages.checker.trees import build_small_tree, outcome, question, tree_value

LONG = "Arbeidsongeschiktheidsverzekeringsmaatschappij, en daarna een vraag die nog heel lang doorloopt?"
# The texts that do not fit into the room that the server measured for them.
CUT_OFF = """() => [...document.querySelectorAll(".check-map foreignObject")]
    .filter((room) => room.firstElementChild.scrollHeight > room.height.baseVal.value
        || room.firstElementChild.scrollWidth > room.width.baseVal.value)
    .map((room) => room.textContent)"""


@pytest.fixture
def check(loaded_site) -> CheckPage:
    return CheckPage.objects.get(locale__language_code="nl")


@pytest.fixture
def small_check(check: CheckPage) -> CheckPage:
    check.tree = tree_value(*build_small_tree())
    check.save_revision(clean=False)
    return check


def open_form(log_in, editor, check: CheckPage) -> Page:
    page = log_in(editor, f"/beheer/pages/{check.pk}/edit/")
    expect(page.locator("[data-w-unsaved-has-edits-value=false]")).to_be_attached()
    return page


def find_problems(page: Page) -> list[str]:
    """Return what is cut off in the drawing or its list, and what axe reports about the whole form."""
    clipped = []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLE)
        clipped += [problem for problem in find_clipped(page) if "check-" in problem]
    return clipped + find_violations(page)


def test_a_box_and_an_answer_lead_to_their_fields_with_the_keyboard(log_in, editor, small_check):
    page = open_form(log_in, editor, small_check)
    drawing = page.get_by_role("region", name="Tekening van de check")
    drawing.get_by_role("link", name="wachttijd", exact=True).press("Enter")
    name = page.locator("[data-check-name=question]:focus")
    expect(name).to_have_value("wachttijd")
    expect(name).to_be_in_viewport(ratio=1)
    drawing.get_by_role("link", name="Vrijwillig").press("Enter")
    target = page.locator("[data-contentpath=to] select:focus")
    expect(target).to_have_value("mag")
    expect(target).to_be_in_viewport(ratio=1)


def test_the_links_of_the_preview_lead_to_the_form_too(log_in, editor, small_check):
    page = open_form(log_in, editor, small_check)
    page.locator("[data-side-panel-toggle=preview]").click()
    frame = page.frame_locator("#w-preview-iframe")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()  # the slower of two previews would stay
    page.locator("#id_preview_mode").select_option(label="Tekening van het geheel")
    frame.get_by_role("link", name="wachttijd", exact=True).click()
    expect(page.locator("[data-check-name=question]:focus")).to_have_value("wachttijd")


def test_the_keyboard_can_skip_the_drawing(log_in, editor, small_check):
    page = open_form(log_in, editor, small_check)
    page.get_by_role("link", name="Sla de tekening over").press("Enter")
    page.keyboard.press("Tab")
    panel = page.get_by_role("region", name="Vragen en uitkomsten").first
    expect(panel.locator(":focus").first).to_be_in_viewport(ratio=1)


def test_the_drawing_fits_on_every_screen_and_on_paper(log_in, editor, check):
    page = open_form(log_in, editor, check)
    page.locator(".check-tree__list summary").click()
    assert page.evaluate(CUT_OFF) == []
    assert find_problems(page) == []
    page.emulate_media(color_scheme="dark")
    assert find_problems(page) == []
    page.locator(".check-tree__list summary").click()
    page.emulate_media(media="print")
    assert page.evaluate("(box => box.scrollWidth <= box.clientWidth)(document.querySelector('.check-map'))")
    expect(page.locator(".check-tree__branches")).to_be_visible()


def test_a_check_that_is_not_ready_is_drawn_and_says_what_to_mend(log_in, editor, check):
    check.tree = tree_value(
        question("een", {"Ja": "twee", "Nee": "een", LONG: "mag"}, question=LONG),
        question("twee", {"Ja": "een", "Nee": "weg", LONG: ""}),
        question("los", {"Ja": "dicht", "Nee": "mag"}),
        question("dicht", {"Ja": "los", "Nee": "dicht"}),
        outcome("mag"),
        outcome("los-eind", heading=LONG),
    )
    check.save_revision(clean=False)
    page = open_form(log_in, editor, check)
    page.locator(".check-tree__list summary").click()
    assert page.evaluate(CUT_OFF) == []
    assert find_problems(page) == []
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.get_by_role("link", name=re.compile("Vraag “twee”, antwoord “Nee”")).press("Enter")
    expect(page.locator("[data-contentpath=to] select:focus")).to_have_value("weg")
