"""A coordinator corrects a list in the grid of its preview, by mouse and by keyboard, and nothing is lost."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from dossiers.models import Dossier
from tests.browser.conftest import PHONE
from tests.browser.page_checks import find_overflow, find_violations
from tests.browser.test_import import UPLOAD_PAGE, upload

ASKS_BEFORE_LEAVING = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
HEADER = "Voornaam;Achternaam;Geboortedatum;Beroep\n"


def make_list(folder: Path, *rows: str) -> Path:
    file = folder / "lijst.csv"
    file.write_text(HEADER + "\n".join(rows), "utf-8")
    return file


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text("Opgeslagen")


def get_cell(page: Page, row: int, label: str):
    return page.locator("tr[data-row]").nth(row).locator(f'td[data-label="{label}"]')


def test_undo_takes_back_no_other_change_than_the_last(log_in, coordinator, tmp_path):
    page = log_in(coordinator, UPLOAD_PAGE)
    upload(page, make_list(tmp_path, "Selam;Haile;12-03-1990;kok", "Omar;Abdi;01-01-1980;lasser"))
    undo = page.get_by_role("button", name="Laatste wijziging ongedaan maken")
    for row, text in ((0, "bakker"), (1, "bel 111222333")):
        get_cell(page, row, "Beroep").click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
        with page.expect_response("**/imports/*/?*"):
            page.keyboard.press("Enter")
        if row == 0:
            expect(undo).to_be_visible()
    expect(undo).to_be_hidden()  # it would take back the first change
    expect(get_cell(page, 0, "Beroep")).to_contain_text("bakker")


def test_any_cell_is_corrected_by_keyboard_saved_at_once_and_taken_back(log_in, coordinator, tmp_path):
    page = log_in(coordinator, UPLOAD_PAGE)
    upload(page, make_list(tmp_path, "Selam;Haile;12-03-1990;kok", "Omar;Abdi;01-01-1980;lasser"))
    page.locator("td[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Abdulle")  # typing replaces what stands in the cell
    page.keyboard.press("Tab")
    expect_saved(page)
    expect(get_cell(page, 1, "Achternaam")).to_have_text("Abdulle")
    expect(get_cell(page, 1, "Geboortedatum")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(get_cell(page, 1, "Geboortedatum")).to_have_text("01-01-1980")
    page.reload()
    expect(get_cell(page, 1, "Achternaam")).to_have_text("Abdulle")
    get_cell(page, 0, "Beroep").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("bakker")
    page.keyboard.press("Enter")
    expect_saved(page)
    page.get_by_role("button", name="Laatste wijziging ongedaan maken").click()
    expect(get_cell(page, 0, "Beroep")).to_have_text("kok")
    get_cell(page, 0, "Geboortedatum").click()
    page.keyboard.type("1-2-1990")  # is written as 01-02-1990
    page.keyboard.press("Enter")
    expect(get_cell(page, 0, "Geboortedatum")).to_have_text("01-02-1990")
    with page.expect_response("**/keep/"):
        page.get_by_role("button", name="Laatste wijziging ongedaan maken").click()
    expect(get_cell(page, 0, "Geboortedatum")).to_have_text("12-03-1990")
    expect_saved(page)
    get_cell(page, 0, "Geboortedatum").click()
    assert not page.evaluate(ASKS_BEFORE_LEAVING), "nothing was typed"
    page.keyboard.type("1-2-1990")
    assert page.evaluate(ASKS_BEFORE_LEAVING)
    assert find_violations(page) == []
    page.get_by_role("button", name="Alles importeren").click()
    expect(page.get_by_role("link", name="2 nieuw", exact=True)).to_be_visible()
    people = Dossier.objects.order_by("pk").values_list("family_name", "profession")
    assert list(people) == [("Haile", "kok"), ("Abdulle", "lasser")]


def test_a_mended_row_says_so_and_the_counts_above_the_grid_follow(log_in, coordinator, tmp_path, fits_width):
    page = log_in(coordinator, UPLOAD_PAGE, PHONE)
    upload(page, make_list(tmp_path, "Selam;Haile;31-02-1990;kok", "Omar;Abdi;01-01-1980;lasser"))
    cell = page.get_by_role("textbox", name="Geboortedatum")
    cell.fill("28-02-1990")
    cell.blur()
    expect_saved(page)
    expect(page.locator("tr[data-row]")).to_contain_text("nieuw")
    expect(page.get_by_role("button", name="Alles importeren (2)")).to_be_visible()
    assert fits_width(page) and find_overflow(page) == []


def test_a_cell_that_could_not_be_saved_says_so_and_still_holds_what_was_typed(log_in, coordinator, tmp_path):
    page = log_in(coordinator, UPLOAD_PAGE)
    upload(page, make_list(tmp_path, "Selam;Haile;31-02-1990;kok"))
    expect(page.locator("html.has-grid-script")).to_be_attached()
    page.context.set_offline(True)
    cell = page.get_by_role("textbox", name="Geboortedatum")
    cell.fill("28-02-1990")
    cell.blur()
    expect(page.locator("[data-saved]")).to_contain_text("Niet opgeslagen")
    expect(cell).to_have_value("28-02-1990")
    page.context.set_offline(False)
    get_cell(page, 0, "Beroep").click()
    page.keyboard.type("bakker")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-row]")).to_contain_text("nieuw")  # the date was saved with the next cell
    expect_saved(page)


def test_a_long_list_goes_on_while_it_is_scrolled(log_in, coordinator, tmp_path):
    page = log_in(coordinator, UPLOAD_PAGE)
    rows = [f"Naam{index};Haile;{index % 28 + 1:02}-03-19{60 + index // 28};kok" for index in range(120)]
    upload(page, make_list(tmp_path, *rows))
    frame = page.locator(".grid-frame")
    for _screen in range(3):
        frame.evaluate("frame => frame.scrollTo(0, frame.scrollHeight)")
        expect(page.locator("tr[data-row]").last).to_be_visible()
    expect(page.locator("tr[data-row]")).to_have_count(120)
    assert re.search("Naam119", page.locator("tr[data-row]").last.inner_text())


def test_the_links_to_columns_with_errors_go_with_the_last_error(log_in, coordinator, tmp_path):
    page = log_in(coordinator, UPLOAD_PAGE)
    upload(page, make_list(tmp_path, "Selam;Haile;12-03-1990;kok", "Omar;Abdi;99-01-1980;bel 111222333"))
    page.goto(f"{page.url.partition('?')[0]}?action=error")
    links = page.locator(".grid-filters a")
    expect(links).to_have_count(2)
    for label, value in (("Geboortedatum", "01-01-1980"), ("Beroep", "lasser")):
        get_cell(page, 0, label).click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(value)
        page.keyboard.press("Enter")
        expect_saved(page)
    expect(links).to_have_count(0)
