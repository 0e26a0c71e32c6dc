"""The WSGI application, which answers from the page cache before Django handles the request."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import ResponseHeaders

from page_cache.cached_page import Kept, make
from page_cache.keys import ASKED, Environ, Key, key_of
from page_cache.store import Store
from page_cache.version import Known, Version

# The names of the views whose responses are cached. Forms, pages behind a login or a signed link, previews and the API
# are not. A response that sets a cookie or is marked as private is not cached either.
KEPT = frozenset({"wagtail_serve", "robots_txt", "security_txt", "web_manifest"})
FOR_ONE_VISITOR = ("no-cache", "no-store", "private")
LARGEST = 500_000  # bytes
REASONS = {status: f"{status} {HTTPStatus(status).phrase}" for status in (200, 304)}

logger = logging.getLogger(__name__)


class PageCacheHandler(WSGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self.known = Known()
        self.pages: Store[Key, Kept] = Store()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Any:
        """Return a cached page or Django's response."""
        try:
            key, version = key_of(environ), self.known.current()
        except Exception:  # the shared cache does not answer; Django's handler then reports the error
            logger.exception("The page cache is left out")
            return super().__call__(environ, start_response)
        if key is None:
            environ[ASKED] = version, None
            return super().__call__(environ, start_response)
        if page := self.pages.get(version, key):
            status, headers, body = page.answer(environ)
            start_response(REASONS[status], headers)
            return [body]
        environ[ASKED] = version, key
        environ["QUERY_STRING"] = ""  # the page for all visitors must not contain campaign parameters
        return super().__call__(environ, start_response)

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        response = super().get_response(request)
        version, key = request.META.get(ASKED, (None, None))
        if key is None or not isinstance(response, HttpResponse) or not may_be_kept(request, response):
            return response
        return as_kept(response, self.keep(version, key, response), request.META)

    def keep(self, version: Version, key: Key, response: HttpResponse) -> Kept:
        """Store the page under the version from before it was rendered, since a later change has a new version."""
        page = make(response, version)
        self.pages.keep(version, key, page)
        return page


def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    return (
        request.method == "GET"
        and match is not None
        and match.view_name in KEPT
        and response.status_code == HTTPStatus.OK
        and not response.cookies
        and not any(word in response.headers.get("Cache-Control", "") for word in FOR_ONE_VISITOR)
        and len(response.content) <= LARGEST
    )


def as_kept(response: HttpResponse, page: Kept, environ: Environ) -> HttpResponse:
    """Give the first visitor the same response that later visitors get from the cache."""
    response.status_code, headers, response.content = page.answer(environ)
    response.headers = ResponseHeaders(dict(headers))
    return response
