"""The links from a page to its translations, on a phone and on a desktop."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from pilot_pages.models import GuidancePage, TranslationApproval
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_violations


@pytest.fixture
def site(loaded_site, admin: User) -> None:
    arabic = GuidancePage.objects.get(slug="for-candidates", locale__language_code="ar")
    TranslationApproval.record(arabic, "Een tolk", admin)
    arabic.get_latest_revision().publish()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_candidate_switches_from_dutch_to_english_to_arabic(
    site: None, visit: Callable[..., Page], fits_width: Callable[[Page], bool], width: int
) -> None:
    page = visit("/voor-kandidaten/", width)
    for name, heading, direction in (
        ("English", "What does taking part mean for me?", "ltr"),
        ("العربيّة", "ماذا تعني المشاركة بالنسبة لي؟", "rtl"),
        ("Nederlands", "Wat betekent meedoen voor mij?", "ltr"),
    ):
        page.locator(".site-languages").get_by_role("link", name=name).click()
        expect(page.locator("h1")).to_have_text(heading)
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == direction
        assert fits_width(page)
        assert find_violations(page) == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_english_form_fits_and_is_accessible(
    site: None, visit: Callable[..., Page], fits_width: Callable[[Page], bool], width: int
) -> None:
    page = visit("/en/sign-up/", width)
    page.get_by_role("button", name="Send the sign-up").click()
    expect(page.get_by_text("We could not send your sign-up yet")).to_be_visible()
    assert fits_width(page)
    assert find_violations(page) == []
