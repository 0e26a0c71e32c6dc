"""A coordinator imports a list in the browser and finds its people."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dossiers.models import Dossier, ImportRun
from tests.browser.conftest import DESK, PHONE, make_session_cookie
from tests.browser.page_checks import find_overflow, find_violations, tab_to

SHEETS = Path(__file__).parents[1] / "dossiers" / "spreadsheets" / "sheets"
LIST = SHEETS / "coa-lijst-juli.xlsx"
GOOD_ROWS, ANSWERS = "Alleen de goede regels importeren (20)", "Lijst inlezen met deze antwoorden"
LIST_PAGE, UPLOAD_PAGE = "/beheer/dossiers/", "/beheer/imports/new/dossiers/"


def upload(page: Page, file: Path = LIST) -> None:
    page.get_by_label("Wie stuurt deze lijst?").select_option(label="AZC Luttelgeest")
    page.get_by_label("Spreadsheet").set_input_files(file)
    page.get_by_role("button", name="Lijst inlezen").click()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_list_is_imported_and_its_people_appear_in_the_list(log_in, coordinator, fits_width, width):
    page = log_in(coordinator, LIST_PAGE, width)

    def looks_right(step: str) -> None:
        assert fits_width(page), step
        assert find_overflow(page) == [], step
        assert width == PHONE or find_violations(page) == [], step  # the same markup: once is enough

    page.get_by_role("link", name="Importeren", exact=True).click()
    expect(page.get_by_text("Bestand kiezen")).to_be_visible()
    looks_right("upload")

    upload(page)
    expect(page.get_by_role("button", name=GOOD_ROWS)).to_be_visible()
    expect(page.get_by_text("“31-02-1990”: deze datum bestaat niet")).to_be_visible()
    expect(page.get_by_text("BSN · Bijzonderheden medisch")).to_be_visible()
    assert not Dossier.objects.exists()
    looks_right("preview")

    page.get_by_role("link", name="Nieuw 20").click()
    expect(page.get_by_text("Navid Nasser")).to_be_visible()
    looks_right("new people")

    page.get_by_role("link", name="Beantwoorden").click()
    expect(page.get_by_role("button", name=ANSWERS)).to_be_visible()
    looks_right("unknown words")
    page.get_by_role("button", name=ANSWERS).click()
    page.get_by_role("button", name=GOOD_ROWS).click()
    expect(page.get_by_role("link", name="20 nieuw", exact=True)).to_be_visible()
    looks_right("result")

    page.get_by_role("link", name="Bekijk wat deze import").click()
    expect(page.get_by_role("link", name="Navid Nasser")).to_be_visible()
    assert Dossier.objects.count() == 20


def test_a_list_is_imported_with_the_keyboard_alone(log_in, coordinator):
    page = log_in(coordinator, LIST_PAGE)
    page.on("filechooser", lambda chooser: chooser.set_files(LIST))  # long before the key that opens one
    tab_to(page, "Importeren")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{UPLOAD_PAGE}")
    tab_to(page, "Wie stuurt deze lijst?")
    page.keyboard.type("AZC")
    tab_to(page, "Spreadsheet")
    page.keyboard.press("Space")
    expect(page.get_by_label("Spreadsheet")).to_have_value(re.compile(LIST.name))
    tab_to(page, "Lijst inlezen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Fouten 4")).to_be_visible()
    tab_to(page, "Alleen de goede regels importeren")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="20 nieuw", exact=True)).to_be_visible()
    tab_to(page, "Bekijk wat deze import")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Navid Nasser")).to_be_visible()


def test_a_damaged_file_is_refused_with_an_explanation_and_a_link_to_retry(log_in, coordinator, fits_width):
    page = log_in(coordinator, UPLOAD_PAGE, PHONE)
    upload(page, SHEETS / "afgekapt.xlsx")
    expect(page.get_by_text("Deze lijst is niet gelezen.")).to_be_visible()
    assert fits_width(page)
    assert find_overflow(page) == []
    assert find_violations(page) == []
    page.get_by_role("link", name="Ander bestand uploaden").click()
    page.wait_for_url(f"**{UPLOAD_PAGE}")
    assert ImportRun.objects.get().state == ImportRun.State.REFUSED


def test_missing_input_is_reported_at_its_field(log_in, coordinator, fits_width):
    page = log_in(coordinator, UPLOAD_PAGE, PHONE)
    page.get_by_role("button", name="Lijst inlezen").click()
    expect(page.get_by_text("Dit veld is verplicht.").first).to_be_visible()
    expect(page.get_by_text("Dit veld is verplicht.")).to_have_count(2)
    assert fits_width(page)
    assert find_overflow(page) == []
    assert find_violations(page) == []


def test_a_chosen_file_is_not_lost_if_its_sender_was_not_chosen(log_in, coordinator, fits_width):
    page = log_in(coordinator, UPLOAD_PAGE, PHONE)
    page.get_by_label("Spreadsheet").set_input_files(LIST)
    page.get_by_role("button", name="Lijst inlezen").click()
    expect(page.get_by_text("Dit veld is verplicht.")).to_have_count(1)
    expect(page.get_by_text("“coa-lijst-juli.xlsx” is al geüpload.")).to_be_visible()
    assert fits_width(page) and find_overflow(page) == [] and find_violations(page) == []
    page.get_by_label("Wie stuurt deze lijst?").select_option(label="AZC Luttelgeest")
    page.get_by_role("button", name="Lijst inlezen").click()
    expect(page.get_by_role("button", name=GOOD_ROWS)).to_be_visible()


def test_a_list_is_imported_without_javascript(browser, live_site, coordinator):
    """The script only adds the progress, so the form has to work without it."""
    context = browser.new_context(base_url=live_site.url, locale="nl-NL", java_script_enabled=False)
    context.add_cookies([make_session_cookie(coordinator, live_site.url)])
    page = context.new_page()
    page.goto(UPLOAD_PAGE)
    upload(page)
    page.get_by_role("button", name=GOOD_ROWS).click()
    expect(page.get_by_role("link", name="20 nieuw", exact=True)).to_be_visible()
    context.close()
    assert Dossier.objects.count() == 20


ON_TOP = """element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return [...range.getClientRects()].every(box => [box.left + 2, box.right - 2].every(
        x => element.contains(document.elementFromPoint(x, box.top + box.height / 2))));
}"""


def test_on_a_phone_messages_are_not_covered_and_the_page_has_one_scrollbar(log_in, coordinator, fits_width, tmp_path):
    file = tmp_path / "lijst.csv"
    file.write_text("Jan;Jansen;01-01-1990\nPiet;Pietersen;02-02-1991\n", "utf-8")
    page = log_in(coordinator, UPLOAD_PAGE, PHONE)
    upload(page, file)
    page.get_by_role("button", name="Verder met deze kolommen").click()
    message = page.locator(".messages li").filter(has_text="Kies voor minstens één kolom een veld.")
    message.evaluate("() => Promise.all(document.getAnimations({ subtree: true }).map(one => one.finished))")
    assert message.evaluate(ON_TOP)
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    assert fits_width(page)
    assert find_overflow(page) == []


def test_on_a_phone_a_whole_row_can_be_read_and_corrected(log_in, coordinator):
    page = log_in(coordinator, UPLOAD_PAGE, PHONE)
    upload(page)
    row = page.get_by_role("row").filter(has_text="Selam Mansour")
    assert row.get_by_text("Selam Mansour").bounding_box()["height"] < 40  # one line, not a letter or two a line
    row.get_by_role("textbox").fill("selam@example.org")
    row.get_by_role("textbox").blur()
    expect(page.get_by_role("link", name="Fouten 3")).to_be_visible()
    page.get_by_role("link", name="Kolommen aanpassen").click()
    for select in page.locator(".import-rows select").all():
        box = select.bounding_box()
        assert box["x"] + box["width"] <= PHONE
