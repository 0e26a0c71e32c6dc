"""No public output contains a placeholder; its value replaces it everywhere."""

import pytest
from django.test import Client
from wagtail.models import Page

from pilot_pages.models import CheckPage, GuidancePage, QuestionsPage
from pilot_pages.placeholders import PLACEHOLDER

pytestmark = pytest.mark.usefixtures("languages")
QUERIES = ("grens", "maanden", "wachttijd", "limit", "months")
DATA = ("/sitemap.xml", "/api/pilot/facts", "/api/pilot/sign-up-form", "/api/v2/pages/?fields=*&limit=50")


@pytest.fixture
def placeholders_in_other_texts() -> None:
    """Placeholders in a question, an introduction and a description, in addition to those of the initial content."""
    page = QuestionsPage.objects.get(locale__language_code="nl")
    page.questions[0].value["questions"][0]["question"] = "Mag het na {wachttijd}?"
    page.save_revision().publish()
    for page in (GuidancePage.objects.live().first(), CheckPage.objects.live().first()):
        page.intro = page.search_description = "Na {wachttijd} mag het."
        page.save_revision().publish()


@pytest.mark.usefixtures("placeholders_in_other_texts")
def test_no_public_response_contains_a_placeholder(client: Client) -> None:
    pages = Page.objects.live().public().filter(depth__gt=1)
    searches = [f"{path}?q={query}" for path in ("/zoeken/", "/en/search/") for query in QUERIES]
    api = [f"/api/v2/pages/{page.pk}/" for page in pages]
    for address in (*(page.url for page in pages), *searches, *DATA, *api):
        response = client.get(address)
        assert response.status_code == 200, address
        assert PLACEHOLDER.findall(response.content.decode()) == [], address
