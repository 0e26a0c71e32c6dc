"""The OpenAPI description of the read API, derived from its endpoints."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.api.v2.views import BaseAPIViewSet
from wagtail.models import Page, get_page_models

from pilot_pages.read_api import site
from pilot_pages.read_api.pages import PagesAPI
from pilot_pages.read_api.preview import PreviewAPI
from pilot_pages.read_api.router import api_router
from pilot_pages.read_api.shapes import LINK, STRING, Schema, Shapes, get_label, make_nullable, make_object
from pilot_pages.read_api.site import SiteAPI
from web_api.problems import CONTENT_TYPE, TITLES
from web_api.schemas import Problem

PREFIX = "/api/v2/"
PATH_PARAMETER = re.compile(r"<int:(\w+)>")
TITLE = _("Asylum seekers to work: pages")
NUMBER: Schema = {"type": "integer", "minimum": 0}
NOT_DESCRIBED = {"_", "format"}  # a number against caches, and the format, which is always JSON
PARAMETERS: dict[str, tuple[Schema, str | Promise]] = {
    "limit": (NUMBER | {"default": 20, "maximum": 100}, _("How many items at most.")),
    "offset": (NUMBER, _("How many items to skip.")),
    "fields": (
        STRING,
        _(
            "Names of fields with commas between them. “*” gives all, “_” only those that follow, and “-name” leaves "
            "one out. Without it each required field is there."
        ),
    ),
    "order": (STRING, _("Names of fields with commas between them; “-name” turns it around, “random” shuffles.")),
    "search": (STRING, _("Words to look for.")),
    "search_operator": ({"enum": ["and", "or"]}, _("Whether all words must be there, or one is enough.")),
    "rich_text_format": (
        {"enum": ["html", "markdown", "db_html", "db_markdown"], "default": "html"},
        _("In what form rich text is given."),
    ),
    "type": (
        STRING,
        _("Only pages of these types, with commas between them. One type has its own fields too."),
    ),
    "child_of": (STRING, _("Only pages directly below the page with this id; “root” is the home page.")),
    "ancestor_of": (STRING, _("Only pages above the page with this id.")),
    "descendant_of": (STRING, _("Only pages anywhere below the page with this id; “root” is the home page.")),
    "translation_of": (STRING, _("Only translations of the page with this id; “root” is the home page.")),
    "locale": (STRING, _("The code of a language, such as “en”.")),
    "site": (STRING, _("The host of a site, if there are several.")),
    "html_path": (STRING, _("The path of a page on this site, such as “/en/”.")),
    "id": (NUMBER, _("The id of what is looked for.")),
    "content_type": (STRING, _("As the address of the preview has it.")),
    "token": (STRING, _("As the address of the preview has it. Valid for one hour.")),
}
FILTER = _("Only items with exactly this value.")
SUMMARY_BY_ACTION = {
    "pages listing_view": _("All published pages"),
    "pages detail_view": _("A page with all its content"),
    "pages find_view": _("The page at a path"),
    "images listing_view": _("Images on published pages"),
    "images detail_view": _("An image with its sizes"),
    "images find_view": _("The image with an id"),
    "documents listing_view": _("Documents on published pages"),
    "documents detail_view": _("A document"),
    "documents find_view": _("The document with an id"),
    "site listing_view": _("Menus, footer, languages and whom to call"),
    "page_preview preview_view": _("A draft, in the shape of a page"),
}


@cache
def describe_read_api() -> dict[str, Any]:
    """Return the description. It depends on the code alone; its texts are lazy."""
    shapes = Shapes()
    shapes.name("Problem", shapes.describe_type(Problem))
    paths = {
        address: {"get": describe_operation(shapes, name, endpoint, action)}
        for name, address, endpoint, action in list_addresses()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": "2",
            "description": _(
                "All published content of the site, for another front end. Anybody may read it. Every error is a "
                "problem as RFC 9457 has it, in Dutch; content is in the language of its page."
            ),
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(shapes.named.items()))},
    }


def list_addresses() -> Iterator[tuple[str, str, type[BaseAPIViewSet], str]]:
    """Yield the name of each endpoint, each of its paths, the endpoint and the name of the method that answers."""
    for name, endpoint in api_router._endpoints.items():
        for pattern in endpoint.get_urlpatterns():
            path = PATH_PARAMETER.sub(r"{\1}", str(pattern.pattern))
            yield name, f"{PREFIX}{name}/{path}", endpoint, pattern.callback.actions["get"]


def describe_operation(shapes: Shapes, name: str, endpoint: type[BaseAPIViewSet], action: str) -> Schema:
    problem = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses: Schema = {str(status): {"description": TITLES[status], "content": problem} for status in (400, 404)}
    if action == "find_view":
        header = {"Location": {"required": True, "schema": LINK}}
        responses["302"] = {"description": _("The address of what was found."), "headers": header}
    else:
        schema = describe_response(shapes, endpoint, action)
        responses["200"] = {"description": "OK", "content": {"application/json": {"schema": schema}}}
        responses["304"] = {"description": _("Nothing changed since the ETag that If-None-Match names.")}
    return {
        "operationId": f"{name}_{action.removesuffix('_view')}",
        "summary": SUMMARY_BY_ACTION[f"{name} {action}"],
        "tags": [name],
        "parameters": list(describe_parameters(shapes, endpoint, action)),
        "responses": dict(sorted(responses.items())),
    }


def describe_response(shapes: Shapes, endpoint: type[BaseAPIViewSet], action: str) -> Schema:
    if endpoint is SiteAPI:
        return shapes.describe_result(site.serialize_site)
    models = list_models(endpoint)
    if action != "listing_view":
        is_draft = endpoint is PreviewAPI
        pages = [describe_item(shapes, endpoint, model, is_draft=is_draft) for model in models]
        return pages[0] if len(pages) == 1 else {"oneOf": pages}
    items = shapes.name(f"{endpoint.model.__name__}InList", describe_list_item(shapes, endpoint, models))
    meta = make_object({"total_count": NUMBER})
    return make_object({"meta": meta, "items": {"type": "array", "items": items}})


def list_models(endpoint: type[BaseAPIViewSet]) -> list[type[Model]]:
    return get_page_models() if issubclass(endpoint, PagesAPI) else [endpoint.model]


def describe_item(shapes: Shapes, endpoint: type[BaseAPIViewSet], model: type[Model], *, is_draft: bool) -> Schema:
    schema = shapes.describe_serializer(get_serializer(endpoint, model, show_details=True))
    if model is Page:
        schema["properties"]["meta"]["properties"]["type"] = {"const": get_label(Page)}
    if is_draft:  # one that was never saved has no id yet
        schema["properties"]["id"] = make_nullable(schema["properties"]["id"])
    return shapes.name(f"{model.__name__}{'Draft' if is_draft else ''}", schema)


def describe_list_item(shapes: Shapes, endpoint: type[BaseAPIViewSet], models: list[type[Model]]) -> Schema:
    """Describe an item with all fields that a list of any of the models can have; required are those that it has."""
    required = endpoint.get_listing_default_fields(endpoint.model)
    item = shapes.describe_serializer(get_serializer(endpoint, endpoint.model), required)
    for model in models:
        item["properties"] |= {
            name: schema
            for name, schema in shapes.describe_serializer(get_serializer(endpoint, model))["properties"].items()
            if name not in item["properties"]
        }
    return item


def get_serializer(endpoint: type[BaseAPIViewSet], model: type[Model], *, show_details: bool = False) -> Any:
    """Return the serializer with all fields that a client can ask for."""
    every_field = [("*", False, None)]
    return endpoint._get_serializer_class(api_router, model, every_field, show_details=show_details)()


def describe_parameters(shapes: Shapes, endpoint: type[BaseAPIViewSet], action: str) -> Iterator[Schema]:
    if action == "detail_view":
        yield {"name": "pk", "in": "path", "required": True, "schema": NUMBER}
    if action != "find_view":
        yield {"name": "If-None-Match", "in": "header", "required": False, "schema": STRING}
    for name in list_parameters(endpoint, action):
        schema, description = PARAMETERS[name]
        required = endpoint is PreviewAPI and name in ("content_type", "token")
        yield {"name": name, "in": "query", "required": required, "schema": schema, "description": description}
    if action == "listing_view" and endpoint is not SiteAPI:
        models = list_models(endpoint)
        filters = {name for model in models for name in endpoint.get_available_fields(model, db_fields_only=True)}
        for name in sorted(filters - PARAMETERS.keys()):
            yield {"name": name, "in": "query", "required": False, "schema": STRING, "description": FILTER}


def list_parameters(endpoint: type[BaseAPIViewSet], action: str) -> list[str]:
    if endpoint is SiteAPI:
        return ["locale"]
    content = ["fields", "rich_text_format"]
    if endpoint is PreviewAPI:
        return ["content_type", "token", *content]
    if action == "find_view":
        return [*sorted(endpoint.find_query_parameters), *content]
    if action == "detail_view":
        return content
    return [*sorted(endpoint.known_query_parameters - NOT_DESCRIBED), "id"]
