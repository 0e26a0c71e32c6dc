"""The parts of an operation in the description of the API (OpenAPI 3.1)."""

from collections.abc import Callable, Mapping, Sequence
from http.client import responses
from typing import Any

from web_api.problems import CONTENT_TYPE

Described = dict[str, Any]
ANYBODY = (422, 429)
WITH_A_KEY = (401, 403, 422, 429)

PROBLEM: Described = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "messages"],
                "properties": {
                    "field": {"type": "string"},
                    "messages": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
    "examples": [
        {
            "type": "about:blank",
            "title": "Er klopt iets niet",
            "status": 422,
            "detail": "“errors” zegt per veld wat er anders moet.",
            "errors": [{"field": "positions", "messages": ["Schrijf een heel getal van 1 tot en met 500."]}],
        }
    ],
}
IF_NONE_MATCH: Described = {
    "name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
}  # fmt: skip
IF_MATCH: Described = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}


def ref(name: str) -> Described:
    return {"$ref": f"#/components/schemas/{name}"}


def page(name: str) -> Described:
    """Return the schema of a page of a list with these items."""
    link = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "required": ["count", "next", "previous", "results"],
        "properties": {
            "count": {"type": "integer"},
            "next": link,
            "previous": link,
            "results": {"type": "array", "items": ref(name)},
        },
    }


def operation(
    summary: Any,
    answers: Mapping[int, Described | None],
    problems: Sequence[int],
    *,
    body: Described | None = None,
    example: Any = None,
    version: bool = False,
    headers: Sequence[Described] = (),
    parameters_of: str = "",
    description: Any = "",
) -> dict[str, Any]:
    """Arguments for a router's `get`, `post` and so on.

    `answers` are schemas by status, `parameters_of` names parameters that are only known when the description is asked
    for (see PilotAPI.parameters), `version` says that it answers 304.
    """
    described: dict[int, Described] = {}
    for status, schema in answers.items():
        content = {"content": {"application/json": {"schema": schema}}} if schema else {}
        described[status] = {"description": responses[status], **content}
    if version:
        described[304] = {"description": responses[304]}
    for status in sorted({*problems}):
        described[status] = {"description": responses[status], "content": {CONTENT_TYPE: {"schema": ref("Problem")}}}
    extra: Described = {"responses": described}
    parameters = [*([IF_NONE_MATCH] if version else []), *headers]
    if parameters:
        extra["parameters"] = parameters
    if parameters_of:
        extra["x-parameters-of"] = parameters_of
    if body:
        shown = {"schema": body, **({"example": example} if example else {})}
        extra["requestBody"] = {"required": True, "content": {"application/json": shown}}
    return {
        "summary": summary,
        "description": description or None,
        "response": dict.fromkeys(described),
        "openapi_extra": extra,
    }


Schemas = Callable[[], dict[str, Described]]
Parameters = Callable[[], list[Described]]
