"""The description of the API and the page that shows it."""

import re

from django.contrib.staticfiles import finders
from django.test import Client

from pilot_pages.models import SignUpPage, SignUpQuestion

HERE = "/api/pilot/"


def test_each_operation_has_words_and_names_only_schemas_that_there_are(client: Client, base_data: None) -> None:
    told = client.get(f"{HERE}openapi.json")
    described = told.json()
    assert described["openapi"] == "3.1.0"
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert all(one["summary"] and one["operationId"] for one in operations)
    assert "x-parameters-of" not in told.content.decode()
    named = set(re.findall(r"#/components/schemas/(\w+)", told.content.decode()))
    assert named <= set(described["components"]["schemas"])


def test_a_question_that_editors_add_is_in_it(client: Client, content: SignUpPage) -> None:
    SignUpQuestion.objects.create(page=content, label="Vervoer", field_type="checkboxes", choices="bus,auto")
    asked = client.get(f"{HERE}openapi.json").json()["components"]["schemas"]["SignUp"]["properties"]
    assert asked["question_vervoer"] == {"description": "Vervoer", "type": "array", "items": {"enum": ["bus", "auto"]}}


def test_the_page_asks_nothing_of_another_host(client: Client, base_data: None) -> None:
    page = client.get(f"{HERE}docs").content.decode()
    assert 'lang="nl"' in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    found = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert len(found) == 4
    assert all(finders.find(name) for name in found)
    assert not re.findall(r"<script>", page)
