"""A coordinator prints a letter, and the candidate opens its code on a phone and answers."""

from datetime import date

from playwright.sync_api import expect

from dossiers.models import Dossier, FollowUp
from tests.browser.conftest import PHONE
from tests.browser.page_checks import find_overflow, find_violations, tab_to
from tests.dossiers.backoffice.pages import url
from tests.dossiers.models.placements import make_placement, make_ready_dossier

CORRECTION = "Mijn nieuwe nummer is 06 11 22 33 44"


def test_a_candidate_opens_a_letter_and_a_coordinator_sees_the_answers(log_in, visit, coordinator, fits_width):
    def looks_right(page, step: str) -> None:
        assert fits_width(page), step
        assert find_violations(page) == [], step

    dossier = make_ready_dossier(
        given_name="Selamawit", family_name="Haile", date_of_birth=date(1990, 3, 12), coordinator=coordinator
    )
    make_placement(dossier=dossier, begun=1)

    ours = log_in(coordinator, url(Dossier, "inspect", dossier.pk))
    ours.get_by_role("link", name="Brief met een link").click()
    assert find_overflow(ours) == []
    ours.get_by_role("button", name="Brief maken").click()
    expect(ours.get_by_role("heading", name="Uw eigen pagina")).to_be_visible()
    looks_right(ours, "letter")
    printed = ours.locator(".letter-address").inner_text()
    expect(ours.locator(".letter-way svg")).to_have_count(1)

    theirs = visit(f"/{printed.partition('/')[2]}", PHONE)
    expect(theirs.get_by_role("heading", name="Wat is uw geboortedatum?")).to_be_visible()
    looks_right(theirs, "door")
    theirs.get_by_label("Geboortedatum").fill("12-03-1991")
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_role("alert")).to_contain_text("Dit lukt niet.")
    looks_right(theirs, "wrong")
    theirs.get_by_label("Geboortedatum").fill("12-03-1990")
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_role("heading", name="Uw gegevens")).to_be_visible()
    looks_right(theirs, "page")
    theirs.get_by_label("Schrijf wat er anders moet").fill("Nog niet verstuurd")
    theirs.get_by_role("button", name="English").click()
    expect(theirs.get_by_role("heading", name="Your data")).to_be_visible()
    expect(theirs.get_by_label("Write what has to change")).to_have_value("Nog niet verstuurd")
    theirs.get_by_label("Write what has to change").fill("")
    looks_right(theirs, "in English")
    tab_to(theirs, "Write what has to change")
    theirs.keyboard.type(CORRECTION)
    tab_to(theirs, "Send")
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_role("status")).to_contain_text("We have your message.")
    looks_right(theirs, "sent")
    theirs.get_by_role("button", name="Yes, you may").click()
    expect(theirs.get_by_role("status")).to_contain_text("We have your yes.")
    theirs.get_by_role("button", name="Close my page").click()
    expect(theirs.get_by_role("heading", name="What is your date of birth?")).to_be_visible()

    ours.goto("/beheer/")
    expect(ours.locator("strong", has_text=f"De kandidaat vraagt om een verbetering: “{CORRECTION}”")).to_be_visible()
    expect(ours.locator("strong", has_text="De kandidaat zegt ja tegen voorstel")).to_be_visible()
    assert FollowUp.objects.filter(owner=coordinator).count() == 2
    assert Dossier.objects.get(pk=dossier.pk).phone == ""


def test_a_coordinator_anonymizes_a_dossier(log_in, coordinator, fits_width):
    dossier = make_ready_dossier(given_name="Selamawit", status="withdrawn")
    page = log_in(coordinator, f"/beheer/dossiers/{dossier.pk}/anonymise/", PHONE)
    expect(page.get_by_text("Dit kan niet ongedaan worden gemaakt.")).to_be_visible()
    assert fits_width(page) and find_overflow(page) == [] and find_violations(page) == []
    page.get_by_label("Nummer van dit dossier").fill(dossier.reference)
    page.get_by_role("button", name="Definitief anonimiseren").click()
    expect(page.get_by_text(f"{dossier.reference} is geanonimiseerd.")).to_be_visible()
    assert fits_width(page) and find_violations(page) == []
    page.goto("/beheer/forgetting/")
    expect(page.get_by_text("Er is geen termijn ingesteld")).to_be_visible()
    assert fits_width(page) and find_overflow(page) == [] and find_violations(page) == []
