"""A coordinator makes and releases an evaluation with the keyboard, and a reader reads it without full counts."""

import re
from collections.abc import Callable
from io import BytesIO

from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from dossiers.models import Evaluation
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import END_ANIMATIONS, find_clipped, find_overflow, find_violations, tab_to
from tests.dossiers.models.factories import make_dossier
from tests.dossiers.models.placements import today

LIST = reverse("dossiers_evaluations")


def press(page: Page, words: str) -> None:
    """Tab to the control with this name, press Enter, and wait for the next page."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def download_first_bytes(page: Page, name: str) -> bytes:
    """Return the first bytes of the file that the link downloads."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name, exact=True).first.click()
    return waiting.value.path().read_bytes()[:4]


def test_an_evaluation_is_created_written_frozen_and_released(
    log_in, coordinator, reader, fits_width: Callable[[Page], bool]
):
    for _number in range(8):
        make_dossier()
    make_dossier(expectation_talk_on=today())

    def looks_right(step: str) -> None:
        assert fits_width(page), step
        assert find_overflow(page) == [], step
        assert find_violations(page) == [], step

    page = log_in(coordinator, LIST)
    press(page, "Nieuwe evaluatie")
    tab_to(page, "Titel")
    page.keyboard.type("Tussenevaluatie november")
    looks_right("new")
    press(page, "Opslaan")
    expect(page.get_by_text("Nog niet bevroren")).to_be_visible(timeout=15_000)
    press(page, "Cijfers bevriezen")
    expect(page.get_by_text("De cijfers zijn bevroren")).to_be_visible(timeout=15_000)
    looks_right("frozen")

    press(page, "Samenvatting")
    tab_to(page, "Tekst")
    page.keyboard.type("Dit is de samenvatting.")
    looks_right("write")
    press(page, "Opslaan en stoppen")
    expect(page.get_by_text("“Samenvatting” is opgeslagen.")).to_be_visible()
    assert download_first_bytes(page, "PDF") == b"%PDF" and download_first_bytes(page, "DOCX")[:2] == b"PK"
    evaluation = Evaluation.objects.get()
    page.goto(reverse("dossiers_evaluation_read", args=[evaluation.pk, "full"]))
    expect(page.get_by_text("personen kunnen te herkennen zijn")).to_be_visible()
    looks_right("full")
    expect(page.get_by_role("img", name="Staafdiagram").first).to_be_visible()
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.evaluate(END_ANIMATIONS)  # the menu slides away
    expect(page.get_by_role("img", name="Staafdiagram").first).to_be_visible()
    assert fits_width(page) and find_clipped(page) == []
    printed = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(format="A4"))).pages)
    assert "De cijfers zijn die van" in printed and "Contactmomenten" not in printed  # to its end, without the menu
    page.set_viewport_size({"width": DESK, "height": 900})
    page.goto(reverse("dossiers_evaluation", args=[evaluation.pk]))
    press(page, "Vrijgeven…")
    looks_right("release")
    for box in page.get_by_role("checkbox", name="Dit mag zo blijven").all():  # texts that are not written yet
        box.press("Space")
    press(page, "Vrijgeven op mijn naam")
    expect(page.get_by_text("Vrijgegeven. De website toont nu deze cijfers.")).to_be_visible()
    looks_right("released")

    page = log_in(reader, LIST)
    page.get_by_role("link", name="Tussenevaluatie november").click()
    expect(page.get_by_text("Dit is de samenvatting.")).to_be_visible()
    expect(page.get_by_text("minder dan 5").first).to_be_visible()
    expect(page.get_by_text("Met volledige aantallen")).to_have_count(0)
    assert download_first_bytes(page, "PDF") == b"%PDF"
    looks_right("read")
    assert page.goto(reverse("dossiers_evaluation_read", args=[evaluation.pk, "full"])).status == 404
    page = log_in(reader, reverse("dossiers_evaluation", args=[evaluation.pk]), PHONE)
    assert fits_width(page) and find_overflow(page) == []


def test_leaving_unsaved_text_asks_for_confirmation(log_in, coordinator):
    evaluation = Evaluation.objects.create(title="Een evaluatie", reports=["findings"])
    page = log_in(coordinator, reverse("dossiers_evaluation_write", args=[evaluation.pk, "summary"]), DESK)
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Tot slot").click()  # nothing was typed
    expect(page).to_have_url(re.compile("closing"))
    assert questions == []

    page.get_by_label("Tekst").press_sequentially("Het ging goed.")
    expect(page.locator("form.evaluation-form")).to_have_attribute("data-w-unsaved-has-edits-value", "true")
    page.get_by_role("link", name="Samenvatting").click()
    expect(page.get_by_label("Tekst")).to_have_value("Het ging goed.")
    assert questions == ["beforeunload"]

    page.get_by_role("button", name="Opslaan en stoppen").click()
    expect(page).not_to_have_url(re.compile("closing"))
    assert questions == ["beforeunload"]
    assert evaluation.texts.get(section="closing").text == "Het ging goed."
