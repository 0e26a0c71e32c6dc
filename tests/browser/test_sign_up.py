"""An employer signs up, confirms, reports an experience and withdraws, with the keyboard alone."""

import re
from datetime import timedelta

from django.core import mail
from playwright.sync_api import expect

from dossiers.models import EmployerInterest, Finding, InterestStatus
from tests.browser.conftest import DESK, PHONE
from tests.browser.page_checks import find_violations, tab_to


def test_an_employer_signs_up_confirms_reports_and_withdraws_with_the_keyboard(
    loaded_site, visit, fits_width, monkeypatch
):
    monkeypatch.setattr("pilot_pages.sign_up.spam.MIN_FORM_AGE", timedelta(0))
    page = visit("/aanmelden/", PHONE)

    def expect_heading(heading: str) -> None:
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        assert fits_width(page), heading
        assert find_violations(page) == [], heading

    def press(words: str) -> None:
        tab_to(page, words)
        page.keyboard.press("Enter")

    def fill_in(**answers: str) -> None:
        for label, typed in answers.items():
            tab_to(page, label.replace("_", " "))
            page.keyboard.type(typed)

    expect_heading("Hoe meld ik mij aan als werkgever?")
    press("Stap voor stap")
    expect(page.get_by_role("heading", name="Stap 1 van 4: Uw bedrijf")).to_be_visible()
    press("Volgende stap")
    expect_heading("Stap 1 van 4: Uw bedrijf")
    expect(page.get_by_role("alert")).to_be_focused()
    press("Vul de naam van uw bedrijf in.")  # leads to the field
    page.keyboard.type("Kassenbouw De Wit")
    page.keyboard.press("Enter")
    expect_heading("Stap 2 van 4: Wie kunnen wij bereiken?")
    fill_in(Uw_naam="Anna de Wit", **{"E-mailadres": "anna@dewit.example"})
    page.keyboard.press("Enter")
    expect_heading("Stap 3 van 4: Het werk")
    fill_in(Om_welk_werk="Tomaten plukken.", Voor_hoeveel_mensen="3")
    page.keyboard.press("Enter")
    expect_heading("Stap 4 van 4: Controleer uw antwoorden")
    press("Wie kunnen wij bereiken?")
    expect_heading("Stap 2 van 4: Wie kunnen wij bereiken?")
    press("Terug naar het overzicht")
    expect(page.get_by_text("anna@dewit.example")).to_be_visible()
    press("Aanmelding versturen")
    expect_heading("Bevestig uw aanmelding")
    assert not EmployerInterest.objects.confirmed().exists()

    page.goto(re.search(r"http\S+/aanmelding/\S+", mail.outbox[-1].body)[0])
    expect_heading("Is dit uw aanmelding?")
    press("Bevestig")
    expect_heading("Uw aanmelding is bij ons")
    assert len(mail.outbox) == 2

    EmployerInterest.objects.update(status=InterestStatus.CONTACTED)
    page.reload()
    fill_in(**{"Waar gaat het over?": "Vervoer", "Wat gebeurde er?": "Er rijdt geen bus."})
    press("Dit versturen")
    expect(page.get_by_role("status")).to_contain_text("wij hebben het ontvangen")
    expect_heading("Uw aanmelding is bij ons")
    assert Finding.objects.drafts().get().category.code == "vervoer"

    press("Intrekken")
    expect_heading("Wilt u uw aanmelding intrekken?")
    press("Ja, wis mijn aanmelding")
    expect_heading("Uw aanmelding is gewist")
    assert not EmployerInterest.objects.exists() and not Finding.objects.exists()


def test_the_browsers_buttons_lose_no_answer_and_keep_none_after_sending(loaded_site, visit, monkeypatch):
    monkeypatch.setattr("pilot_pages.sign_up.spam.MIN_FORM_AGE", timedelta(0))
    page = visit("/aanmelden/?wijze=stappen", DESK)
    typed = [
        {"Bedrijf": "Kassenbouw De Wit"},
        {"Uw naam": "Anna de Wit", "E-mailadres": "anna@dewit.example"},
        {"Om welk werk gaat het?": "Tomaten plukken.", "Voor hoeveel mensen?": "3"},
    ]

    def expect_answers_of_step(number: int) -> None:
        expect(page.get_by_role("heading", name=f"Stap {number} van 4")).to_be_visible()
        for label, value in typed[number - 1].items():
            expect(page.get_by_label(label)).to_have_value(value)

    for number, answers in enumerate(typed, start=1):
        expect(page.get_by_role("heading", name=f"Stap {number} van 4")).to_be_visible()
        for label, value in answers.items():
            page.get_by_label(label).fill(value)
        page.get_by_role("button", name="Volgende stap").click()
    expect(page.get_by_role("heading", name="Stap 4 van 4")).to_be_visible()
    for number in (3, 2, 1):
        page.go_back()
        expect_answers_of_step(number)
    page.go_forward()
    expect_answers_of_step(2)
    page.go_back()
    for number in (2, 3):
        page.get_by_role("button", name="Volgende stap").click()
        expect_answers_of_step(number)
    page.get_by_role("button", name="Vorige stap").click()
    expect_answers_of_step(2)
    page.get_by_role("button", name="Volgende stap").click()
    page.get_by_role("button", name="Volgende stap").click()
    page.get_by_role("button", name="Uw bedrijf").click()
    expect_answers_of_step(1)
    page.get_by_role("button", name="Terug naar het overzicht").click()
    page.get_by_role("button", name="Aanmelding versturen").click()
    expect(page.get_by_role("heading", name="Bevestig uw aanmelding")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("status")).to_contain_text("Wat u eerder invulde, staat hier niet meer.")
    expect(page.get_by_label("Bedrijf")).to_have_value("")
