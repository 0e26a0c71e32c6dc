"""A coordinator corrects a list in the grid of its preview, by mouse and by keyboard, and nothing is lost."""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dossiers.models import Dossier
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_overflow, find_violations
from tests.browser.test_import import UPLOAD_PAGE, upload
from tests.dossiers.models.factories import make_dossier

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


def test_enter_goes_from_the_last_wrong_cell_to_the_one_before_it_and_then_to_the_import(log_in, coordinator, tmp_path):
    page = log_in(coordinator, UPLOAD_PAGE)
    upload(page, make_list(tmp_path, "Selam;Haile;31-02-1990;kok", "Omar;Abdi;01-13-1980;lasser"))
    cells = page.get_by_role("textbox", name="Geboortedatum")
    cells.nth(1).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("01-12-1980")
    page.keyboard.press("Enter")
    expect(get_cell(page, 1, "Geboortedatum")).to_have_text("01-12-1980")
    expect(cells).to_be_focused()  # that of the first row
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("28-02-1990")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Alles importeren (2)")).to_be_focused()
    get_cell(page, 1, "Beroep").click()
    page.keyboard.type("slager")
    page.keyboard.press("Enter")
    expect_saved(page)
    expect(get_cell(page, 1, "Beroep")).to_be_focused()
    assert not Dossier.objects.exists()


def test_a_last_cell_that_is_still_wrong_keeps_the_focus(log_in, coordinator, tmp_path):
    page = log_in(coordinator, UPLOAD_PAGE)
    upload(page, make_list(tmp_path, "Selam;Haile;31-02-1990;kok"))
    cell = page.get_by_role("textbox", name="Geboortedatum")
    cell.focus()
    page.keyboard.press("Enter")
    expect(cell).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("30-02-1990")
    with page.expect_response("**/imports/*/"):  # what is counted above the grid
        page.keyboard.press("Enter")
    expect(cell).to_have_value("30-02-1990")
    expect(cell).to_be_focused()


def test_on_a_phone_the_answers_about_a_similar_person_stand_right_below_the_name(
    log_in, coordinator, tmp_path, fits_width
):
    make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1990, 3, 12), profession="lasser")
    page = log_in(coordinator, UPLOAD_PAGE, PHONE)
    file = make_list(tmp_path, "Selma;Haile;12-03-1990;kok")
    upload(page, file.rename(tmp_path / f"deelnemers_{'lijst_' * 9}definitief.csv"))
    answer = page.get_by_role("button", name="Dezelfde als")
    name = page.locator(".grid-who .grid-name")
    assert answer.bounding_box()["y"] - name.bounding_box()["y"] < 150
    name.click()
    page.keyboard.press("Tab")
    expect(answer).to_be_focused()
    expect(page.get_by_role("rowheader", name="Beroep")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Geboortedatum")).to_be_hidden()
    page.get_by_text("velden die hetzelfde zijn").click()
    expect(page.get_by_role("rowheader", name="Geboortedatum")).to_be_visible()
    assert page.locator(".w-breadcrumbs").evaluate("bar => bar.scrollWidth <= bar.clientWidth"), "the name of the file"
    assert fits_width(page) and find_overflow(page) == [] and find_violations(page) == []
    page.get_by_role("link", name="Alle cellen wijzigen").click()
    page.get_by_role("textbox", name="Beroep").fill("bakker")
    page.get_by_role("textbox", name="Beroep").blur()
    expect_saved(page)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_each_search_on_the_page_of_imports_has_its_own_name(log_in, coordinator, width):
    page = log_in(coordinator, "/beheer/imports/", width)
    expect(page.get_by_role("search")).to_have_count(2)
    expect(page.get_by_role("search", name="Zoeken in de backoffice")).to_be_visible()
    assert find_violations(page) == []


COUNT_LINES = """select => {
    const style = getComputedStyle(select), context = document.createElement('canvas').getContext('2d');
    context.font = `${style.fontSize} ${style.fontFamily}`;
    const width = context.measureText(select.selectedOptions[0].text.trim()).width;
    const place = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const height = select.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    return [Math.ceil(width / place), Math.round(height / parseFloat(style.lineHeight))];
}"""


def test_each_answer_about_a_word_can_be_read_whole_on_a_phone(log_in, coordinator, tmp_path):
    make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1990, 3, 12), hours_per_week=24)
    file = tmp_path / "lijst.csv"
    file.write_text("Voornaam;Achternaam;Geboortedatum;Uren per week\nSelam;Haile;12-03-1990;32-36\n", "utf-8")
    page = log_in(coordinator, UPLOAD_PAGE, PHONE)
    upload(page, file)
    page.goto(page.url + "questions/")
    select = page.locator("select[name=hours_per_week]")
    values = select.locator("option").evaluate_all("options => options.map(option => option.value)")
    assert values == ["", "-", "leegmaken", "*", "32", "36"]
    for value in values:
        select.select_option(value)
        needed, shown = select.evaluate(COUNT_LINES)
        assert needed <= shown, value
