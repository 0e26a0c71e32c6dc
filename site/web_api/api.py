"""The django-ninja API, with problem details, and a description that includes the fields that staff added."""

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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as NotValid
from ninja.openapi.schema import OpenAPISchema

from web_api.openapi import PROBLEM, Parameters, Schemas
from web_api.problems import TITLES, Problem, problem_response, told_by


def _words(expected: str) -> str:
    """ "nl, en" for "'nl' or 'en'"."""
    return expected.replace(" or ", ", ").replace("'", "")


# What pydantic says of a parameter, in our words.
WORDS = {
    "missing": lambda _told: _("Give this."),
    "int_parsing": lambda _told: _("Write a whole number."),
    "int_from_float": lambda _told: _("Write a whole number."),
    "greater_than_equal": lambda _context: _("At least %(least)s.") % {"least": _context["ge"]},
    "less_than_equal": lambda _context: _("At most %(most)s.") % {"most": _context["le"]},
    "bool_parsing": lambda _told: _("Write true or false."),
    "literal_error": lambda _context: _("Choose from: %(known)s.") % {"known": _words(_context["expected"])},
    "enum": lambda _context: _("Choose from: %(known)s.") % {"known": _words(_context["expected"])},
}


class PilotAPI(NinjaAPI):
    """`schemas` and `parameters` are computed for each request of the description, because staff can add fields."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schemas: list[Schemas] = []
        self.parameters: dict[str, Parameters] = {}

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        for schemas in self.schemas:
            schema["components"]["schemas"] |= schemas()
        known = {name: parameters() for name, parameters in self.parameters.items()}
        for path in schema["paths"].values():
            for item in path.values():
                item["parameters"] += known.get(item.pop("x-parameters-of", ""), [])
        return schema

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
            (ValidationError, lambda error: Problem.of_fields(told_by(error))),
            (NotValid, lambda error: Problem.of_fields(_of_parameters(error))),
            (HttpError, lambda error: Problem(error.status_code if error.status_code in TITLES else 400)),
        ):
            self.add_exception_handler(kind, self._answering(problem))

    @staticmethod
    def _answering(problem: Any) -> Any:
        def handler(_request: HttpRequest, error: Exception) -> HttpResponse:
            return problem_response(problem(error))

        return handler


def _of_parameters(error: NotValid) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for error_ in error.errors:
        words = WORDS.get(error_["type"])
        text = words(error_.get("ctx", {})) if words else _("This is not of the kind that stands in the description.")
        errors.setdefault(".".join(str(part) for part in error_["loc"][2:] or error_["loc"][1:]), []).append(text)
    return errors
