"""The import of a list with every kind of error, from the upload to the workbook for its sender."""

from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from dossiers.models import Dossier, ImportProfile
from tests.browser.test_import import UPLOAD_PAGE, upload

HEADER = "Nummer;Voornaam;Achternaam;Geboortedatum;Telefoon;Mobiel;Taalniveau;Uren;BSN"
ROWS = [
    "P1;Selam;Haile;12-03-1990;;0612345678;redelijk;24;123456782",
    "P2;Omar;Abdi;31-02-1980;;0612345679;A1;20;111222333",
    "P3;Navid;Karimi;01-01-1985;;0612345670;A1;veel;",
    "P4;Rahel;Woldu;05-05-1991;;0612345671;B1;32;",
]


def test_a_list_with_every_kind_of_error_is_corrected_and_imported(
    log_in, coordinator, tmp_path: Path, base_data: None
) -> None:
    file = tmp_path / "lijst.csv"
    file.write_text("\n".join([HEADER, *ROWS]), "utf-8")
    page = log_in(coordinator, UPLOAD_PAGE)
    upload(page, file)

    # Two columns claim the telephone; "Nummer" is unknown.
    expect(page.get_by_text("betekenen hetzelfde")).to_be_visible()
    expect(page.get_by_text("123456782")).to_have_count(0)
    page.get_by_label("Ons veld voor “Mobiel”").select_option(label="Telefoon")
    page.get_by_label("Ons veld voor “Telefoon”").select_option(label="weglaten")
    page.get_by_label("Ons veld voor “Nummer”").select_option(label="Extern nummer")
    page.get_by_role("button", name="Verder met deze kolommen").click()
    expect(page.get_by_role("link", name="Fouten 3")).to_be_visible()

    # An unknown word is reported once.
    page.get_by_role("link", name="Beantwoorden").click()
    page.get_by_role("combobox", name="“redelijk” betekent").select_option(label="A2")
    page.get_by_role("button", name="Lijst inlezen met deze antwoorden").click()
    expect(page.get_by_role("link", name="Fouten 2")).to_be_visible()

    # A cell is mended in place.
    row = page.get_by_role("row").filter(has_text="Navid Karimi")
    row.get_by_role("textbox").fill("28")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Fouten 1")).to_be_visible()

    # The rest goes back to its sender; the good lines come in.
    with page.expect_download() as download:
        page.get_by_role("link", name="Lijst terug naar afzender").click()
    returned = tmp_path / "terug.xlsx"
    download.value.save_as(returned)
    page.get_by_role("button", name="Alleen de goede regels importeren (3)").click()
    expect(page.get_by_role("link", name="3 nieuw", exact=True)).to_be_visible()
    assert sorted(Dossier.objects.values_list("given_name", flat=True)) == ["Navid", "Rahel", "Selam"]
    assert ImportProfile.objects.get().values == {"dutch_level": {"redelijk": "A2"}}

    # The sender mends his list, and it goes on where it stood.
    book = openpyxl.load_workbook(returned)
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    assert "BSN" not in header
    sheet.cell(3, header.index("Geboortedatum") + 1).value = "28-02-1980"
    book.save(returned)
    page.goto(UPLOAD_PAGE)
    upload(page, returned)
    expect(page.get_by_text("Vervolg op")).to_be_visible()
    expect(page.get_by_role("link", name="Nieuw 1")).to_be_visible()
    page.get_by_role("button", name="Alles importeren").click()
    expect(page.get_by_role("link", name="1 nieuw", exact=True)).to_be_visible()
    assert Dossier.objects.count() == 4

    # And it can all be taken back.
    page.get_by_role("link", name="Deze import ongedaan maken").click()
    page.get_by_role("button", name="Deze import nu ongedaan maken").click()
    expect(page.get_by_text("Ongedaan gemaakt.")).to_be_visible()
    assert sorted(Dossier.objects.values_list("given_name", flat=True)) == ["Navid", "Rahel", "Selam"]
