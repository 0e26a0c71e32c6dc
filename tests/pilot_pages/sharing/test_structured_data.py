"""What search engines read in a page is what the page says."""

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

pytestmark = pytest.mark.usefixtures("content")
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
REQUIRED = {
    "GovernmentService": {"name", "description", "url", "provider", "audience", "availableChannel"},
    "FAQPage": {"mainEntity"},
    "BreadcrumbList": {"itemListElement"},
}


def read(client: Client, url: str) -> tuple[dict[str, Any], str]:
    """The data by their type, and the text of the page."""
    html = client.get(url).content.decode()
    found = [one for block in BLOCK.findall(html) for one in json.loads(block)]
    return {one["@type"]: one for one in found}, " ".join(unescape(strip_tags(BLOCK.sub("", html))).split())


@pytest.mark.parametrize("slug", ["home", "vragen", "kosten-en-loon", "aanmelden", "contact"])
def test_each_kind_has_what_it_needs(client: Client, slug: str) -> None:
    found, _text = read(client, Page.objects.get(slug=slug).url)
    assert found
    for kind, data in found.items():
        assert data["@context"] == "https://schema.org"
        assert set(data) >= REQUIRED[kind]


def test_the_home_page_tells_of_the_service_and_of_nobody_to_call_yet(client: Client) -> None:
    found, text = read(client, "/")
    assert set(found) == {"GovernmentService"}
    service = found["GovernmentService"]
    assert service["provider"] == {"@type": "GovernmentOrganization", "name": "Gemeente Noordoostpolder"}
    assert service["provider"]["name"] in text
    assert service["availableChannel"]["serviceUrl"] == "http://testserver/aanmelden/"


def test_it_tells_whom_to_call_once_the_site_does(client: Client) -> None:
    settings = PilotSettings.for_default_site()
    settings.contact_phone = "+31612345678"
    settings.save()
    contact = read(client, "/")[0]["GovernmentService"]["provider"]["contactPoint"]
    assert contact == {"@type": "ContactPoint", "telephone": "+31612345678"}


def test_each_question_stands_there_as_the_page_shows_it(client: Client) -> None:
    found, text = read(client, "/voor-werkgevers/vragen/")
    questions = found["FAQPage"]["mainEntity"]
    assert len(questions) == sum(len(group.value["questions"]) for group in QuestionsPage.objects.get().questions)
    for question in questions:
        assert question["name"] in text
        for sentence in question["acceptedAnswer"]["text"].split(". "):
            assert sentence in text


def test_an_answer_follows_its_rule(client: Client) -> None:
    Regulation.objects.filter(key="beslistermijn").update(value="9")
    found, _text = read(client, "/voor-werkgevers/vragen/")
    assert "binnen 9 weken" in json.dumps(found, ensure_ascii=False)


def test_the_breadcrumbs_are_those_of_the_page(client: Client) -> None:
    found, text = read(client, "/voor-werkgevers/vragen/")
    steps = found["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["name"]) for step in steps] == [
        (1, "Home"), (2, "Voor werkgevers"), (3, "Vragen en antwoorden"),
    ]  # fmt: skip
    assert "Home › Voor werkgevers › Vragen en antwoorden" in text
    assert steps[-1]["item"] == "http://testserver/voor-werkgevers/vragen/"


def test_no_text_of_an_editor_ends_the_block(client: Client) -> None:
    home = HomePage.objects.get()
    home.search_description = "</script><script>alert('x')</script><!-- &amp;"
    home.save_revision().publish()
    html = client.get("/").content.decode()
    assert "<script>alert" not in html
    assert read(client, "/")[0]["GovernmentService"]["description"] == home.search_description


def test_more_questions_take_no_more_queries(django_assert_max_num_queries: Any) -> None:
    page = QuestionsPage.objects.get()
    with django_assert_max_num_queries(3):
        build_structured_data(page, [])


def test_a_page_that_asks_no_questions_says_none(client: Client) -> None:
    assert set(read(client, "/contact/")[0]) == {"BreadcrumbList"}
    assert BLOCK.findall(client.get("/nergens/").content.decode()) == []
