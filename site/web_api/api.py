"""The django-ninja API: problem details, ETags, and a description that includes what editors added."""

from collections.abc import Callable, Iterable
from copy import copy
from functools import cached_property
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as InvalidRequest
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema
from pydantic import BaseModel

from web_api.problems import CONTENT_TYPE, TITLES, Problem, get_messages_by_field, problem_response
from web_api.responses import JSONRenderer, add_version
from web_api.validation import group_request_errors

# The headers of ETags by the status that answers them. They are not parameters of ninja, which has no 304, and would
# refuse a change without If-Match as 422 instead of 428.
HEADERS = {
    304: {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}},
    428: {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}},
}


class PilotAPI(NinjaAPI):
    def __init__(self, *, changing_schemas: Iterable[Callable[[], type[BaseModel]]], **kwargs: Any) -> None:
        """`changing_schemas` build the schemas that depend on the database, for each request of the description."""
        super().__init__(renderer=JSONRenderer(), **kwargs)
        self.changing_schemas = tuple(changing_schemas)

    def get_content_type(self) -> str:
        return str(self.renderer.media_type)

    def create_response(self, request: HttpRequest, data: Any, **kwargs: Any) -> HttpResponse:
        return add_version(request, super().create_response(request, data, **kwargs), data)

    def get_openapi_schema(self, **_kwargs: Any) -> OpenAPISchema:
        description = copy(self.fixed_description)
        schemas = {
            schema.__name__: schema.model_json_schema(
                ref_template=REF_TEMPLATE, schema_generator=NinjaGenerateJsonSchema
            )
            for schema in (build() for build in self.changing_schemas)
        }
        components = description["components"]
        description["components"] = components | {"schemas": components["schemas"] | schemas}
        return description

    @cached_property
    def fixed_description(self) -> OpenAPISchema:
        """The description of what does not change while the server runs; anybody may ask for it, as often as wanted."""
        description = super().get_openapi_schema()
        for operation in (operation for path in description["paths"].values() for operation in path.values()):
            responses = operation["responses"]
            operation["parameters"] += [header for status, header in HEADERS.items() if status in responses]
            for status in filter(lambda status: status >= 400, responses):  # ninja knows one content type
                responses[status]["content"] = {CONTENT_TYPE: responses[status]["content"]["application/json"]}
        return description

    def set_default_exception_handlers(self) -> None:
        for kind, problem in (
            (Problem, lambda error: error),
            (Http404, lambda _error: Problem(404)),
            (PermissionDenied, lambda _error: Problem(403)),
            (RequestDataTooBig, lambda _error: Problem(413)),
            (TooManyFieldsSent, lambda _error: Problem(413)),
            (TooManyFilesSent, lambda _error: Problem(413)),
            (SuspiciousOperation, lambda _error: Problem(400)),
            (
                IntegrityError,
                lambda _error: Problem(409, gettext_lazy("Somebody saved the same just now. Read it again.")),
            ),
            (ValidationError, lambda error: Problem.of_fields(get_messages_by_field(error))),
            (InvalidRequest, lambda error: Problem.of_fields(group_request_errors(error))),
            (HttpError, lambda error: Problem(error.status_code if error.status_code in TITLES else 400)),
        ):

            def answer(_request: HttpRequest, error: Any, problem: Any = problem) -> HttpResponse:
                return problem_response(problem(error))

            self.add_exception_handler(kind, answer)
