"""The statements about accessibility and privacy: what is not filled in shows as such, and nothing is made up."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.models import Site

from dossiers.models.dossiers.retention import Retention
from pilot_pages.models import GuidancePage, PilotSettings, SignUpPage
from tests.pilot_pages.editing.test_blocks import clean_blocks
from tests.pilot_pages.read_api.pages import get, get_block, publish_block

EMPTY = "nog niet ingevuld"
ACCESSIBILITY = {
    "heading": "Toegankelijkheidsverklaring",
    "status": "B",
    "changed_on": "2026-11-02",
    "researched_on": "2026-10-01",
    "report": "https://example.org/rapport",
    "escalation": "De Nationale ombudsman.",
}
PRIVACY = {
    name: f"Antwoord {name}" for name in ("controller", "purpose", "legal_basis", "categories", "recipients", "rights")
}


def rows(client: Client, url: str) -> dict[str, str]:
    """Return the text of each row of the statement on a page by its label."""
    html = client.get(url).content.decode()
    statement = re.search(r'block--\w+_statement">.*?</dl>', html, re.DOTALL)[0]
    pairs = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", statement, re.DOTALL)
    return {label: " ".join(strip_tags(text).split()) for label, text in pairs}


def fill_settings(**fields: Any) -> None:
    settings = PilotSettings.for_site(Site.objects.get())
    for name, value in fields.items():
        setattr(settings, name, value)
    settings.save()


def list_missing(client: Client, slug: str) -> str:
    """Return what the check of a page says is not filled in."""
    page = GuidancePage.objects.get(slug=slug)
    html = client.get(reverse("pilot_pages_page_checked", args=[page.pk])).content.decode()
    match = re.search(r"Nog niet ingevuld in de verklaring op deze pagina: ([^.]*)\.", html)
    return match[1] if match else ""


def test_the_shipped_accessibility_statement_claims_nothing(client: Client, content: SignUpPage) -> None:
    shown = rows(client, "/toegankelijkheid/")
    assert set(shown.values()) == {EMPTY}
    assert list(shown) == [
        "Status",
        "Verklaring voor het laatst gewijzigd op",
        "Site onderzocht op",
        "Rapport van het onderzoek",
        "Verklaring in het register",
        "Waar u meldt wat niet werkt",
        "Als dat niet helpt",
    ]


def test_the_shipped_privacy_statement_only_says_where_to_complain(client: Client, content: SignUpPage) -> None:
    shown = rows(client, "/privacy/")
    assert shown.pop("Waar u een klacht indient") == "Autoriteit Persoonsgegevens"
    assert len(shown) == 9 and set(shown.values()) == {EMPTY}
    assert 'href="https://autoriteitpersoonsgegevens.nl"' in client.get("/privacy/").content.decode()


def test_a_filled_in_accessibility_statement_shows_its_status_dates_and_links(
    client: Client, content: SignUpPage
) -> None:
    fill_settings(
        accessibility_statement="https://example.org/register", accessibility_email="toegankelijk@example.org"
    )
    page = publish_block("accessibility_statement", ACCESSIBILITY)
    shown = rows(client, page.url)
    assert EMPTY not in shown.values()
    assert shown["Status"] == "B: voldoet gedeeltelijk"
    assert shown["Site onderzocht op"] == "01-10-2026"
    html = client.get(page.url).content.decode()
    for address in ("https://example.org/rapport", "https://example.org/register", "mailto:toegankelijk@example.org"):
        assert f'href="{address}"' in html


@pytest.mark.parametrize("status", ["A", "B", "C", "D", "E"])
def test_a_statement_has_one_of_the_five_statuses_of_the_model(content: SignUpPage, status: str) -> None:
    [block] = clean_blocks(("accessibility_statement", {"status": status}))
    assert block.value["status"] == status
    with pytest.raises(ValidationError):
        clean_blocks(("accessibility_statement", {"status": "F"}))


def test_a_page_has_at_most_one_statement_of_each_sort(content: SignUpPage) -> None:
    for kind in ("accessibility_statement", "privacy_statement"):
        with pytest.raises(ValidationError):
            clean_blocks((kind, {}), (kind, {}))


def test_the_terms_follow_the_setting_and_change_only_when_they_are_in_force(
    client: Client, content: SignUpPage
) -> None:
    retention = Retention(months=12, employer_months=1)
    retention.save()
    assert rows(client, "/privacy/")["Hoelang: kandidaten"] == EMPTY  # the waiting period still runs
    Retention.objects.update(waits_until=None)
    shown = rows(client, "/privacy/")
    assert shown["Hoelang: kandidaten"].startswith("12 maanden nadat het dossier is gesloten")
    assert shown["Hoelang: contactpersonen van werkgevers"].startswith("1 maand nadat de laatste aanmelding")


def test_the_check_of_a_page_lists_what_is_not_filled_in(anna: Client) -> None:
    assert list_missing(anna, "toegankelijkheid").startswith("Status, Verklaring voor het laatst gewijzigd op")
    publish_block("privacy_statement", PRIVACY)
    missing = "Hoelang: kandidaten, Hoelang: contactpersonen van werkgevers, Privacyfunctionaris"
    assert list_missing(anna, "privacy") == missing
    fill_settings(privacy_officer="Functionaris Voorbeeld")
    Retention.objects.create(months=12, employer_months=12)
    Retention.objects.update(waits_until=None)
    assert list_missing(anna, "privacy") == list_missing(anna, "contact") == ""


def test_another_front_end_gets_the_rows_that_readers_see(client: Client, content: SignUpPage) -> None:
    page = publish_block("accessibility_statement", ACCESSIBILITY | {"escalation": ""})
    block = get_block(get(client, f"pages/{page.pk}/"), "accessibility_statement")
    assert (block["status"], block["changed_on"]) == ("B", str(date(2026, 11, 2)))
    assert {row["label"]: row["text"] or EMPTY for row in block["rows"]} == rows(client, page.url)
    assert block["rows"][3]["url"] == "https://example.org/rapport"


def test_a_bsn_in_a_statement_is_refused(content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="privacy")
    page.body = [("privacy_statement", {"rights": "Noem uw BSN 123456782"})]  # made up; it passes the eleven-test
    with pytest.raises(ValidationError, match="burgerservicenummer"):
        page.full_clean()
