"""The allowed parents, previews and redirects of pages."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page

from pilot_pages.content.loader import PAGE_TYPES
from pilot_pages.models import GuidancePage, HomePage, SignUpPage


@pytest.mark.parametrize("kind", PAGE_TYPES.values())
def test_every_page_type_has_a_description_and_previews_on_desktop_and_phone(db: None, kind: type[Page]) -> None:
    assert len(str(kind.get_page_description())) > 20
    sizes = {size["name"]: size["device_width"] for size in kind().preview_sizes}
    assert (sizes["desk"], sizes["phone"]) == (1280, 360)
    assert kind().default_preview_size == "desk"


def test_the_descriptions_of_page_types_are_in_dutch(anna: Client) -> None:
    html = anna.get(f"/beheer/pages/{HomePage.objects.get().pk}/add_subpage/").content.decode()
    assert "Beantwoordt één vraag van een lezer." in html


def test_each_language_has_one_home_page(content: SignUpPage) -> None:
    root = Page.objects.get(depth=1)
    Locale.objects.exclude(language_code="nl").delete()
    assert not HomePage.can_create_at(root)
    Locale.objects.create(language_code="en")
    assert HomePage.can_create_at(root)
    second = HomePage(title="Nog een", slug="nog-een", intro="Nee.", locale=HomePage.objects.get().locale)
    with pytest.raises(ValidationError, match="Er is al een startpagina in deze taal"):
        second.clean()


def test_the_old_url_of_a_moved_page_redirects_to_the_new_one(anna: Client, client: Client) -> None:
    page = Page.objects.get(slug="in-stappen")
    anna.post(f"/beheer/pages/{page.pk}/move/{Page.objects.get(slug='over-de-pilot').pk}/confirm/")
    moved = client.get("/voor-werkgevers/in-stappen/")
    assert (moved.status_code, moved["Location"]) == (301, "/over-de-pilot/in-stappen/")
    assert client.get(moved["Location"]).status_code == 200


def test_a_new_slug_redirects_the_old_urls_of_the_page_and_its_descendants(
    content: SignUpPage, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    page = GuidancePage.objects.get(slug="voor-werkgevers")
    page.slug = "werkgevers"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert client.get("/voor-werkgevers/")["Location"] == "/werkgevers/"
    assert client.get("/voor-werkgevers/in-stappen/")["Location"] == "/werkgevers/in-stappen/"


def test_communications_can_view_and_add_redirects(anna: Client, content: SignUpPage) -> None:
    assert anna.get("/beheer/redirects/").status_code == 200
    fields = {"old_path": "/oude-folder", "is_permanent": "on", "redirect_page": content.pk}
    anna.post("/beheer/redirects/add/", fields | {"redirect_link": "", "site": ""})
    assert Redirect.objects.get(old_path="/oude-folder").redirect_page_id == content.pk
