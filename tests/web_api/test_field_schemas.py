"""The description of the API and the page that shows it."""

import re

import jsonschema_rs
from django.contrib.staticfiles import finders
from django.test import Client

from config.api.urls import api
from pilot_pages.models import SignUpPage, SignUpQuestion

HERE = "/api/pilot/"


def test_each_operation_has_a_summary_and_refers_only_to_existing_schemas(client: Client, base_data: None) -> None:
    response = client.get(f"{HERE}openapi.json")
    described = response.json()
    assert described["openapi"] == "3.1.0"
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    assert all(operation["summary"] and operation["operationId"] for operation in operations)
    named = set(re.findall(r"#/components/schemas/(\w+)", response.content.decode()))
    assert named <= set(described["components"]["schemas"])


def test_a_question_added_by_an_editor_is_in_the_description(client: Client, content: SignUpPage) -> None:
    SignUpQuestion.objects.create(page=content, label="Vervoer", field_type="checkboxes", choices="bus,auto")
    asked = client.get(f"{HERE}openapi.json").json()["components"]["schemas"]["SignUp"]["properties"]
    question = asked["question_vervoer"]
    assert (question["description"], question["type"]) == ("Vervoer", "array")
    assert question["items"] == {"enum": ["bus", "auto"], "type": "string"}


def test_each_response_except_304_and_exports_has_a_schema() -> None:
    without: list[tuple[str, int]] = []
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                without += [(path, status) for status, schema in operation.response_models.items() if schema is None]
    assert {path for path, status in without if status != 304} == {"/exports/{records}/{format}"}
    assert {path for path, status in without} > {"/facts", "/dossiers", "/imports/{int:number}/rows"}


def test_each_example_conforms_to_its_schema(client: Client, content: SignUpPage) -> None:
    components = client.get(f"{HERE}openapi.json").json()["components"]
    shown = {name: schema for name, schema in components["schemas"].items() if "examples" in schema}
    assert set(shown) >= {"NewDossier", "ImportDecision", "Fact", "Problem", "SignUp"}
    for schema in shown.values():
        for example in schema["examples"]:
            jsonschema_rs.validate(schema | {"components": components}, example)


def test_the_documentation_page_fetches_nothing_from_other_hosts(client: Client, base_data: None) -> None:
    page = client.get(f"{HERE}docs").content.decode()
    assert 'lang="nl"' in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    static_files = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    swagger = ["ninja/swagger-ui.css", "ninja/swagger-ui-bundle.js", "ninja/swagger-ui-init.js"]
    assert sorted(static_files) == sorted([*swagger, "css/api.css", "api-docs.js"])
    assert all(finders.find(name) for name in static_files)
    assert not re.findall(r"<script>", page)
