"""Merging two dossiers and undoing the merge, with the keyboard alone and on a phone."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from dossiers.models import Dossier, Organisation, Sector, Supply
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_overflow, find_violations, skip_menu, tab_to

BORN = date(1990, 3, 12)


@pytest.fixture
def duplicates(base_data) -> tuple[Dossier, Dossier]:
    """Two dossiers of one person, supplied by the AZC and by the Werkcorporatie."""
    target = Dossier.objects.create(given_name="Selam", family_name="Haile", date_of_birth=BORN, profession="kok")
    duplicate = Dossier.objects.create(
        given_name="Selam", family_name="Hailé", date_of_birth=BORN, profession="lasser", location="Emmeloord"
    )
    duplicate.sectors.add(Sector.objects.get(name="Techniek"))
    for dossier, name in ((target, "AZC Luttelgeest"), (duplicate, "Werkcorporatie")):
        Supply.objects.create(dossier=dossier, organisation=Organisation.objects.named(name), external_id="P1")
    return target, duplicate


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    page.keyboard.press("Enter")


def test_merging_and_undoing_with_the_keyboard_alone(log_in, coordinator, duplicates):
    target, duplicate = duplicates
    page = log_in(coordinator, f"/beheer/dossiers/edit/{target.pk}/")
    skip_menu(page)  # which has a list of that name
    press(page, "Acties")
    press(page, "Samenvoegen met een ander dossier")
    expect(page.get_by_role("heading", name="Waarschijnlijk dezelfde persoon")).to_be_visible()
    press(page, duplicate.reference)
    expect(page.get_by_role("heading", name="Wordt opgeheven")).to_be_visible()
    page.wait_for_url(f"**/{duplicate.pk}/merge/{target.pk}/?turned=1")  # more is known in the duplicate
    press(page, "Andersom")
    page.wait_for_url(f"**/{target.pk}/merge/{duplicate.pk}/")
    profession = page.get_by_role("group", name="Beroep")
    expect(profession.get_by_role("radio", name="kok")).to_be_checked()
    tab_to(page, "kok")
    page.keyboard.press("ArrowDown")
    expect(profession.get_by_role("radio", name="lasser")).to_be_checked()
    press(page, f"{duplicate.reference} laten opgaan in")
    expect(page.get_by_text(f"is samengevoegd met {target.reference}.")).to_be_visible()
    target.refresh_from_db()
    assert (target.profession, target.location, target.supplies.count()) == ("lasser", "Emmeloord", 2)
    assert not Dossier.objects.filter(pk=duplicate.pk).exists()

    press(page, "Ongedaan maken")
    expect(page.get_by_role("heading", name="Dit komt terug")).to_be_visible()
    press(page, f"{duplicate.reference} weer een eigen dossier maken")
    expect(page.get_by_text(f"{duplicate.reference} is weer een eigen dossier")).to_be_visible()
    page.wait_for_url(f"**/inspect/{duplicate.pk}/")
    target.refresh_from_db()
    again = Dossier.objects.get(pk=duplicate.pk)
    assert (target.profession, target.location, target.supplies.get().external_id) == ("kok", "", "P1")
    assert (again.family_name, again.profession, again.sectors.get().name) == ("Hailé", "lasser", "Techniek")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_each_step_of_merging_fits_and_is_accessible(log_in, coordinator, duplicates, fits_width, width):
    target, duplicate = duplicates
    page = log_in(coordinator, f"/beheer/dossiers/{target.pk}/merge/", width)

    def looks_right(step: str) -> None:
        assert fits_width(page), step
        assert find_overflow(page) == [], step
        assert width == PHONE or find_violations(page) == [], step  # the same markup: once is enough

    looks_right("choose")
    page.get_by_role("link", name=duplicate.reference).click()
    expect(page.get_by_role("group", name="Beroep")).to_be_visible()
    looks_right("compare")
    page.get_by_role("link", name="Andersom").click()
    page.get_by_role("button", name=f"{duplicate.reference} laten opgaan in").click()
    expect(page.get_by_text(f"is samengevoegd met {target.reference}.")).to_be_visible()
    page.goto(f"/beheer/dossiers/edit/{duplicate.pk}/")
    expect(page.get_by_text(f"samengevoegd met {target.reference}.")).to_be_visible()
    page.goto("/beheer/merges/")
    expect(page.get_by_role("link", name=f"{duplicate.reference} terughalen")).to_be_visible()
    looks_right("merged dossiers")
    page.get_by_role("link", name=f"{duplicate.reference} terughalen").click()
    expect(page.get_by_role("heading", name="Dit komt terug")).to_be_visible()
    looks_right("undo")
