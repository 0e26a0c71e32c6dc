"""The files that programs request: robots.txt, security.txt, the web manifest and the favicon."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from pilot_pages.checks import check_site_settings
from pilot_pages.models import PilotSettings
from tests.pilot_pages.conftest import dutch

SECURITY = "/.well-known/security.txt"


def set_security_contact(contact: str) -> PilotSettings:
    pilot_settings = PilotSettings.for_default_site()
    pilot_settings.security_contact = contact
    pilot_settings.full_clean()
    pilot_settings.save()
    return pilot_settings


def fields(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_without_a_contact_security_txt_is_not_found_and_a_system_check_warns(client, content):
    assert client.get(SECURITY).status_code == 404
    named = [warning.msg for warning in check_site_settings()]
    assert any(dutch("contact about security") in message for message in named)


@pytest.mark.parametrize(
    ("contact", "uri"),
    [
        ("veiligheid@example.nl", "mailto:veiligheid@example.nl"),
        ("https://www.example.nl/lek-melden", "https://www.example.nl/lek-melden"),
    ],
)
def test_security_txt_has_a_contact_and_an_expiry_date(client, content, settings, contact, uri):
    settings.BASE_URL = "https://www.example.nl"
    set_security_contact(contact)
    response = client.get(SECURITY)
    values = fields(response.content.decode())
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert values.keys() == {"Contact", "Expires", "Canonical"}
    assert values["Contact"] == uri
    assert values["Canonical"] == f"https://www.example.nl{SECURITY}"
    expires = datetime.strptime(values["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - timezone.now() < timedelta(days=365)
    assert not any(dutch("contact about security") in warning.msg for warning in check_site_settings())


def test_security_txt_has_no_canonical_url_without_https(client, content):
    set_security_contact("veiligheid@example.nl")
    assert fields(client.get(SECURITY).content.decode()).keys() == {"Contact", "Expires"}


@pytest.mark.parametrize("contact", ["bel ons", "http://www.example.nl/", "06 12345678", "a@b\nContact: x@y.nl"])
def test_an_invalid_contact_is_refused(content, contact):
    with pytest.raises(ValidationError) as refused:
        set_security_contact(contact)
    assert refused.value.message_dict.keys() == {"security_contact"}


def test_a_demo_disallows_all_search_engines(client, content):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == "User-agent: *\nDisallow: /\n"


def test_production_allows_pages_and_disallows_personal_pages(client, content, settings):
    settings.MODE, settings.BASE_URL = "production", "https://www.example.nl"
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /" not in lines
    assert {"Disallow: /beheer/", "Disallow: /mijn-gegevens/", "Disallow: /en/sign-up/*/"} <= set(lines)
    assert lines[-1] == "Sitemap: https://www.example.nl/sitemap.xml"


def test_the_manifest_and_the_icon_are_served(client, content):
    manifest = client.get("/site.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    [icon] = manifest.json()["icons"]
    for address in (icon["src"], client.get("/favicon.ico")["Location"]):
        assert client.get(address)["Content-Type"] == "image/svg+xml"
    assert '<link rel="manifest" href="/site.webmanifest">' in client.get("/").content.decode()
