"""The WSGI application, which answers from the page cache before Django handles the request."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import ResponseHeaders

from page_cache.cached_page import CachedPage
from page_cache.keys import CACHE_LOOKUP, Environ, Key, get_cache_key
from page_cache.store import Store
from page_cache.version import CachedVersion, Version

# The names of the views whose responses are cached. Forms, pages behind a login or a signed link, previews and the API
# are not. A response that sets a cookie or is marked as private is not cached either.
CACHED_VIEWS = frozenset({"wagtail_serve", "robots_txt", "security_txt", "web_manifest"})
FOR_ONE_VISITOR = ("no-cache", "no-store", "private")
MAX_PAGE_SIZE = 500_000  # bytes
REASONS = {status: f"{status} {HTTPStatus(status).phrase}" for status in (200, 304)}

logger = logging.getLogger(__name__)


class PageCacheHandler(WSGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self.cached_version = CachedVersion()
        self.pages: Store[Key, CachedPage] = Store()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Any:
        """Return a cached page or Django's response."""
        try:
            key, version = get_cache_key(environ), self.cached_version.current()
        except Exception:  # the shared cache does not answer; Django's handler then reports the error
            logger.exception("The page cache is left out")
            return super().__call__(environ, start_response)
        if key is None:
            environ[CACHE_LOOKUP] = version, None
            return super().__call__(environ, start_response)
        if page := self.pages.get(version, key):
            status, headers, body = page.answer(environ)
            start_response(REASONS[status], headers)
            return [body]
        environ[CACHE_LOOKUP] = version, key
        environ["QUERY_STRING"] = ""  # the page for all visitors must not contain campaign parameters
        return super().__call__(environ, start_response)

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        response = super().get_response(request)
        version, key = request.META.get(CACHE_LOOKUP, (None, None))
        if key is None or not isinstance(response, HttpResponse) or not is_cacheable(request, response):
            return response
        return serve_from_cache(response, self.store(version, key, response), request.META)

    def store(self, version: Version, key: Key, response: HttpResponse) -> CachedPage:
        """Store the page under the version from before it was rendered, since a later change has a new version."""
        page = CachedPage.create(response, version)
        self.pages.set(version, key, page)
        return page


def is_cacheable(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    return (
        request.method == "GET"
        and match is not None
        and match.view_name in CACHED_VIEWS
        and response.status_code == HTTPStatus.OK
        and not response.cookies
        and not any(word in response.headers.get("Cache-Control", "") for word in FOR_ONE_VISITOR)
        and len(response.content) <= MAX_PAGE_SIZE
    )


def serve_from_cache(response: HttpResponse, page: CachedPage, environ: Environ) -> HttpResponse:
    """Give the first visitor the same response that later visitors get from the cache."""
    response.status_code, headers, response.content = page.answer(environ)
    response.headers = ResponseHeaders(dict(headers))
    return response
