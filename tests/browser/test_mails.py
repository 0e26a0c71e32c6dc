"""A coordinator proposes a candidate by mail, with the keyboard alone."""

import re

from django.core import mail
from playwright.sync_api import expect

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.models import ContactMoment
from tests.browser.page_checks import find_problems, tab_to
from tests.dossiers.models.factories import make_employer, make_interest
from tests.dossiers.models.placements import make_placement, make_ready_dossier, today


def test_a_candidate_is_proposed_by_mail(log_in, live_site, coordinator):
    employer = make_employer(company_name="Kas Zon", contact_name="Jan Bos", email="jan@kas.example")
    dossier = make_ready_dossier(given_name="Selam", family_name="Haile", profession="kok")
    placement = make_placement(dossier=dossier, interest=make_interest(employer=employer), candidate_agreed_on=today())
    page = log_in(coordinator, get_record_url(placement))

    def press(words: str) -> None:
        tab_to(page, words)
        page.keyboard.press("Enter")

    press("Mail schrijven")
    press("Voorgestelde kandidaat")
    expect(page.get_by_role("textbox", name="Tekst")).to_have_value(re.compile("Voornaam: Selam"))
    assert find_problems(page) == []
    press("Voorbeeld")
    expect(page.get_by_role("heading", name="Zo wordt de mail verstuurd")).to_be_visible()
    assert find_problems(page) == []
    press("Versturen")
    page.wait_for_url(f"**{get_record_url(placement)}")
    expect(page.get_by_text("· verstuurd")).to_be_visible()
    expect(page.get_by_role("heading", name="Wat de werkgever hoorde op")).to_be_visible()
    page.go_back()
    page.get_by_role("textbox", name="Onderwerp").fill("Toch nog iets")
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_text("Dit formulier hebt u al opgeslagen")).to_be_visible()
    assert len(mail.outbox) == 1 == ContactMoment.objects.count()
