"""The sitemap."""

from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from pilot_pages.models import HomePage

pytestmark = pytest.mark.usefixtures("content")
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def entries(client: Client) -> dict[str, ElementTree.Element]:
    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)
    return {url.findtext("s:loc", "", NAMES): url for url in root.findall("s:url", NAMES)}


def test_the_sitemap_has_every_page_with_its_url_and_its_last_change(client: Client) -> None:
    entries_by_url = entries(client)
    assert set(entries_by_url) == {page.full_url for page in Page.objects.live().filter(depth__gt=1)}
    assert "http://testserver/voor-werkgevers/vragen/" in entries_by_url
    day = timezone.localdate(Page.objects.get(slug="vragen").last_published_at).isoformat()
    assert entries_by_url["http://testserver/voor-werkgevers/vragen/"].findtext("s:lastmod", "", NAMES).startswith(day)


def test_the_sitemap_omits_pages_that_are_not_public(client: Client) -> None:
    Page.objects.get(slug="contact").unpublish()
    hidden = Page.objects.get(slug="vragen")
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    entries_by_url = entries(client)
    assert len(entries_by_url) == 13
    assert not {url for url in entries_by_url if "vragen" in url or "contact" in url}


def test_a_page_has_links_to_its_translations(client: Client) -> None:
    english = Locale.objects.get_or_create(language_code="en")[0]
    HomePage.objects.get(locale__language_code="nl").copy_for_translation(english).save_revision().publish()
    entries_by_url = entries(client)
    for address in ("http://testserver/", "http://testserver/en/"):
        links = entries_by_url[address].findall("x:link", NAMES)
        assert {link.get("hreflang"): link.get("href") for link in links} == {
            "nl": "http://testserver/",
            "en": "http://testserver/en/",
        }
    assert entries_by_url["http://testserver/contact/"].findall("x:link", NAMES) == []
