"""A coordinator with a new account sets up a second factor, which the next login requires."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from dossiers.models import Sector
from tests.browser.conftest import DESK, PHONE, make_session_cookie
from tests.browser.page_checks import find_overflow, find_violations, tab_to
from tests.conftest import PASSWORD


def make_code(secret: str, steps: int = 0) -> str:
    """Return the one-time code of now, or of `steps` times 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Gebruikersnaam of e-mailadres").fill(name)
    page.get_by_label("Wachtwoord").fill(password)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/inloggen/uit/")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_text("U bent uitgelogd.")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_user_logs_in_sets_up_a_second_factor_and_uses_a_recovery_code(visit, coordinator, fits_width, width):
    def looks_right(step: str) -> None:
        expect(page.locator("html"), step).to_have_attribute("lang", "nl")
        assert fits_width(page), step
        assert find_overflow(page) == [], step
        assert find_violations(page) == [], step

    page = visit("/beheer/dossiers/", width)
    looks_right("login")
    sign_in(page, "coordinator")

    # No page of the backoffice before the second factor.
    expect(page.get_by_role("heading", name="Stel een tweede factor in")).to_be_visible()
    page.goto("/beheer/imports/")
    expect(page.get_by_role("heading", name="Stel een tweede factor in")).to_be_visible()
    page.get_by_text("De app kan het plaatje niet lezen").click()
    looks_right("set up")
    secret = page.locator(".login-key").inner_text().strip()
    page.get_by_role("textbox", name="Code").fill("000000")
    page.get_by_role("button", name="Instellen").click()
    expect(page.get_by_text("Deze code klopt niet")).to_be_visible()
    assert page.locator(".login-key").text_content().strip() == secret, "the app has been told this one"
    page.get_by_role("textbox", name="Code").fill(make_code(secret))
    page.get_by_role("button", name="Instellen").click()
    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()
    looks_right("recovery codes")
    recovery_code = page.locator(".login-codes code").first.inner_text()
    page.get_by_role("link", name="naar de backoffice").click()
    expect(page.get_by_role("heading", name="Asielzoekers naar werk")).to_be_visible()

    # A password and a code, no less.
    sign_out(page)
    looks_right("signed out")
    sign_in(page, "coordinator")
    expect(page.get_by_role("heading", name="Uw code")).to_be_visible()
    page.get_by_role("textbox", name="Code").fill("123456")
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(page.get_by_text("Deze code klopt niet")).to_be_visible()
    looks_right("code")
    page.goto("/beheer/dossiers/")
    page.wait_for_url("**/inloggen/**")
    page.get_by_role("textbox", name="Code").fill(make_code(secret, 1))
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(page.get_by_role("heading", name="Asielzoekers naar werk")).to_be_visible()

    # A recovery code, once.
    sign_out(page)
    sign_in(page, "coordinator@example.nl")
    page.get_by_role("textbox", name="Code").fill(recovery_code)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(page.get_by_role("heading", name="Asielzoekers naar werk")).to_be_visible()
    sign_out(page)
    sign_in(page, "coordinator")
    page.get_by_role("textbox", name="Code").fill(recovery_code)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(page.get_by_text("Deze code klopt niet")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_dashboard_is_in_dutch_and_links_to_the_security_settings(log_in, coordinator, fits_width, width):
    page = log_in(coordinator, width=width)
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.locator("main h1, main h2").first).to_have_text("Asielzoekers naar werk")
    assert fits_width(page)
    page.goto("/beheer/account/#tab-actions")
    page.get_by_role("link", name="Inloggen en beveiliging").click()
    expect(page.get_by_role("heading", name="Inloggen en beveiliging")).to_be_visible()
    assert fits_width(page)
    assert find_violations(page) == []


def test_logging_in_works_with_the_keyboard_alone(visit, editor):
    page = visit("/beheer/")
    expect(page.get_by_label("Gebruikersnaam of e-mailadres")).to_be_focused()  # a moment after the page is there
    page.keyboard.type(editor.get_username())
    tab_to(page, "Wachtwoord")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Stel een tweede factor in")).to_be_visible()


def test_a_wrong_password_is_refused_in_dutch(visit, coordinator):
    page = visit("/beheer/login/")
    sign_in(page, coordinator.get_username(), "not-the-password")
    expect(page.get_by_text("horen niet bij elkaar")).to_be_visible()
    assert "/inloggen/" in page.url


def test_a_user_without_backoffice_access_is_refused(visit, make_user):
    page = visit("/beheer/")
    sign_in(page, make_user("somebody").get_username())
    expect(page.get_by_role("heading", name="Geen toegang")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_was_typed_is_saved_after_the_session_ended(visit, live_site, coordinator, fits_width, width):
    page = visit("/beheer/sectors/add/", width, coordinator)
    page.locator("#id_name").fill("Tuinbouw <zaden>")
    page.context.clear_cookies()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("heading", name="Nog niet opgeslagen")).to_be_visible()
    assert fits_width(page) and find_overflow(page) == [] and find_violations(page) == []
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Inloggen in een nieuw tabblad").click()
    sign_in(opened.value, "coordinator")
    expect(opened.value.get_by_role("heading", name="Stel een tweede factor in")).to_be_visible()
    page.context.add_cookies([make_session_cookie(coordinator, live_site.url)])
    page.bring_to_front()
    page.get_by_role("button", name="Opnieuw versturen").click()
    expect(page.get_by_text("Tuinbouw <zaden>").first).to_be_visible()
    assert Sector.objects.filter(name="Tuinbouw <zaden>").exists()
