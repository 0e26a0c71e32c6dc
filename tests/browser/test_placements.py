"""A placement from proposed to ended with the keyboard alone, and cards moved on the board by mouse and by key."""

from datetime import date
from itertools import pairwise

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dossiers.models import Placement, Status, Step
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_broken_words, find_clipped, find_overflow, find_violations, tab_to
from tests.dossiers.models.factories import make_employer, make_interest
from tests.dossiers.models.placements import make_placement, make_ready_dossier


@pytest.fixture
def offer(base_data):
    employer = make_employer(company_name="Kas Zon", contact_name="Anneke Voorbeeld")
    return make_interest(employer=employer, work_description="Tomaten plukken", positions=3)


@pytest.fixture
def candidate(base_data, coordinator):
    return make_ready_dossier(given_name="Selam", family_name="Haile", profession="kok", coordinator=coordinator)


def address(page: str, *args) -> str:
    return reverse(Placement.snippet_viewset.get_url_name(page), args=args)


def press(page: Page, words: str) -> None:
    """Tab to the control with this name and press Enter."""
    tab_to(page, words)
    page.keyboard.press("Enter")


def test_a_placement_is_completed_with_the_keyboard_alone(log_in, coordinator, candidate, offer, fits_width):
    def looks_right(step: str) -> None:
        assert fits_width(page), step
        assert find_overflow(page) == [], step
        assert find_violations(page) == [], step

    page = log_in(coordinator, f"{address('add')}?dossier={candidate.pk}")
    looks_right("choose")
    press(page, "Kas Zon")
    expect(page.get_by_text("De werkgever hoort nog niets")).to_be_visible()
    looks_right("propose")
    press(page, "Voorstellen")
    expect(page.get_by_text("Voorgesteld: P-")).to_be_visible()
    looks_right("proposed")

    press(page, "Vastleggen: de kandidaat is akkoord")
    expect(page.get_by_text("De kandidaat ging akkoord op").first).to_be_visible()
    press(page, "Werkgever inlichten…")
    expect(page.get_by_text("Dit hoort Kas Zon, en niets anders")).to_be_visible()
    looks_right("tell")
    press(page, "Vastleggen: de werkgever is zo ingelicht")
    expect(page.get_by_role("heading", name="Wat de werkgever hoorde op")).to_be_visible()
    looks_right("told")

    for step in ("kennismaking", "vergunning aangevraagd"):
        press(page, f"“{step}” vastleggen")
        expect(page.get_by_text(f"“{step}” op").first).to_be_visible()
    tab_to(page, "Vergunning geldig tot en met")
    page.keyboard.type(f"31-12-{date.today().year + 1}")
    page.keyboard.press("Escape")  # Wagtail's calendar
    press(page, "“vergunning verleend” vastleggen")
    expect(page.get_by_text("“vergunning verleend” op").first).to_be_visible()
    press(page, "“aan het werk” vastleggen")
    expect(page.get_by_text("“aan het werk” op").first).to_be_visible()
    candidate.refresh_from_db()
    assert candidate.status == Status.WORKING

    press(page, "Beëindigd")
    tab_to(page, "Waarom is het beëindigd?")
    page.keyboard.type("Contract")
    press(page, "“beëindigd” vastleggen")
    expect(page.get_by_text("Contract afgelopen").first).to_be_visible()
    looks_right("ended")
    placement = Placement.objects.get()
    assert [step for step, _day in placement.reached_steps] == list(Step)
    assert placement.permit_valid_until == date(date.today().year + 1, 12, 31)


def test_a_refused_step_is_explained_and_the_input_is_preserved(log_in, coordinator, candidate, offer):
    candidate.document_expires_on = None
    candidate.save()
    placement = make_placement(Step.INTERVIEW, candidate, offer)
    page = log_in(coordinator, address("inspect", placement.pk))
    page.get_by_label("Dag").first.fill("01-11-2026")
    page.get_by_role("button", name="“vergunning aangevraagd” vastleggen").click()
    expect(page.get_by_text("kan nog niet worden vastgelegd: document: einddatum onbekend")).to_be_visible()
    expect(page.get_by_label("Dag").first).to_have_value("01-11-2026")


