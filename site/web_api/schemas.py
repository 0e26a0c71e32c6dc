"""The schemas that all operations share: a page of a list, and the answer to a request that is refused."""

from typing import Annotated, Any, Generic, TypeVar

from ninja import Field, Schema
from pydantic import ConfigDict

ANYBODY = (422, 429)
WITH_A_KEY = (401, 403, 422, 429)
ABSENT: Any = None  # the default of a field that may be left out, but is never null
Item = TypeVar("Item")
Link = Annotated[str, Field(json_schema_extra={"format": "uri"})]


def with_examples(*examples: Any) -> ConfigDict:
    """Return the configuration of a schema that the description shows with these examples."""
    return ConfigDict(json_schema_extra={"examples": [*examples]})


class FieldErrors(Schema):
    field: str
    messages: list[str]


class Problem(Schema):
    model_config = with_examples(
        {
            "type": "about:blank",
            "title": "Er klopt iets niet",
            "status": 422,
            "detail": "“errors” zegt per veld wat er anders moet.",
            "errors": [{"field": "positions", "messages": ["Schrijf een heel getal van 1 tot en met 500."]}],
        }
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldErrors] = Field(default_factory=list)


def problems(*statuses: int) -> dict[int, type[Problem]]:
    """Return these statuses as the `response` of an operation has them."""
    return dict.fromkeys(sorted({*statuses}), Problem)


class Page(Schema, Generic[Item]):
    count: int
    next: Link | None
    previous: Link | None
    results: list[Item]
