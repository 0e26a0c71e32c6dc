"""The content of pages in the read API."""

import json
from typing import Any

from django.test import Client

from dossiers.models import EmployerInterest
from pilot_pages.models import GuidancePage, HomePage, SignUpPage, SignUpQuestion


def get(client: Client, path: str) -> dict[str, Any]:
    response = client.get(f"/api/v2/{path}")
    assert response.status_code == 200
    return response.json()


def test_the_api_lists_the_pages(client: Client, content: SignUpPage) -> None:
    assert get(client, "pages/?type=pilot_pages.GuidancePage")["meta"]["total_count"] == GuidancePage.objects.count()


def test_rich_text_is_html_with_real_links(client: Client, content: SignUpPage) -> None:
    page = get(client, f"pages/{GuidancePage.objects.get(slug='taal-en-werkcultuur').pk}/")
    texts = [block["value"] for block in page["body"] if block["type"] == "text"]
    assert texts[0].startswith("<h2>Geef aan wat echt nodig is</h2>")
    assert '<a href="http://testserver/over-de-pilot/">' in texts[-1] or '<a href="/over-de-pilot/">' in texts[-1]
    assert "linktype" not in json.dumps(page)


def test_facts_have_a_sentence_a_source_and_a_check_date(client: Client, content: SignUpPage) -> None:
    home = get(client, f"pages/{HomePage.objects.get().pk}/")
    facts = next(block["value"]["facts"] for block in home["body"] if block["type"] == "facts")
    assert facts[0]["sentence"] == "De asielaanvraag loopt 6 maanden of langer."
    assert facts[0]["source"].startswith("uwv.nl")
    assert facts[0]["checked_on"] is None


def test_the_sign_up_page_lists_its_questions(client: Client, content: SignUpPage) -> None:
    SignUpQuestion.objects.create(page=content, label="Vervoer", field_type="singleline", sort_order=1)
    page = get(client, f"pages/{content.pk}/")
    assert {"name": "company_name", "required": True}.items() <= page["core_questions"][0].items()
    assert "website" not in [question["name"] for question in page["core_questions"]]
    assert page["form_fields"][0]["label"] == "Vervoer"
    asked = client.get("/api/pilot/sign-up-form").json()["questions"]
    assert page["core_questions"] == [question for question in asked if question["name"] != "question_vervoer"]


def test_sign_ups_are_not_in_the_api(client: Client, content: SignUpPage) -> None:
    EmployerInterest.objects.create(contact_given={"company_name": "Geheim BV"}, work_description="Geheim")
    assert b"Geheim" not in client.get(f"/api/v2/pages/{content.pk}/").content
    assert client.get("/api/v2/pages/?fields=contact_given").status_code == 400


def test_the_endpoints_of_images_and_documents_respond(client: Client, content: SignUpPage) -> None:
    assert get(client, "images/")["meta"]["total_count"] == 0
    assert get(client, "documents/")["meta"]["total_count"] == 0


def test_a_draft_is_not_found(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="privacy")
    page.unpublish()
    assert client.get(f"/api/v2/pages/{page.pk}/").status_code == 404
