"""The 404 page, cached per host and language, because bots request thousands of missing pages."""

from django.http import HttpRequest, HttpResponseNotFound
from django.template.loader import render_to_string
from django.utils.translation import get_language

from page_cache.keys import CACHE_LOOKUP
from page_cache.store import Store

Key = tuple[str, bool, str | None]  # host, whether over https, language

PAGES: Store[Key, str] = Store()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseNotFound:
    """Return the 404 page, which contains nothing of the request and is the same for all users."""
    version, _key = request.META.get(CACHE_LOOKUP, (None, None))
    if version is None:  # not served by PageCacheHandler, as in tests, so that changes are unknown
        return HttpResponseNotFound(render_to_string("404.html", request=request))
    key = request.get_host(), request.is_secure(), get_language()
    page = PAGES.get(version, key)
    if page is None:
        page = render_to_string("404.html", request=request)
        PAGES.set(version, key, page)
    return HttpResponseNotFound(page)
