"""Middleware of both APIs: language, CORS, and errors as problem details."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from web_api.problems import CONTENT_TYPE, TITLES, Problem, problem_response

PILOT, READ = "/api/pilot/", "/api/v2/"
# What a page of another site may ask, where API_ORIGINS names it: what anybody may, and nothing with a key.
PUBLIC = frozenset(PILOT + name for name in ("facts", "figures", "sign-up-form", "sign-ups", "openapi.json"))
EXPOSED = "ETag, Link, Retry-After"


class ApiMiddleware:
    """Converts the error pages that Django returns outside views into problem details."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith((PILOT, READ)):
            return self.get_response(request)

        origin = request.headers.get("Origin", "")
        only_reads = request.path_info.startswith(READ)
        open_to_others = (only_reads or request.path_info in PUBLIC) and bool(settings.API_ORIGINS)
        is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        if open_to_others and origin in settings.API_ORIGINS and is_preflight:
            response: Any = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = "GET" if only_reads else "GET, POST"
            response["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match"
        else:
            with translation.override(settings.LANGUAGE_CODE):
                response = as_problem(self.get_response(request))
        if open_to_others:
            patch_vary_headers(response, ["Origin"])
            if origin in settings.API_ORIGINS:
                response["Access-Control-Allow-Origin"] = origin
                response["Access-Control-Expose-Headers"] = EXPOSED
        if request.path_info.startswith(PILOT) or response.status_code >= 400:  # else in the language of a page
            response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
        return response


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Return the problem for a response with an error status that is not a problem yet."""
    status = response.status_code
    if status < 400 or response.headers.get("Content-Type") == CONTENT_TYPE:
        return response
    passed_on = {name: response.headers[name] for name in ("Allow", "WWW-Authenticate") if name in response.headers}
    return problem_response(Problem(status if status in TITLES else 400 if status < 500 else 500, headers=passed_on))
