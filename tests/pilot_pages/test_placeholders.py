"""Placeholders in texts show the value of a regulation."""

import json
import re
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.test import Client
from django.utils import translation

from dossiers.models import Regulation
from pilot_pages.models import GuidancePage, SignUpPage
from pilot_pages.models.sign_up import SignUpQuestion
from pilot_pages.placeholders import filled, filled_html
from tests.pilot_pages.conftest import dutch

UNKNOWN = "There is no rule with a value called {%(key)s}. Take away the braces, or choose one of these: %(known)s."


@pytest.mark.parametrize(
    ("key", "nl", "en"),
    [
        ("wachttijd", "6 maanden", "6 months"),
        ("beslistermijn", "5 weken", "5 weeks"),
        ("leeftijd", "18 jaar", "18 years"),
        ("anoniementarief", "52%", "52%"),
        ("eigen-bijdrage-maximum", "€ 246 per maand", "€ 246 a month"),
    ],
)
def test_a_placeholder_is_replaced_by_the_value_and_its_unit_in_the_readers_language(
    content: SignUpPage, key: str, nl: str, en: str
) -> None:
    for language, words in (("nl", nl), ("en", en)):
        with translation.override(language):
            assert filled(f"Na {{{key}}}.") == f"Na {words}."


def test_the_unit_of_a_value_of_one_is_singular(content: SignUpPage) -> None:
    Regulation.objects.filter(key="wachttijd").update(value="1")
    with translation.override("nl"):
        assert filled("{wachttijd}") == "1 maand"


def test_a_placeholder_on_a_page_shows_the_current_value(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="contact")
    page.intro = "Wacht {wachttijd}."
    page.save_revision().publish()
    assert "Wacht 6 maanden." in client.get("/contact/").content.decode()
    Regulation.objects.filter(key="wachttijd").update(value="7")
    assert "Wacht 7 maanden." in client.get("/contact/").content.decode()
    assert "de grens van 24 weken is vervallen" in client.get("/voor-werkgevers/vragen/").content.decode()


def test_an_unknown_placeholder_is_refused_with_the_list_of_valid_ones(content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="contact")
    page.body[0].value["heading"] = "Na {wachtijd}"
    with translation.override("nl"), pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert set(refused.value.message_dict) == {"body"}
    [message] = refused.value.messages
    assert message.startswith(dutch(UNKNOWN).split("%")[0] + "wachtijd")
    assert "wachttijd" in message


def test_an_unknown_placeholder_in_a_question_of_the_form_is_refused(content: SignUpPage) -> None:
    content.form_fields.add(SignUpQuestion(label="Na {wachtijd}?", field_type="singleline"))
    with pytest.raises(ValidationError) as refused:
        content.full_clean()
    assert set(refused.value.message_dict) == {NON_FIELD_ERRORS}


def test_a_regulation_without_a_value_cannot_be_a_placeholder(content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="contact")
    page.intro = "{opvang-coa}"
    with pytest.raises(ValidationError):
        page.full_clean()


def test_the_read_api_replaces_placeholders(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="privacy")
    page.body[0].value.source += "<p>Na {wachttijd}.</p>"
    page.save_revision().publish()
    assert "Na 6 maanden." in str(client.get(f"/api/v2/pages/{page.pk}/").json()["body"][0]["value"])


STEP = {"title": "Stap {wachttijd}", "text": "<p>Doe {wachttijd}.</p>", "facts": []}
ROW = {"name": "Naam {wachttijd}", "value": "Waarde {wachttijd}"}
QUESTION = {"question": "Vraag {wachttijd}", "answer": "<p>Ja {wachttijd}.</p>", "facts": []}
WHEREVER = {
    "text": "<h2>Kop {wachttijd}</h2><p>Zin {wachttijd}.</p>",
    "facts": {"heading": "Feiten {wachttijd}", "intro": "Uitleg {wachttijd}", "facts": ["loon"]},
    "steps": {"heading": "Stappen {wachttijd}", "steps": [STEP, STEP]},
    "checklist": {"heading": "Lijst {wachttijd}", "points": ["Punt {wachttijd}"]},
    "overview": {"heading": "Rij {wachttijd}", "rows": [ROW], "source": "Bron {wachttijd}"},
    "questions": {"heading": "Vragen {wachttijd}", "questions": [QUESTION]},
    "notice": {"kind": "info", "text": "<p>Let op {wachttijd}.</p>"},
    "quote": {"quote": "Citaat {wachttijd}", "who": ""},
    "employer_story": {"heading": "Zo {wachttijd}", "text": "<p>Na {wachttijd}.</p>", "company": "De Kas"},
    "accessibility_statement": {"heading": "Verklaring", "escalation": "Daarna {wachttijd}"},
    "privacy_statement": {"heading": "Verklaring", "purpose": "Doel {wachttijd}"},
}


