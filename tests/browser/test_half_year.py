"""The half year of the pilot, from the first list and sign-up to the evaluation for the council."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from dossiers.actions.working_days import is_working_day
from dossiers.backoffice.activity.subjects import get_create_url, get_record_url
from dossiers.models import (
    Cost,
    Dossier,
    EmployerInterest,
    Expense,
    Finding,
    FindingCategory,
    Placement,
    Status,
    Step,
)
from pilot_pages.models import SignUpPage
from pilot_pages.sign_up import spam
from tests.browser.page_checks import find_overflow, find_violations
from tests.browser.test_import import UPLOAD_PAGE, upload
from tests.dossiers.models.placements import days_ago, today

HEADER = (
    "Extern nummer;Voornaam;Achternaam;Geboortedatum;Beroep;Sectoren;Niveau Nederlands;Uren per week;"
    "Datum asielaanvraag;Verblijf in opvang;Document geldig tot"
)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A partner's list with two people."""
    applied, ends = f"{days_ago(500):%d-%m-%Y}", f"{today() + timedelta(days=300):%d-%m-%Y}"
    rows = (
        f"P1;Selam;Haile;12-03-1990;tuinder;Landbouw;A2;32;{applied};ja;{ends}",
        f"P2;Omar;Abdi;01-02-1985;kok;Horeca;A1;24;{applied};ja;{ends}",
    )
    path = tmp_path / "lijst.csv"
    path.write_text("\n".join([HEADER, *rows]), "utf-8")
    return path


@pytest.fixture
def site(loaded_site, monkeypatch) -> SignUpPage:
    """The public site with its content, without the minimum time to fill in a form."""
    monkeypatch.setattr(spam, "MIN_FORM_AGE", timedelta(0))
    return SignUpPage.objects.get(locale__language_code="nl")


