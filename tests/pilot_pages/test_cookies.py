"""The page about privacy names all cookies that the site sets, and no others."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core import mail
from django.test import Client
from wagtail.models import Page

from pilot_pages.models import GuidancePage, SignUpPage
from tests.conftest import PASSWORD
from tests.dossiers.backoffice.pages import text
from tests.pilot_pages.candidate.letters import make_letter, page_url, send_birth_date


def find_named_cookies(page: GuidancePage) -> set[str]:
    """Return the names between brackets after the word "cookie"."""
    lists_of_names = re.findall(r"cookies?\b[^()]*\(([^)]+)\)", text(Client().get(page.url)))
    return {name for names in lists_of_names for name in re.split(r", | en | and ", names)}


def find_cookies_of_scripts() -> set[str]:
    """Return the names of the cookies that the scripts of Wagtail set; each name begins with "wagtail_"."""
    files = [Path(storage.path(path)) for finder in get_finders() for path, storage in finder.list([])]
    scripts = [file for file in files if file.suffix == ".js" and "wagtail" in str(file)]
    setting = [text for text in (script.read_text("utf-8") for script in scripts) if "document.cookie" in text]
    names = [set(re.findall(r'="(wagtail_\w+)"', text)) for text in setting]
    assert all(names), "a script sets a cookie of an unknown name"
    return set().union(*names)


@pytest.mark.usefixtures("languages")
def test_the_cookie_statement_lists_every_cookie_that_is_set(make_user: Any, form_data: Any) -> None:
    visitor, sign_up = Client(), SignUpPage.objects.get(locale__language_code="nl")
    for page in Page.objects.live().public().filter(depth__gt=1).specific():
        if page.url and not isinstance(page, SignUpPage):
            visitor.get(page.url)
    for url in ("/zoeken/?q=loon", "/en/search/?q=pay", "/check/kandidaat-ja/werk-betaald/", "/nergens/"):
        visitor.get(url)
    assert not visitor.cookies, "whoever only reads gets none"

    visitor.get(sign_up.url)
    assert set(visitor.cookies) == {"csrftoken"}
    visitor.post(sign_up.url, form_data(stap="3"))
    assert set(visitor.cookies) == {"csrftoken", "sign_up_draft"}
    visitor.post(sign_up.url, form_data())
    [link] = re.findall(r"http://testserver(/\S+)", str(mail.outbox[0].body))[:1]
    visitor.get(link)
    assert set(visitor.cookies) == {"csrftoken", "sign_up_draft", "sign_up_sent"}

    candidate, staff = Client(), Client()
    key = make_letter()[1]
    candidate.get(page_url(key))
    assert set(candidate.cookies) == {"csrftoken"}
    send_birth_date(candidate, key)
    assert set(candidate.cookies) == {"csrftoken", "mijn-gegevens"}

    staff.get("/inloggen/")
    staff.post("/inloggen/", {"login": make_user("somebody").get_username(), "password": PASSWORD})
    staff.get("/beheer/")
    set_somewhere = {*visitor.cookies, *candidate.cookies, *staff.cookies, *find_cookies_of_scripts()}
    for page in GuidancePage.objects.live().filter(slug="privacy"):
        assert find_named_cookies(page) == set_somewhere, page.url
