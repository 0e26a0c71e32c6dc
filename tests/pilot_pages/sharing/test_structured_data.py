"""The structured data of pages for search engines."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from wagtail.models import Page

from dossiers.models import Regulation
from pilot_pages.models import HomePage, PilotSettings, QuestionsPage
from pilot_pages.sharing.structured_data import build_structured_data
from tests.pilot_pages.explanations import without_explanations

pytestmark = pytest.mark.usefixtures("content")
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
REQUIRED = {
    "GovernmentService": {"name", "description", "url", "provider", "audience", "availableChannel"},
    "FAQPage": {"mainEntity"},
    "BreadcrumbList": {"itemListElement"},
}


def read(client: Client, url: str) -> tuple[dict[str, Any], str]:
    """Return the structured data by type, and the text of the page."""
    html = client.get(url).content.decode()
    items = [item for block in BLOCK.findall(html) for item in json.loads(block)]
    text = " ".join(unescape(strip_tags(BLOCK.sub("", without_explanations(html)))).split())
    return {item["@type"]: item for item in items}, text


@pytest.mark.parametrize("slug", ["home", "vragen", "kosten-en-loon", "aanmelden", "contact"])
def test_each_page_type_has_the_required_data(client: Client, slug: str) -> None:
    data_by_type, _text = read(client, Page.objects.get(slug=slug).url)
    assert data_by_type
    for kind, data in data_by_type.items():
        assert data["@context"] == "https://schema.org"
        assert set(data) >= REQUIRED[kind]


def test_the_home_page_describes_the_service_without_contact_details(client: Client) -> None:
    data_by_type, text = read(client, "/")
    assert set(data_by_type) == {"GovernmentService"}
    service = data_by_type["GovernmentService"]
    assert service["provider"] == {"@type": "GovernmentOrganization", "name": "Gemeente Noordoostpolder"}
    assert service["provider"]["name"] in text
    assert service["availableChannel"]["serviceUrl"] == "http://testserver/aanmelden/"


def test_the_home_page_has_the_contact_details_of_the_site_settings(client: Client) -> None:
    settings = PilotSettings.for_default_site()
    settings.contact_phone = "+31612345678"
    settings.save()
    contact = read(client, "/")[0]["GovernmentService"]["provider"]["contactPoint"]
    assert contact == {"@type": "ContactPoint", "telephone": "+31612345678"}


def test_each_question_is_the_same_as_on_the_page(client: Client) -> None:
    data_by_type, text = read(client, "/voor-werkgevers/vragen/")
    questions = data_by_type["FAQPage"]["mainEntity"]
    assert len(questions) == sum(len(group.value["questions"]) for group in QuestionsPage.objects.get().questions)
    for question in questions:
        assert question["name"] in text
        for sentence in question["acceptedAnswer"]["text"].split(". "):
            assert sentence in text


def test_an_answer_changes_with_its_regulation(client: Client) -> None:
    Regulation.objects.filter(key="beslistermijn").update(value="9")
    data_by_type, _text = read(client, "/voor-werkgevers/vragen/")
    assert "binnen 9 weken" in json.dumps(data_by_type, ensure_ascii=False)


def test_the_breadcrumbs_are_the_same_as_on_the_page(client: Client) -> None:
    data_by_type, text = read(client, "/voor-werkgevers/vragen/")
    steps = data_by_type["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["name"]) for step in steps] == [
        (1, "Start"), (2, "Voor werkgevers"), (3, "Vragen en antwoorden"),
    ]  # fmt: skip
    assert "Start › Voor werkgevers › Vragen en antwoorden" in text
    assert steps[-1]["item"] == "http://testserver/voor-werkgevers/vragen/"


def test_no_text_of_an_editor_can_end_the_script_element(client: Client) -> None:
    home = HomePage.objects.get()
    home.search_description = "</script><script>alert('x')</script><!-- &amp;"
    home.save_revision().publish()
    html = client.get("/").content.decode()
    assert "<script>alert" not in html
    assert read(client, "/")[0]["GovernmentService"]["description"] == home.search_description


def test_the_number_of_queries_does_not_depend_on_the_number_of_questions(django_assert_max_num_queries: Any) -> None:
    page = QuestionsPage.objects.get()
    with django_assert_max_num_queries(3):
        build_structured_data(page, [])


def test_a_page_without_questions_has_no_question_data(client: Client) -> None:
    assert set(read(client, "/contact/")[0]) == {"BreadcrumbList"}
    assert BLOCK.findall(client.get("/nergens/").content.decode()) == []
