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
    """Django answers some errors before or beside a view, with a page; here they become problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith((PILOT, READ)):
            return self.get_response(request)
        with translation.override(settings.LANGUAGE_CODE):
            response = self._answer(request)
        if request.path_info.startswith(PILOT) or response.status_code >= 400:  # else in the language of a page
            response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        origin = request.headers.get("Origin", "")
        open_to_others = _is_public(request.path_info) and bool(settings.API_ORIGINS)
        if open_to_others and origin in settings.API_ORIGINS and _is_preflight(request):
            response: Any = HttpResponse(status=204, headers=_allowed(request.path_info))
        else:
            response = as_problem(self.get_response(request))
        if open_to_others:
            patch_vary_headers(response, ["Origin"])
            if origin in settings.API_ORIGINS:
                response["Access-Control-Allow-Origin"] = origin
                response["Access-Control-Expose-Headers"] = EXPOSED
        return response


def _is_public(path: str) -> bool:
    return path.startswith(READ) or path in PUBLIC


def _allowed(path: str) -> dict[str, str]:
    methods = "GET" if path.startswith(READ) else "GET, POST"
    return {"Access-Control-Allow-Methods": methods, "Access-Control-Allow-Headers": "Content-Type, If-None-Match"}


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """An error that is no problem yet, as one."""
    status = response.status_code
    if status < 400 or response.headers.get("Content-Type") == CONTENT_TYPE:
        return response
    passed_on = {name: response.headers[name] for name in ("Allow", "WWW-Authenticate") if name in response.headers}
    return problem_response(Problem(status if status in TITLES else 400 if status < 500 else 500, headers=passed_on))