@pytest.fixture
def page_with_placeholders(content: SignUpPage) -> GuidancePage:
    """A page with a placeholder in each of its texts."""
    page = GuidancePage.objects.get(slug="contact")
    page.body = json.dumps([{"type": kind, "value": value} for kind, value in WHEREVER.items()])
    page.search_description = "In het kort {wachttijd}"
    page.intro, page.next_heading, page.next_text, page.next_label = (f"{digit} {{wachttijd}}" for digit in "1234")
    page.full_clean()
    page.save_revision().publish()
    return page


def test_placeholders_are_replaced_in_every_text_of_a_page(
    client: Client, page_with_placeholders: GuidancePage
) -> None:
    html = client.get(page_with_placeholders.url).content.decode()
    assert "{wachttijd}" not in html
    for words in ("Kop", "Feiten", "Uitleg", "Stappen", "Stap", "Lijst", "Naam", "Bron", "Citaat", "3", "4"):
        assert f"{words} 6 maanden" in html
    assert '<meta name="description" content="In het kort 6 maanden">' in html


def test_the_anchor_of_a_heading_does_not_change_with_the_value(
    client: Client, page_with_placeholders: GuidancePage
) -> None:
    before = re.findall(r' id="([^"]*wachttijd[^"]*)"', client.get(page_with_placeholders.url).content.decode())
    Regulation.objects.filter(key="wachttijd").update(value="7")
    html = client.get(page_with_placeholders.url).content.decode()
    assert before == re.findall(r' id="([^"]*wachttijd[^"]*)"', html)
    contents = re.findall(r'href="#([^"]+)">([^<]+ 7 maanden)</a>', html)
    assert {place for place, _words in contents} <= set(before)
    assert ("kop-wachttijd", "Kop 7 maanden") in contents


def test_the_read_api_replaces_placeholders_in_every_text(client: Client, page_with_placeholders: GuidancePage) -> None:
    listed = "/api/v2/pages/?type=pilot_pages.GuidancePage&fields=intro&slug=contact"
    for address in (f"/api/v2/pages/{page_with_placeholders.pk}/", listed):
        text = client.get(address).content.decode()
        assert "1 6 maanden" in text
        assert "{wachttijd}" not in text


def test_the_search_replaces_placeholders(client: Client, page_with_placeholders: GuidancePage) -> None:
    html = client.get("/zoeken/", {"q": "citaat"}).content.decode()
    assert "6 maanden" in html
    assert "{wachttijd}" not in html


def test_emails_replace_placeholders(client: Client, content: SignUpPage, form_data: Any) -> None:
    content.mail_text = "Wacht {wachttijd}."
    content.save_revision().publish()
    client.post(content.url, form_data())
    assert "Wacht 6 maanden." in str(mail.outbox[-1].body)


@pytest.mark.parametrize("field", ["title", "menu_title", "seo_title"])
def test_a_title_may_not_contain_a_placeholder(content: SignUpPage, field: str) -> None:
    page = GuidancePage.objects.get(slug="contact")
    setattr(page, field, "Na {wachttijd}")
    with translation.override("nl"), pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert set(refused.value.message_dict) == {field}
    assert "{wachttijd}" in refused.value.messages[0]


def test_the_value_of_a_placeholder_is_escaped(content: SignUpPage) -> None:
    Regulation.objects.filter(key="wachttijd").update(value="<b>6</b>", unit="text")
    assert filled_html("<p>{wachttijd}</p>") == "<p>&lt;b&gt;6&lt;/b&gt;</p>"
