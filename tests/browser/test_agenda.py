"""An appointment from a talk is shown in the agenda and in the calendar feed."""

from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from dossiers.backoffice.activity.subjects import get_talk_url
from tests.browser.page_checks import find_problems, tab_to
from tests.dossiers.models.factories import make_dossier


def test_an_appointment_from_a_talk_is_in_the_agenda_and_in_a_calendar_until_its_address_ends(
    log_in, visit, coordinator, live_site
):
    Authenticator.objects.create(user=coordinator, type=Authenticator.Type.TOTP, data={"secret": "x"})
    dossier = make_dossier(given_name="Selam", family_name="Haile")
    outlook = visit("/beheer/login/").request
    page = log_in(coordinator, get_talk_url(dossier))
    page.get_by_label("Wat te doen").fill("Kennismaken bij de kas")
    page.get_by_role("button", name="over een week").click()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Opgeslagen:")).to_be_visible()
    page.goto("/beheer/")
    coming = page.get_by_role("link", name="Kennismaken bij de kas")
    expect(coming).to_be_visible()
    page.goto("/beheer/agenda/")
    expect(coming).to_be_visible()
    assert find_problems(page) == []
    page.get_by_role("button", name="Adres maken").click()
    address = page.get_by_label("Adres van uw agenda").input_value()
    assert find_problems(page) == []
    calendar = outlook.get(address).text()
    assert f"SUMMARY:Actie {dossier.reference}" in calendar and "Selam" not in calendar
    page.get_by_role("button", name="Adres intrekken").click()
    expect(page.get_by_text("kan niemand uw agenda meer lezen")).to_be_visible()
    assert outlook.get(address).status == 404


def test_the_address_of_the_calendar_is_made_and_revoked_by_keyboard(log_in, visit, coordinator, live_site):
    Authenticator.objects.create(user=coordinator, type=Authenticator.Type.TOTP, data={"secret": "x"})
    page = log_in(coordinator)
    page.keyboard.press("Control+k")
    page.keyboard.type("agenda")
    expect(page.locator(".search-box .search-found")).to_contain_text("Agenda")
    page.keyboard.press("Enter")
    page.wait_for_url("**/beheer/agenda/**")
    tab_to(page, "Adres maken")
    page.keyboard.press("Enter")
    field = page.get_by_label("Adres van uw agenda")
    expect(field).to_be_visible()
    calendar, address = visit("/beheer/login/").request, field.input_value()
    assert calendar.get(address).ok
    tab_to(page, "Adres intrekken")
    page.keyboard.press("Space")
    expect(page.get_by_text("kan niemand uw agenda meer lezen")).to_be_visible()
    assert calendar.get(address).status == 404
