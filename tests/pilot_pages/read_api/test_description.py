"""The OpenAPI description of the read API, and the answers that it describes."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.models import Page, get_page_models

from pilot_pages.models import GuidancePage, HomePage, SignUpPage, SignUpQuestion
from pilot_pages.read_api.description import PARAMETERS, list_addresses
from pilot_pages.read_api.shapes import Shapes
from tests.pilot_pages.headless.test_preview import FRONT_END_URL, preview_query
from tests.pilot_pages.read_api.pages import make_image, publish_english

HERE = "/api/v2/"


@pytest.fixture
def description(client: Client, content: SignUpPage) -> dict[str, Any]:
    return client.get(f"{HERE}openapi.json").json()


def refuse_additions(schema: Any) -> Any:
    """Return the schema of an answer without fields that are not described."""
    if isinstance(schema, list):
        return [refuse_additions(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: refuse_additions(part) for name, part in schema.items()}
    return strict | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else strict


def validate(description: dict[str, Any], path: str, response: Any) -> Any:
    """Validate the response against the description of its address and status; return what it says."""
    described = description["paths"][path]["get"]["responses"][str(response.status_code)]
    [(content_type, content)] = described["content"].items()
    assert response["Content-Type"] == content_type
    schema = {"components": deepcopy(description["components"])} | content["schema"]
    jsonschema_rs.validator_for(refuse_additions(schema), validate_formats=True).validate(response.json())
    return response.json()


def test_each_page_of_the_site_is_as_its_type_is_described(client: Client, description: dict[str, Any]) -> None:
    publish_english(HomePage.objects.get())
    SignUpQuestion.objects.create(page=SignUpPage.objects.get(), label="Vervoer", field_type="singleline", sort_order=1)
    HomePage.objects.get(locale__language_code="nl").add_child(instance=Page(title="Gewoon", slug="gewoon"))
    seen = set()
    for page in Page.objects.live().filter(depth__gt=1):
        shown = validate(description, f"{HERE}pages/{{pk}}/", client.get(f"{HERE}pages/{page.pk}/"))
        seen.add(shown["meta"]["type"].split(".")[1])
    assert seen == {model.__name__ for model in get_page_models()}


def test_each_kind_of_block_is_as_it_is_described(client: Client, description: dict[str, Any]) -> None:
    image, page = make_image(), GuidancePage.objects.get(slug="privacy")
    file = get_document_model().objects.create(title="Folder", file=ContentFile(b"%PDF-1.7", "folder.pdf"))
    file.get_file_size()
    values = {
        "picture": {"image": {"image": image.pk, "alt_text": "Een kas"}, "caption": ""},
        "download": {"document": file.pk, "text": ""},
        "quote": {"quote": "Een zin.", "who": "", "image": {"image": image.pk, "alt_text": "Een kas"}},
        "team": {"heading": "Team", "people": [{"name": "Sam", "role": "Begeleider", "image": {"image": image.pk}}]},
        "video": {
            "heading": "Kas", "video": file.pk, "poster": image.pk, "captions": file.pk, "transcript": "<p>Een kas.</p>"
        },
        "page_cards": {"heading": "Verder", "cards": [{"page": page.pk, "text": "Waarom"}]},
        "call_to_action": {"heading": "Bel", "url": "https://www.uwv.nl/", "label": "Naar UWV"},
        "pilot_figures": {"heading": "Cijfers", "subject": "period", "all_tables": True},
    }  # fmt: skip
    body = page._meta.get_field("body").stream_block
    for name, block in body.child_blocks.items():
        value = values.get(name) or block.get_prep_value(block.get_preview_value())
        page.body = json.dumps([{"type": name, "value": value}])
        page.save_revision().publish()
        shown = validate(description, f"{HERE}pages/{{pk}}/", client.get(f"{HERE}pages/{page.pk}/"))
        assert [block["type"] for block in shown["body"]] == [name]


def test_lists_and_files_are_as_they_are_described(client: Client, description: dict[str, Any]) -> None:
    image, page = make_image(description="Een kas"), GuidancePage.objects.get(slug="privacy")
    file = get_document_model().objects.create(title="Folder", file=ContentFile(b"%PDF-1.7", "folder.pdf"))
    page.body = json.dumps(
        [
            {"type": "picture", "value": {"image": {"image": image.pk, "alt_text": "Een kas"}}},
            {"type": "download", "value": {"document": file.pk}},
        ]
    )
    page.save_revision().publish()
    for query in ("", "?fields=*&limit=100", "?type=pilot_pages.SignUpPage&fields=*", "?search=werk"):
        assert validate(description, f"{HERE}pages/", client.get(f"{HERE}pages/{query}"))["items"]
    for name, key in (("images", image.pk), ("documents", file.pk)):
        assert validate(description, f"{HERE}{name}/", client.get(f"{HERE}{name}/"))["items"]
        assert validate(description, f"{HERE}{name}/{{pk}}/", client.get(f"{HERE}{name}/{key}/"))["id"] == key
    assert validate(description, f"{HERE}site/", client.get(f"{HERE}site/"))["menu"]
    found = client.get(f"{HERE}pages/find/?html_path=/privacy/")
    assert (found.status_code, found["Location"].split(HERE)[1]) == (302, f"pages/{page.pk}/?")
    assert "302" in description["paths"][f"{HERE}pages/find/"]["get"]["responses"]


def test_a_draft_is_as_it_is_described(client: Client, description: dict[str, Any], settings) -> None:
    settings.HEADLESS_PREVIEW_URL = FRONT_END_URL
    saved, home = GuidancePage.objects.get(slug="privacy"), HomePage.objects.get()
    new = GuidancePage(title="Nieuw", slug="nieuw", intro="Zo.", locale=home.locale)
    home.set_url_path(None)
    new.path, new.depth = f"{home.path}9999", home.depth + 1
    for page in (saved, new):
        response = client.get(f"{HERE}page_preview/", preview_query(page))
        assert validate(description, f"{HERE}page_preview/", response)["title"] == page.title


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("pages/", "pages/?onzin=1"), ("pages/{pk}/", "pages/999999/"), ("pages/find/", "pages/find/?html_path=/x/"),
        ("site/", "site/?locale=de"), ("page_preview/", "page_preview/?token=x"), ("images/", "images/?limit=x"),
        ("documents/{pk}/", "documents/999999/"),
    ],
)  # fmt: skip
def test_a_refusal_is_as_it_is_described(client: Client, description: dict[str, Any], path: str, address: str) -> None:
    assert validate(description, HERE + path, client.get(HERE + address))["status"] >= 400


def test_each_address_is_described_with_parameters_that_it_takes(client: Client, description: dict[str, Any]) -> None:
    assert set(description["paths"]) == {address for _name, address, *_rest in list_addresses()}
    assert {"pages_find", "images_detail", "site_listing", "page_preview_preview"} <= {
        operation["get"]["operationId"] for operation in description["paths"].values()
    }
    listed = description["paths"][f"{HERE}pages/"]["get"]["parameters"]
    names = {parameter["name"] for parameter in listed if parameter["in"] == "query"}
    assert {"thanks_text", "slug", "title"} <= names
    values = {
        "limit": "5", "offset": "0", "search_operator": "or", "rich_text_format": "html", "type": "wagtailcore.Page",
        "child_of": "root", "descendant_of": "root", "translation_of": "root", "locale": "nl", "fields": "title",
        "order": "title", "search": "werk",
    }  # fmt: skip
    refused = {}
    for name in names & PARAMETERS.keys() - {"site"}:
        value = values.get(name) or str(HomePage.objects.get().pk)
        response = client.get(f"{HERE}pages/", {name: value} | ({"search": "werk"} if "operator" in name else {}))
        if response.status_code != 200:
            refused[name] = response.json()
    assert refused == {}


def test_the_description_is_in_dutch_and_names_only_schemas_that_are_there(
    client: Client, description: dict[str, Any]
) -> None:
    text = json.dumps(description, ensure_ascii=False)
    assert "Alle gepubliceerde pagina's" in text
    for schema in iterate_references(description):
        assert schema.removeprefix("#/components/schemas/") in description["components"]["schemas"]
    response = client.get(f"{HERE}openapi.json")
    again = client.get(f"{HERE}openapi.json", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def iterate_references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for child in part:
            yield from iterate_references(child)


def test_the_documentation_page_of_the_read_api_shows_its_description(client: Client, base_data: None) -> None:
    page = client.get(f"{HERE}docs").content.decode()
    assert f'"url": "{HERE}openapi.json"' in page
    assert 'lang="nl"' in page


def test_a_block_of_a_new_kind_is_not_described_as_something_else() -> None:
    with pytest.raises(TypeError, match="EmbedBlock"):
        Shapes().describe_block(type("EmbedBlock", (blocks.FieldBlock,), {})())
