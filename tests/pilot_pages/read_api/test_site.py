"""The endpoint of the site."""

from django.test import Client
from wagtail.models import Site

from pilot_pages.models import GuidancePage, HomePage, PilotSettings, SignUpPage
from tests.pilot_pages.read_api.pages import get, publish_english


def test_menu_and_footer_are_the_same_as_on_the_site_itself(client: Client, content: SignUpPage) -> None:
    site = get(client, "site/")
    page = client.get("/").content.decode()
    assert site["home"]["url"] == "/"
    assert site["sign_up"]["url"] == "/aanmelden/"
    assert len(site["menu"]) > 1
    assert len(site["footer"]) > 1
    assert [link for link in [*site["menu"], *site["footer"]] if f'href="{link["url"]}"' not in page] == []
    assert {"label", "title", "html_url", "locale", "id", "url"} == set(site["menu"][0])
    assert "Aanmelden" in [link["label"] for link in site["menu"]]


def test_the_name_of_the_site_is_in_the_requested_language(client: Client, content: SignUpPage) -> None:
    publish_english(HomePage.objects.get(), site_name="")
    assert get(client, "site/")["name"] == "Asielzoekers naar werk"
    assert get(client, "site/?locale=en")["name"] == "Asylum seekers to work"
    english = HomePage.objects.get(locale__language_code="en")
    for path in ("site/?locale=en", f"pages/{english.pk}/"):
        assert client.get(f"/api/v2/{path}").headers["Content-Language"] == "en"


def test_each_language_has_its_own_menu_and_footer(client: Client, content: SignUpPage) -> None:
    publish_english(HomePage.objects.get())
    publish_english(GuidancePage.objects.get(slug="privacy"), menu_title="Privacy", slug="privacy-en")
    english = get(client, "site/?locale=en")
    assert (english["locale"], english["home"]["url"]) == ("en", "/en/")
    assert [link["url"] for link in english["footer"]] == ["/en/privacy-en/"]
    assert [language["code"] for language in get(client, "site/")["locales"]] == ["en", "nl"]


def test_an_unpublished_language_is_not_found(client: Client, content: SignUpPage) -> None:
    response = client.get("/api/v2/site/?locale=en")
    assert (response.status_code, response.json()["detail"]) == (404, "In deze taal is er geen site.")


def test_contact_details_are_returned_if_they_are_filled_in(client: Client, content: SignUpPage) -> None:
    settings = PilotSettings.for_site(Site.objects.get())
    settings.contact_email = "pilot@example.nl"
    settings.save()
    contact = get(client, "site/")["contact"]
    assert contact["contact_email"] == "pilot@example.nl"
    assert contact["contact_phone"] == ""
    assert set(contact) == set(PilotSettings.REQUIRED_FIELDS)


def test_an_unpublished_page_is_removed_from_the_menu(client: Client, content: SignUpPage) -> None:
    content.unpublish()
    site = get(client, "site/")
    assert site["sign_up"] is None
    assert "/aanmelden/" not in [link["url"] for link in site["menu"]]
