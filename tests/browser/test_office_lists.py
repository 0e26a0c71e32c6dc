"""Lists as Dutch offices make them are imported whole without leaving the browser, each within a few clicks."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from dossiers.models import Dossier, ImportRun
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_overflow, find_violations
from tests.browser.test_import import UPLOAD_PAGE, upload

HEADER = ["Voornaam", "Achternaam", "Geboortedatum"]
PEOPLE = [
    ["Selam", "Haile", "12-03-1990"],
    ["Omar", "Abdi", "01-01-1980"],
    ["Amina", "Noor", "22-07-1995"],
    ["Yusuf", "Kaya", "30-11-1988"],
]
MAX_SECONDS = 60  # of the five minutes that a person has, since a browser reads nothing


def make_text(folder: Path, *rows: list[str]) -> Path:
    file = folder / "lijst.csv"
    file.write_text("\n".join(";".join(row) for row in rows), "utf-8")
    return file


def make_workbook(folder: Path, *sheets: list[list[str]], hidden: tuple[int, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
        for number in hidden:
            sheet.row_dimensions[number].hidden = True
    file = folder / "lijst.xlsx"
    book.save(file)
    return file


class Clicks:
    """Counts what a person presses or chooses."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, name: str) -> None:
        self.count += 1
        button = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        button.first.click()

    def tick(self, name: str) -> None:
        self.count += 1
        self.page.get_by_label(name).check()

    def choose(self, label: str, option: str) -> None:
        self.count += 1
        self.page.get_by_label(label).select_option(label=option)

    def fill(self, control: Locator, text: str) -> None:
        self.count += 1
        control.fill(text)


def name_column(folder: Path) -> Path:
    return make_text(folder, ["Naam", "Geboren op"], *([f"{family}, {name}", born] for name, family, born in PEOPLE))


def two_tables(folder: Path) -> Path:
    waiting = [[], ["Wachtlijst, nog niet benaderen!"], HEADER, PEOPLE[3]]
    return make_workbook(folder, [["Overzicht"], [], HEADER, *PEOPLE[:3], *waiting])


def no_header(folder: Path) -> Path:
    return make_text(folder, *PEOPLE)


def three_sheets(folder: Path) -> Path:
    return make_workbook(folder, [["Uitleg bij deze lijst"]], [HEADER, *PEOPLE[:3]], [HEADER, PEOPLE[3]])


def soon_column(folder: Path) -> Path:
    return make_text(folder, [*HEADER, "Beschikbaar vanaf"], *([*person, "zsm"] for person in PEOPLE))


def two_telephones(folder: Path) -> Path:
    numbers = [["0527-612341", "06-12345671"], ["", "06-12345672"], ["0527-612343", ""], ["", ""]]
    rows = [[*person, *phones] for person, phones in zip(PEOPLE, numbers, strict=True)]
    return make_text(folder, [*HEADER, "Tel vast", "Mobiel"], *rows)


def contact_details(folder: Path) -> Path:
    contacts = ["06-12345671 / selam@example.org", "06-12345672", "0527-612343 (broer)", "yusuf@example.org"]
    rows = [[*person, contact] for person, contact in zip(PEOPLE, contacts, strict=True)]
    return make_text(folder, [*HEADER, "Telefoon / e-mail"], *rows)


def hidden_rows(folder: Path) -> Path:
    return make_workbook(folder, [HEADER, *PEOPLE], hidden=(3,))


def answer_columns(clicks: Clicks) -> None:
    for column, field in enumerate(HEADER, start=1):
        clicks.choose(f"Ons veld voor “Kolom {column}”", field)
    clicks.press("Verder met deze kolommen")


def answer_soon(clicks: Clicks) -> None:
    clicks.press("Beantwoorden")
    clicks.page.get_by_role("heading", name="Vragen over deze lijst").wait_for()
    assert find_violations(clicks.page) == []
    clicks.fill(clicks.page.get_by_label("of vul voor al deze regels in"), "01-12-2026")
    clicks.press("Lijst inlezen met deze antwoorden")


def answer_telephones(clicks: Clicks) -> None:
    clicks.tick("“Mobiel” telt; waar die leeg is “Tel vast”")
    clicks.press("Verder met deze kolommen")


def answer_split(clicks: Clicks) -> None:
    expect(clicks.page.get_by_role("row", name="2 06-12345671 / selam@example.org")).to_be_visible()
    for width in (PHONE, DESK):
        clicks.page.set_viewport_size({"width": width, "height": 900})
        assert find_overflow(clicks.page) == [] and find_violations(clicks.page) == []
    clicks.press("Verder met deze kolommen")


def get_phones() -> dict[str, str]:
    return dict(Dossier.objects.values_list("given_name", "phone"))


@pytest.mark.parametrize(
    ("make_list", "answer", "people", "max_clicks"),
    [
        (name_column, None, 4, 1),
        (two_tables, lambda clicks: clicks.press("Dit deel weglaten"), 3, 2),
        (no_header, answer_columns, 4, 5),
        (three_sheets, lambda clicks: clicks.press("De andere bladen weglaten"), 3, 2),
        (soon_column, answer_soon, 4, 4),
        (two_telephones, answer_telephones, 4, 3),
        (contact_details, answer_split, 4, 2),
        (hidden_rows, lambda clicks: clicks.press("Ook importeren"), 4, 2),
    ],
)
def test_a_list_of_an_office_is_imported_with_few_clicks(
    log_in: Callable[..., Page],
    coordinator: Any,
    tmp_path: Path,
    record_property: Callable[[str, Any], None],
    make_list: Callable[[Path], Path],
    answer: Callable[[Clicks], None] | None,
    people: int,
    max_clicks: int,
) -> None:
    page = log_in(coordinator, UPLOAD_PAGE)
    clicks, begin = Clicks(page), perf_counter()
    upload(page, make_list(tmp_path))
    if answer:
        answer(clicks)
    expect(page.get_by_role("button", name=f"Alles importeren ({people})")).to_be_visible()
    assert find_violations(page) == []
    clicks.press("Alles importeren")
    expect(page.get_by_role("link", name=f"{people} nieuw", exact=True)).to_be_visible()
    seconds = perf_counter() - begin
    record_property("clicks", clicks.count)
    record_property("seconds", round(seconds, 1))
    assert Dossier.objects.count() == people
    assert clicks.count <= max_clicks and seconds < MAX_SECONDS
    if make_list is contact_details:
        assert list(Dossier.objects.order_by("pk").values_list("phone", "email", "notes")) == [
            ("+31612345671", "selam@example.org", ""),
            ("+31612345672", "", ""),
            ("+31527612343", "", "Telefoon / e-mail: broer"),
            ("", "yusuf@example.org", ""),
        ]
    if make_list is two_telephones:
        assert get_phones() == {"Selam": "+31612345671", "Omar": "+31612345672", "Amina": "+31527612343", "Yusuf": ""}


def test_a_list_is_read_only_when_the_last_choice_of_its_columns_is_saved(
    log_in: Callable[..., Page], coordinator: Any, tmp_path: Path
) -> None:
    page = log_in(coordinator, UPLOAD_PAGE)
    upload(page, no_header(tmp_path))
    held: list[Route] = []
    page.route("**/columns/", lambda route: route.continue_() if held else held.append(route))
    answer_columns(Clicks(page))
    with page.expect_navigation():
        held[0].continue_()
    expect(page.get_by_role("button", name="Alles importeren (4)")).to_be_visible()
    assert "draft" not in ImportRun.objects.get().decided