class Walkthrough:
    """The browser of a coordinator, with checks of the layout and the accessibility of each page."""

    def __init__(self, page: Page, fits_width) -> None:
        self.page, self.fits = page, fits_width

    def check_page(self, step: str) -> None:
        assert self.fits(self.page), step
        assert find_overflow(self.page) == [], step
        assert find_violations(self.page) == [], step

    def press(self, words: str) -> None:
        main, name = self.page.locator("#main"), re.compile(re.escape(words))  # as it is written
        main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.press("Enter")

    def fill_day(self, field: str, day: date) -> None:
        self.page.locator(f"#{field}").fill(f"{day:%d-%m-%Y}")

    def expect_text(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()


def sign_up_employer(visit, sign_up: SignUpPage) -> None:
    page = visit(sign_up.url)
    for label, text in {
        "Bedrijf": "Kas Zon",
        "Uw naam": "Anneke Voorbeeld",
        "E-mailadres": "anneke@kaszon.example",
        "Om welk werk gaat het?": "Tomaten plukken",
        "Voor hoeveel mensen?": "2",
    }.items():
        page.get_by_label(re.compile(f"^{re.escape(label)}")).first.fill(text)
    page.get_by_role("button", name="Aanmelding versturen").click()
    expect(page.get_by_text("Wij stuurden een e-mail aan")).to_be_visible()
    page.goto(re.search(r"https?://\S+/aanmelding/\S+", mail.outbox[-1].body)[0])
    page.get_by_role("button", name="Bevestig").click()
    expect(page.get_by_role("heading", name="Uw aanmelding is bij ons")).to_be_visible()


def test_the_whole_pilot_from_the_first_list_to_the_evaluation(
    log_in, visit, fits_width, coordinator, site, people
) -> None:
    sign_up_employer(visit, site)
    walkthrough = Walkthrough(log_in(coordinator, UPLOAD_PAGE), fits_width)
    page = walkthrough.page
    start = days_ago(7 * 26 + 2)

    # A partner's list comes in.
    upload(page, people)
    walkthrough.press("Alles importeren")
    walkthrough.expect_text("2 nieuw")
    candidate = Dossier.objects.get(given_name="Selam")

    # The sign-up becomes an employer.
    page.goto("/beheer/")
    walkthrough.check_page("desk")
    walkthrough.press("Nieuwe aanmeldingen")
    walkthrough.press("Kas Zon")
    walkthrough.press("Overnemen: deze werkgever maken")
    walkthrough.expect_text("Kas Zon")
    offer = EmployerInterest.objects.get(employer__company_name="Kas Zon")

    # Intake and the expectation talk.
    page.goto(get_record_url(candidate))
    walkthrough.press("Gesprek vastleggen")
    walkthrough.fill_day("id_held_on", start - timedelta(days=40))
    page.get_by_label("Wat is er gezegd").fill("Wat meedoen betekent.")
    page.get_by_label("Dit was het verwachtingengesprek").check()
    page.get_by_label("De privacyverklaring is gegeven").check()
    walkthrough.press("Opslaan")
    walkthrough.expect_text("Opgeslagen: telefoongesprek")
    walkthrough.check_page("dossier")

    # A match is proposed, agreed and shared with the employer.
    walkthrough.press("Voorstellen")
    walkthrough.press("Kas Zon")
    walkthrough.fill_day("id_day", start - timedelta(days=30))
    walkthrough.press("Voorstellen")
    walkthrough.expect_text("Voorgesteld: P-")
    placement = Placement.objects.get(dossier=candidate, interest=offer)
    walkthrough.fill_day("id_agreed_day", start - timedelta(days=29))
    walkthrough.press("Vastleggen: de kandidaat is akkoord")
    walkthrough.expect_text("De kandidaat ging akkoord op")
    walkthrough.press("Werkgever inlichten…")
    walkthrough.fill_day("id_told_day", start - timedelta(days=28))
    walkthrough.press("Vastleggen: de werkgever is zo ingelicht")
    walkthrough.expect_text("Wat de werkgever hoorde op")

    # The steps, with the permit, to the first day at work.
    for step, words, day in (
        (Step.INTERVIEW, "kennismaking", start - timedelta(days=25)),
        (Step.PERMIT_REQUESTED, "vergunning aangevraagd", start - timedelta(days=20)),
        (Step.PERMIT_GRANTED, "vergunning verleend", start - timedelta(days=2)),
        (Step.WORKING, "aan het werk", start),
    ):
        walkthrough.fill_day(f"id_{step}_day", day)
        if step == Step.PERMIT_GRANTED:
            walkthrough.fill_day("id_permit_granted_permit_valid_until", today() + timedelta(days=30))
        walkthrough.press(f"“{words}” vastleggen")
        walkthrough.expect_text(f"“{words}” op")
    candidate.refresh_from_db()
    assert candidate.status == Status.WORKING

    # What stood in the way, and how it was solved.
    page.goto(get_record_url(placement))
    walkthrough.press("Nieuwe bevinding")
    page.locator("#id_category").select_option(value=str(FindingCategory.objects.get(code="vervoer").pk))
    page.locator("#id_side").select_option(value=Finding.Side.EMPLOYER)
    page.locator("#id_description").fill("De kas ligt te ver weg om te fietsen.")
    page.locator("#id_tried").fill("Een busje met collega's.")
    page.locator("#id_result").fill("Het busje rijdt elke dag.")
    walkthrough.fill_day("id_noticed_on", start)
    walkthrough.fill_day("id_solved_on", start + timedelta(days=20))
    walkthrough.press("Opslaan")
    walkthrough.expect_text("Opgeslagen:")
    assert not Finding.objects.get().is_draft

    # What it cost.
    page.goto(get_create_url(Expense, candidate))
    walkthrough.fill_day("id_spent_on", start)
    page.locator("#id_category").select_option(value=Cost.GUIDANCE)
    page.locator("#id_description").fill("Begeleiding op de werkplek")
    page.locator("#id_amount").fill("500")
    walkthrough.press("Opslaan")
    walkthrough.expect_text("Opgeslagen:")

    # The daily digest about half a year at work and a permit that ends, without names.
    coordinator.email = "coordinator@pilot.example"
    coordinator.save()
    mail.outbox.clear()
    call_command("make_actions", mail=True)
    assert len(mail.outbox) == is_working_day(today())
    assert all(name not in message.body for message in mail.outbox for name in ("Selam", "Haile", "Kas Zon"))
    page.goto("/beheer/")
    walkthrough.expect_text("26 weken")
    walkthrough.expect_text("€ 28.100,00 over van € 28.600,00")
    walkthrough.check_page("desk at the end")

    # Figures that link to the counted records, and the letter to the council.
    page.goto(reverse("dossiers_report", args=["findings"]))
    walkthrough.expect_text("Vervoer")
    walkthrough.check_page("report")
    page.goto(reverse("dossiers_evaluations"))
    walkthrough.press("Nieuwe evaluatie")
    page.locator("#id_title").fill("Tussenevaluatie")
    walkthrough.press("Opslaan")
    walkthrough.press("Cijfers bevriezen")
    walkthrough.expect_text("De cijfers zijn bevroren")
    for name, begin in (("PDF", b"%PDF"), ("DOCX", b"PK")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name, exact=True).first.click()
        assert waiting.value.path().read_bytes().startswith(begin)
