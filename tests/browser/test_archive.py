"""A dossier is archived and restored, on a desk and on a phone."""

from playwright.sync_api import expect

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import Dossier, Status
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_overflow, find_violations, skip_menu, tab_to
from tests.dossiers.models.factories import make_dossier


def test_a_closed_dossier_is_archived_and_restored(log_in, coordinator, base_data):
    make_dossier(given_name="Selam", family_name="Haile", status=Status.COMPLETED)
    make_dossier(given_name="Omar", family_name="Zaki", status=Status.INTAKE)
    page = log_in(coordinator, "/beheer/dossiers/")
    page.get_by_role("checkbox", name="Selam Haile").check()
    page.get_by_role("button", name="Archiveren…").click()
    page.get_by_role("button", name="Archiveren", exact=True).click()
    expect(page.get_by_text("Gearchiveerd op")).to_be_visible()
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert find_overflow(page) == [] == find_violations(page)
    page.goto(page.url.split("inspect/")[0])
    expect(page.get_by_role("link", name="Omar Zaki")).to_be_visible()
    expect(page.get_by_role("link", name="Selam Haile")).to_have_count(0)
    page.get_by_role("button", name="Toon filters").or_(page.get_by_label("Filter")).first.click()
    page.get_by_role("button", name="Archief").click()
    page.get_by_role("radio", name="alleen gearchiveerde").check()
    page.get_by_role("link", name="Selam Haile").click()
    page.get_by_role("button", name="Terughalen").click()
    expect(page.get_by_text("is teruggehaald")).to_be_visible()
    expect(page.get_by_text("Gearchiveerd op")).to_have_count(0)
    assert not Dossier.objects.exclude(archived_at=None).exists()


def test_a_closed_dossier_is_archived_and_restored_by_keyboard(log_in, coordinator, live_site):
    dossier = make_dossier(given_name="Selam", family_name="Haile", status=Status.COMPLETED)
    page = log_in(coordinator, get_record_url(dossier))
    skip_menu(page)
    tab_to(page, "Acties")
    page.keyboard.press("Enter")
    tab_to(page, "Archiveren…")
    page.keyboard.press("Enter")
    page.wait_for_url("**/archive/**")
    tab_to(page, "Terug naar")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Archiveren")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Gearchiveerd op")).to_be_visible()
    assert Dossier.objects.exclude(archived_at=None).exists()
    tab_to(page, "Terughalen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is teruggehaald")).to_be_visible()
    assert not Dossier.objects.exclude(archived_at=None).exists()
