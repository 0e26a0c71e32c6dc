import pytest

from tests.browser.conftest import DESK, PHONE
from tests.conftest import PASSWORD


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_coordinator_logs_in_and_sees_the_dashboard_in_dutch(log_in, coordinator, fits, width):
    page = log_in(coordinator, width=width)
    assert page.locator("html").get_attribute("lang") == "nl"
    assert page.locator("main h1, main h2").first.inner_text().strip() == "Asielzoekers naar werk"
    assert page.get_by_placeholder("Zoekterm").count() or page.get_by_text("Zoekterm").count()
    assert fits(page)


def test_a_wrong_password_is_told_in_dutch_and_lets_nobody_in(visit, coordinator):
    page = visit("/beheer/login/")
    page.fill("[name=username]", coordinator.get_username())
    page.fill("[name=password]", "not-the-password")
    page.click("form [type=submit]")
    page.wait_for_load_state()
    assert "/beheer/login/" in page.url
    assert "wachtwoord" in page.locator("body").inner_text().lower()


def test_who_has_no_right_on_the_backoffice_does_not_get_in(visit, make_user):
    page = visit("/beheer/login/?next=/beheer/")
    page.fill("[name=username]", make_user("somebody").get_username())
    page.fill("[name=password]", PASSWORD)
    page.click("form [type=submit]")
    page.wait_for_load_state()
    assert "/beheer/login/" in page.url
