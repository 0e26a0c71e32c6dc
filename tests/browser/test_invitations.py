"""A colleague is invited, gets in with a password and a second factor, and is blocked."""

import re

from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from dossiers.models.rights import COORDINATORS
from tests.browser.page_checks import find_problems, tab_to
from tests.browser.test_login import make_code


def test_an_invited_colleague_gets_in_by_the_link_and_nowhere_after_being_blocked(log_in, visit, admin, live_site):
    page = log_in(admin, reverse("wagtailusers_users:index"))
    assert find_problems(page) == []
    page.get_by_role("link", name="Collega uitnodigen").click()
    page.get_by_label("Voornaam").fill("Nel")
    page.get_by_label("Achternaam").fill("Nieuw")
    page.get_by_label("E-mail").fill("nel@example.org")
    page.get_by_label(COORDINATORS).check()
    assert find_problems(page) == []
    page.get_by_role("button", name="Uitnodigen").click()
    expect(page.get_by_text("Nel Nieuw krijgt op nel@example.org een e-mail")).to_be_visible()
    assert find_problems(page) == []

    colleague = visit(re.search(r"https?://\S+/uitnodiging/\S+", mail.outbox[0].body)[0])
    expect(colleague.get_by_text("Uw gebruikersnaam is nel")).to_be_visible()
    assert find_problems(colleague) == []
    for field in ("#id_password1", "#id_password2"):
        colleague.locator(field).fill("een-lang-nieuw-woord")
    colleague.get_by_role("button", name="Wachtwoord opslaan").click()
    colleague.get_by_text("De app kan het plaatje niet lezen").click()
    secret = colleague.locator(".login-key").inner_text().strip()
    colleague.get_by_role("textbox", name="Code").fill(make_code(secret))
    colleague.get_by_role("button", name="Instellen").click()
    colleague.get_by_role("link", name="naar de backoffice").click()
    expect(colleague.get_by_role("heading", name="Asielzoekers naar werk")).to_be_visible()

    page.reload()
    page.get_by_role("row").filter(has_text="Nel Nieuw").get_by_role("button", name="Meer opties").click()
    page.get_by_role("link", name="Blokkeren").click()
    assert find_problems(page) == []
    page.get_by_role("button", name="Blokkeren").click()
    expect(page.get_by_text("Nel Nieuw is geblokkeerd")).to_be_visible()
    colleague.goto("/beheer/dossiers/")
    expect(colleague.get_by_role("heading", name="Inloggen")).to_be_visible()


def test_a_colleague_is_invited_by_keyboard(log_in, admin, live_site):
    page = log_in(admin, reverse("wagtailusers_users:index"))
    tab_to(page, "Collega uitnodigen")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Voornaam")).to_be_visible()
    for field, words in (("Voornaam", "Nel"), ("Achternaam", "Nieuw"), ("E-mail", "nel@example.org")):
        tab_to(page, field)
        page.keyboard.type(words)
    tab_to(page, COORDINATORS)
    page.keyboard.press("Space")
    tab_to(page, "Uitnodigen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nel Nieuw krijgt op nel@example.org een e-mail")).to_be_visible()
    assert mail.outbox[0].to == ["nel@example.org"]
