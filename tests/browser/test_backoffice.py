"""The pages of a coordinator in the backoffice, on a phone and on a desktop."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dossiers.models import (
    Dossier,
    Employer,
    EmployerInterest,
    Expense,
    ImportProfile,
    Organisation,
    OwnField,
    Pilot,
    Placement,
    Regulation,
    Supply,
)
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_broken_words, find_clipped, find_overflow, find_violations, tab_to
from tests.dossiers.models.factories import make_dossier, make_employer, make_interest, make_sign_up
from tests.dossiers.models.placements import make_ready_dossier


@pytest.fixture
def records(base_data, coordinator):
    coordinator.first_name, coordinator.last_name = "Anneke", "Bos"
    coordinator.save()
    dossier = make_dossier(
        given_name="Selam", family_name="Haile", profession="productiemedewerker", dutch_level="A2",
        coordinator=coordinator, phone="+31612345678", email="selam@example.org", languages=["ti", "ar"],
        application_date=date(2020, 1, 31), sectors=["Zorg"],
    )  # fmt: skip
    azc = Organisation.objects.named("AZC Luttelgeest")
    Supply.objects.create(dossier=dossier, organisation=azc, external_id="P1017")
    for number in range(3):
        make_dossier(given_name=f"Tesfay{number}", family_name="Woldu", status="intake")
    interest = make_interest(owner=coordinator, start_date=date(2026, 12, 1))
    return {Dossier: dossier, EmployerInterest: interest, Employer: interest.employer}


def address(model, page: str = "list", *args) -> str:
    return reverse(model.snippet_viewset.get_url_name(page), args=args)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_lists_and_pages_of_records_fit_and_are_accessible(log_in, coordinator, records, fits_width, width):
    page = log_in(coordinator, address(Dossier), width)
    rule = Regulation.objects.get(key="wachttijd")
    sign_up = make_sign_up()
    pages = [address(model) for model in records] + [address(Regulation), "/beheer/imports/"]
    pages += [
        address(model, name, record.pk) for model, record in records.items() for name in ("edit", "inspect", "delete")
    ]
    pages += [
        address(Regulation, "edit", rule.pk),
        address(EmployerInterest, "edit", sign_up.pk),
        address(Dossier, "add"),
        address(EmployerInterest, "add"),
        address(ImportProfile, "add"),
        reverse("wagtailsettings:edit", args=["dossiers", "pilot", Pilot.load().pk]),
        reverse("dossiers_forgetting"),
    ]
    for path in pages:
        page.goto(path)
        assert fits_width(page), path
        assert find_clipped(page) == [], path
        if width == DESK and not ("/inspect/" in path or "/delete/" in path):  # markup is the same on a telephone
            assert find_violations(page) == [], path


def test_the_first_columns_of_the_dossier_list_fit_on_a_desktop(log_in, coordinator, records):
    page = log_in(coordinator, address(Dossier), DESK)
    row = page.get_by_role("row").filter(has_text="Selam Haile")
    for words in ("Selam Haile", records[Dossier].reference, "verwachtingengesprek", "A2", "Anneke Bos"):
        box = row.get_by_text(words, exact=False).first.bounding_box()
        assert box["x"] + box["width"] <= DESK, words


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_workflows_and_the_images_fit_under_a_whole_heading(log_in, admin, fits_width, width):
    page = log_in(admin, reverse("wagtailadmin_workflows:index"), width)
    for path, heading in (("wagtailadmin_workflows:index", "Workflows"), ("wagtailimages:index", "Afbeeldingen")):
        page.goto(reverse(path))
        assert fits_width(page) and find_overflow(page) == [], path
        expect(page.locator(".w-breadcrumbs li:last-child")).to_have_text(heading)
        assert find_broken_words(page, ".w-breadcrumbs li:last-child, .listing .title") == [], path
        assert page.locator(".w-slim-header").bounding_box()["height"] < 180, path


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_each_tab_of_a_dossiers_form_fits(log_in, coordinator, records, fits_width, width):
    OwnField.objects.create(record="dossiers", label="Schoenmaat", kind="text")
    page = log_in(coordinator, address(Dossier, "edit", records[Dossier].pk), width)
    expect(page.get_by_text("Nog nodig voor betaald werk")).to_be_visible()
    for tab in ("Persoon", "Werk en taal", "Asiel en vergunning", "Notities", "Eigen velden"):
        page.get_by_role("tab", name=tab).click()
        assert fits_width(page), tab
        assert find_clipped(page) == [], tab
        assert width == PHONE or find_violations(page) == [], tab


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_opened_breadcrumb_leaves_room_for_the_page(log_in, coordinator, records, width):
    page = log_in(coordinator, address(Dossier, "edit", records[Dossier].pk), width)
    page.get_by_role("button", name="kruimelpad").first.click()
    expect(page.get_by_role("navigation", name="Kruimelpad").get_by_role("link", name="Kandidaten")).to_be_visible()
    assert page.locator(".w-slim-header").first.bounding_box()["height"] < 250


def test_what_is_missing_for_volunteering_shows_that_it_opens(log_in, coordinator, base_data):
    page = log_in(coordinator, address(Dossier, "inspect", make_dossier().pk))
    fold = page.get_by_text("Voor vrijwilligerswerk")
    expect(fold).to_have_css("display", "list-item")  # only such an element shows its triangle
    fold.click()
    expect(page.get_by_role("group").filter(has=fold).get_by_text("verwachtingengesprek")).to_be_visible()


def test_a_coordinator_edits_a_dossier_and_sees_the_change(log_in, coordinator, records):
    page = log_in(coordinator, address(Dossier, "edit", records[Dossier].pk))
    expect(page.get_by_label("Telefoon")).to_have_value("06 12345678")
    page.get_by_role("tab", name="Werk en taal").click()
    page.get_by_label("Beroep").fill("lasser")
    page.get_by_role("checkbox", name="Bouw", exact=True).check()
    page.get_by_role("button", name="Opslaan").click()
    page.wait_for_url(f"**{address(Dossier, 'inspect', records[Dossier].pk)}")  # back on the dossier, not in the list
    expect(page.get_by_role("definition").filter(has_text="lasser").first).to_be_visible()
    assert {sector.name for sector in records[Dossier].sectors.all()} == {"Bouw", "Zorg"}


def test_beside_an_open_side_panel_nothing_lies_over_the_title_of_a_dossier(log_in, coordinator, records):
    page = log_in(coordinator, address(Dossier, "edit", records[Dossier].pk), DESK)
    panel = page.locator("[data-side-panel=status]")
    if panel.is_hidden():
        page.locator("[data-side-panel-toggle=status]").click()
    expect(panel).to_contain_text("Laatst gewijzigd")
    button = page.locator(".w-minimap__collapse-all--floating").bounding_box()
    end_of_title = page.locator("#header-title").evaluate(
        """title => {
            const text = document.createRange();
            text.selectNodeContents(title);
            return text.getBoundingClientRect().right;
        }"""
    )
    assert end_of_title <= button["x"]


def test_an_error_is_shown_at_its_field_and_the_input_is_preserved(log_in, coordinator, records):
    page = log_in(coordinator, address(Dossier, "edit", records[Dossier].pk))
    page.get_by_label("Telefoon").fill("06 12")
    page.get_by_label("Voornaam").fill("Selamawit")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("is geen telefoonnummer").first).to_be_visible()
    expect(page.get_by_label("Telefoon")).to_have_value("06 12")
    expect(page.get_by_label("Voornaam")).to_have_value("Selamawit")
    assert find_violations(page) == []
    assert Dossier.objects.get(pk=records[Dossier].pk).given_name == "Selam"


def test_a_conflicting_edit_shows_the_changes_of_the_other_user(log_in, coordinator, admin, records):
    path = address(Dossier, "edit", records[Dossier].pk)
    first, second = log_in(coordinator, path), log_in(admin, path)
    first.get_by_label("Verblijfplaats").fill("Emmeloord")
    first.get_by_role("button", name="Opslaan").click()
    first.wait_for_url(f"**{address(Dossier, 'inspect', records[Dossier].pk)}")
    second.get_by_label("Verblijfplaats").fill("Kampen")
    second.get_by_role("button", name="Opslaan").click()
    expect(second.get_by_text("Iemand anders heeft").first).to_be_visible()
    expect(second.get_by_text("Verblijfplaats – → Emmeloord")).to_be_visible()
    expect(second.get_by_label("Verblijfplaats")).to_have_value("Kampen")
    assert Dossier.objects.get(pk=records[Dossier].pk).location == "Emmeloord"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_filter_narrows_the_list(log_in, coordinator, records, fits_width, width):
    page = log_in(coordinator, address(Dossier), width)
    page.get_by_role("button", name="Toon filters").or_(page.get_by_label("Filter")).first.click()
    page.get_by_role("button", name="Status").first.click()
    page.get_by_role("checkbox", name="intake").check()
    expect(page.get_by_role("link", name="Selam Haile")).to_have_count(0)
    expect(page.get_by_role("link", name="Tesfay0 Woldu")).to_be_visible()
    assert fits_width(page)


def test_search_narrows_the_list_while_typing(log_in, coordinator, records):
    page = log_in(coordinator, address(Dossier))
    page.get_by_placeholder("Zoeken").fill("haile")
    expect(page.get_by_role("link", name="Tesfay0 Woldu")).to_have_count(0)
    expect(page.get_by_role("link", name="Selam Haile")).to_be_visible()


def test_selecting_all_results_of_a_search_deletes_only_those(log_in, coordinator, records):
    for number in range(60):
        make_employer(company_name=f"Woldu {number}")
    page = log_in(coordinator, f"{address(Employer)}?q=woldu")
    page.get_by_role("checkbox", name="Alle 60 resultaten").check()
    page.get_by_role("button", name="Verwijderen…").click()
    expect(page.get_by_text(records[Employer].company_name)).to_have_count(0)
    page.get_by_role("button", name="Ja, verwijderen").click()
    page.wait_for_url(f"**{address(Employer)}**")
    assert list(Employer.objects.all()) == [records[Employer]]


def test_a_sign_up_is_taken_over_with_the_keyboard(log_in, coordinator, records):
    sign_up = make_sign_up()
    page = log_in(coordinator, address(EmployerInterest, "edit", sign_up.pk))
    tab_to(page, "Overnemen: deze werkgever maken")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Plukkerij Voorbeeld").first).to_be_visible()
    expect(page.get_by_role("button", name="Overnemen")).to_have_count(0)
    sign_up.refresh_from_db()
    assert sign_up.employer.company_name == "Plukkerij Voorbeeld"


def test_a_searched_list_is_exported_as_csv(log_in, coordinator, records):
    page = log_in(coordinator, f"{address(Dossier)}?q=haile")
    page.get_by_role("button", name="Acties").or_(page.get_by_label("Acties")).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="csv").click()
    text = download.value.path().read_text("utf-8-sig")
    assert "Selam Haile" in text
    assert "Tesfay" not in text


def test_a_reader_sees_no_personal_data(log_in, reader, records):
    page = log_in(reader)
    page.goto(address(Dossier, "edit", records[Dossier].pk))
    assert "Selam" not in page.locator("body").inner_text()
    page.goto(address(Dossier))
    expect(page.get_by_text("Selam Haile")).to_have_count(0)


def test_the_browsers_back_button_restores_a_typed_date(log_in, coordinator, records):
    page = log_in(coordinator, address(Dossier, "add"))
    for name, typed in (("given_name", "Noor"), ("family_name", "Alhamwi"), ("date_of_birth", "12-03-1991")):
        page.locator(f"[name={name}]").fill(typed)
    page.locator("[name=date_of_birth]").press("Enter")
    page.wait_for_url("**/inspect/**")
    page.go_back()
    expect(page.locator("[name=family_name]")).to_have_value("Alhamwi")
    expect(page.locator("[name=date_of_birth]")).to_have_value("12-03-1991")


def save_in_another_tab(page, path):
    other = page.context.new_page()
    other.goto(path)
    other.get_by_role("tab", name="Werk en taal").click()
    other.select_option("[name=dutch_level]", "B1")
    other.get_by_role("checkbox", name="Bouw", exact=True).check()
    other.get_by_role("button", name="Opslaan").click()
    other.wait_for_url("**/inspect/**")
    other.close()


def test_what_the_back_button_restores_does_not_overwrite_what_was_saved_meanwhile(log_in, coordinator, records):
    path = address(Dossier, "edit", records[Dossier].pk)
    page = log_in(coordinator, path)
    save = page.get_by_role("button", name="Opslaan")
    page.locator("[name=location]").fill("Kampen")
    save_in_another_tab(page, path)
    for _time in range(2):
        page.goto(address(Dossier))
        page.go_back()
        expect(page.locator("[name=location]")).to_have_value("Kampen")
        save.click()
        expect(page.get_by_text("Niveau Nederlands A2 → B1")).to_be_visible()
        page.go_back()
    with page.expect_popup() as popup:
        save.click()
        page.get_by_role("link", name="Open de huidige versie").click()
    current = popup.value
    expect(current.locator("[name=dutch_level]")).to_have_value("B1")
    current.locator("[name=location]").fill("Kampen")
    current.get_by_role("button", name="Opslaan").click()
    current.wait_for_url("**/inspect/**")
    dossier = Dossier.objects.get(pk=records[Dossier].pk)
    assert (dossier.dutch_level, dossier.location) == ("B1", "Kampen")
    assert dossier.sectors.filter(name="Bouw").exists()


def test_a_form_that_is_loaded_again_and_corrected_after_its_save_is_saved(log_in, coordinator, records):
    path = address(Dossier, "edit", records[Dossier].pk)
    page = log_in(coordinator, path)
    save_in_another_tab(page, path)
    page.reload()
    for location in ("Kampem", "Kampen"):
        page.locator("[name=location]").fill(location)
        page.get_by_role("button", name="Opslaan").click()
        page.wait_for_url("**/inspect/**")
        page.go_back()
        expect(page.locator("[name=location]")).to_have_value(location)
    dossier = Dossier.objects.get(pk=records[Dossier].pk)
    assert (dossier.dutch_level, dossier.location) == ("B1", "Kampen")


def test_the_calendar_covers_no_button_and_enter_sends_the_form(log_in, coordinator, records):
    dossier, interest = make_ready_dossier(), records[EmployerInterest]
    page = log_in(coordinator, f"{address(Placement, 'add')}?dossier={dossier.pk}&interest={interest.pk}")
    day = page.locator("[name=day]")
    day.click()
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    expect(calendar).to_have_count(1)
    page.get_by_role("button", name="Voorstellen", exact=True).click(trial=True)
    day.press("ControlOrMeta+a")
    page.keyboard.type(f"{timezone.localdate():%d-%m-%Y}")
    expect(calendar).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inspect/**")


def test_a_typed_date_is_preserved_and_an_invalid_date_is_refused(log_in, admin, records):
    page = log_in(admin, address(Dossier, "edit", records[Dossier].pk))
    for name, typed in (("date_of_birth", "31-02-1992"), ("available_from", "30-6-27x")):
        page.get_by_role("tab", name="Persoon" if name == "date_of_birth" else "Werk en taal").click()
        page.locator(f"[name={name}]").click()
        expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)
        page.locator(f"[name={name}]").press("ControlOrMeta+a")
        page.keyboard.type(typed)
        expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(0)
        page.locator(f"[name={name}]").press("Tab")
        expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(0)
        expect(page.locator(f"[name={name}]")).to_have_value(typed)
        page.evaluate("name => jQuery(`[name=${name}]`).data('xdsoft_datetimepicker').trigger('open.xdsoft')", name)
        expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(0)  # one is in the next field already
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("28-02-2026").first).to_be_visible()
    expect(page.locator("[name=date_of_birth]")).to_have_value("31-02-1992")
    expect(page.locator("[name=available_from]")).to_have_value("30-6-27x")
    assert Dossier.objects.get(pk=records[Dossier].pk).available_from is None


def test_input_directly_after_opening_a_form_counts_as_a_change(log_in, coordinator, records):
    page = log_in(coordinator, address(Dossier), DESK)
    page.clock.install()
    page.goto(address(Dossier, "edit", records[Dossier].pk))
    page.get_by_label("Voornaam").focus()
    page.keyboard.type("Meteen ")
    page.clock.run_for(4_000)  # Wagtail looks at the form two seconds after it opened
    expect(page.locator("form[data-w-unsaved-confirmation-value]")).to_have_attribute(
        "data-w-unsaved-has-edits-value", "true"
    )


def test_an_expense_that_is_sent_again_after_back_is_saved_once(log_in, coordinator):
    page = log_in(coordinator, address(Expense, "add"))
    page.fill("#id_description", "Tolk")
    page.select_option("#id_category", "incidental")
    page.fill("#id_amount", "100")
    for _number in range(2):
        page.click("#w-editor-form footer button[type=submit]")
        page.wait_for_url(f"**{address(Expense)}")
        shown = page.locator("main").inner_text()
        page.go_back()
        expect(page.locator("#id_description")).to_have_value("Tolk")
    assert "Dit was al opgeslagen" in shown and Expense.objects.count() == 1