def test_a_card_is_moved_with_the_keyboard(log_in, coordinator, candidate, offer):
    placement = make_placement(Step.INTERVIEW, candidate, offer)
    page = log_in(coordinator, address("board"))
    press(page, "Verplaats Selam Haile")
    press(page, "Aan het werk")
    expect(page.get_by_role("alert")).to_contain_text("“aan het werk” kan nog niet worden vastgelegd")
    assert find_violations(page) == []
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Vergunning aangevraagd")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-step=permit_requested]").get_by_role("link", name="Selam Haile")).to_be_visible()
    placement.refresh_from_db()
    assert placement.status == Step.PERMIT_REQUESTED
    expect(page.locator("summary", has_text="Verplaats")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, "Beëindigd…")
    expect(page.get_by_label("Waarom is het beëindigd?")).to_be_visible()


def test_a_card_can_be_dragged_and_a_refused_step_is_explained_on_the_board(log_in, coordinator, candidate, offer):
    placement = make_placement(Step.INTERVIEW, candidate, offer)
    page = log_in(coordinator, address("board"))
    card, refuses = page.locator(f"#placement-{placement.pk}"), page.locator(".board-column--refuses")
    card.locator(".board-days").hover()
    page.mouse.down()
    page.locator("[data-step=permit_requested] h2").hover()  # the drag begins before the board scrolls
    page.locator("[data-step=working] h2").hover()
    page.locator("[data-step=working] h2").hover()
    assert [column.get_attribute("data-step") for column in refuses.all()] == ["proposed", "permit_granted", "working"]
    page.mouse.up()
    refusal = card.get_by_role("alert")
    expect(refusal).to_contain_text("“aan het werk” kan nog niet worden vastgelegd: een werkvergunning")
    expect(refusal).to_be_in_viewport()
    expect(refuses).to_have_count(0)
    card.locator(".board-days").drag_to(page.locator("[data-step=permit_requested]"))
    expect(page.locator("[data-step=permit_requested]").get_by_role("link", name="Selam Haile")).to_be_visible()
    expect(page.get_by_role("link", name="Terugdraaien…")).to_be_visible()
    card.locator(".board-days").drag_to(page.locator("[data-step=permit_granted]"))
    expect(page.locator("#step-permit_granted")).to_have_attribute("open", "")
    placement.refresh_from_db()
    assert placement.status == Step.PERMIT_REQUESTED


def test_columns_of_240_pixels_scroll_within_the_board(log_in, coordinator, candidate, offer, fits_width):
    make_placement(Step.INTERVIEW, candidate, offer)
    page = log_in(coordinator, address("board"))
    columns, last = page.locator("[data-step]").all(), page.locator("[data-step=ended]")
    assert all(column.bounding_box()["width"] >= 240 for column in columns)
    assert fits_width(page)
    expect(last.get_by_role("heading")).not_to_be_in_viewport()
    press(page, "Beëindigd 0")
    expect(last.get_by_role("heading")).to_be_in_viewport(ratio=1)
    page.locator(".board").focus()
    for _press in range(40):
        page.keyboard.press("ArrowLeft")
    expect(columns[0].get_by_role("heading")).to_be_in_viewport(ratio=1)


def test_words_on_a_card_are_not_broken_and_all_columns_are_in_sight_on_a_large_screen(log_in, coordinator, candidate):
    employer = make_employer(company_name="Voorbeeldverpakkingen")
    make_placement(Step.WORKING, candidate, make_interest(employer=employer, work_description="Champignonkwekerij"))
    page = log_in(coordinator, address("board"))
    for width in (PHONE, 768, DESK, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()  # the menu is laid out for the width at which a page opens
        assert find_broken_words(page, "[data-step]") == [], width
        assert find_clipped(page) == [], width
    for column in page.locator("[data-step]").all():
        expect(column.get_by_role("heading")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_list_the_board_and_all_pages_fit(log_in, coordinator, candidate, offer, fits_width, width):
    placement = make_placement(Step.PERMIT_REQUESTED, candidate, offer)
    make_placement(Step.WORKING, make_ready_dossier(), offer)
    page = log_in(coordinator, address("list"), width)
    paths = [address("list"), address("board"), address("add")]
    paths += [address(name, placement.pk) for name in ("inspect", "edit", "tell", "back", "history", "delete")]
    for path in paths:
        page.goto(path)
        assert fits_width(page), path
        assert find_overflow(page) == [], path
        if width == DESK and "/delete/" not in path:
            assert find_violations(page) == [], path


def test_on_a_phone_the_columns_are_stacked(log_in, coordinator, candidate, offer):
    make_placement(Step.INTERVIEW, candidate, offer)
    page = log_in(coordinator, address("board"), PHONE)
    boxes = [column.bounding_box() for column in page.locator("[data-step]").all()]
    assert len({box["x"] for box in boxes}) == 1
    assert all(upper["y"] + upper["height"] <= lower["y"] for upper, lower in pairwise(boxes))
