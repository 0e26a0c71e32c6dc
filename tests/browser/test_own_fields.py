"""A coordinator adds a custom field, fills it in, filters on it, exports it and imports it."""

from pathlib import Path

from playwright.sync_api import expect

from dossiers.models import Dossier, OwnField
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_overflow, find_violations
from tests.browser.test_import import UPLOAD_PAGE, upload
from tests.dossiers.backoffice.pages import url
from tests.dossiers.models.factories import make_dossier
from tests.dossiers.models.own_fields import make_field_of_each_kind


def test_a_custom_field_is_created_filled_in_exported_and_imported(
    log_in, coordinator, tmp_path: Path, base_data: None
) -> None:
    selam, omar = (make_dossier(given_name=name, family_name="Haile") for name in ("Selam", "Omar"))

    page = log_in(coordinator, url(OwnField, "add"))
    page.get_by_role("combobox", name="Hoort bij").select_option(label="dossiers")
    page.get_by_role("textbox", name="Naam").fill("Nationaliteit")
    page.get_by_role("combobox", name="Soort").select_option(label="keuze")
    page.get_by_role("textbox", name="Keuzes").fill("Maandag\nVrijdag")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("vraagt naar iets dat niet bewaard mag worden")).to_be_visible()
    page.get_by_role("textbox", name="Naam").fill("Vaste dag")
    page.get_by_role("checkbox", name="Een kolom in de lijst").check()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("link", name="Vaste dag")).to_be_visible()

    page.goto(url(Dossier, "edit", selam.pk))
    page.get_by_role("tab", name="Eigen velden").click()
    page.get_by_role("combobox", name="Vaste dag").select_option("Vrijdag")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.locator(".messages")).to_contain_text("Dossier")

    page.goto(url(Dossier, "list"))
    page.get_by_role("button", name="Toon filters").or_(page.get_by_label("Filter")).first.click()
    page.get_by_role("button", name="Vaste dag").click()
    page.get_by_role("checkbox", name="Vrijdag").check()
    expect(page.get_by_role("link", name="Omar Haile")).to_have_count(0)
    expect(page.get_by_role("cell", name="Vrijdag")).to_be_visible()

    page.get_by_role("button", name="Acties").or_(page.get_by_label("Acties")).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="csv").click()
    out = tmp_path / "uit.csv"
    download.value.save_as(out)
    out.write_text(out.read_text("utf-8-sig").replace("Vrijdag", "maandag"), "utf-8")

    page.goto(UPLOAD_PAGE)
    upload(page, out)
    expect(page.get_by_role("gridcell").filter(has_text="In de lijst: Maandag")).to_be_visible()
    page.get_by_role("button", name="Gegevens van deze lijst gebruiken").click()  # a colleague typed the other one
    page.get_by_role("button", name="Alles importeren").click()
    expect(page.get_by_text("1 gewijzigd")).to_be_visible()
    selam.refresh_from_db()
    omar.refresh_from_db()
    assert (selam.extra, omar.extra) == ({OwnField.objects.get().key: "Maandag"}, {})


def test_the_pages_of_custom_fields_fit_and_are_accessible(log_in, coordinator, base_data: None) -> None:
    own = make_field_of_each_kind()["choice"]
    dossier = make_dossier(extra={own.key: "Maandag"})
    paths = [url(OwnField, "list"), url(OwnField, "edit", own.pk), url(OwnField, "delete", own.pk)]
    for width in (PHONE, DESK):
        for path in [*paths, url(Dossier, "edit", dossier.pk) + "#tab-own_fields"]:
            page = log_in(coordinator, path, width)
            assert (find_overflow(page), find_violations(page)) == ([], []), f"{path} {width}"
