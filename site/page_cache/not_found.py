"""The 404 page, cached per host and language, because bots request thousands of missing pages."""

from django.http import HttpRequest, HttpResponseNotFound
from django.template.loader import render_to_string
from django.utils.translation import get_language

from page_cache.keys import ASKED
from page_cache.store import Store

Shown = tuple[str, bool, str | None]  # host, whether over https, language

MADE: Store[Shown, str] = Store()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseNotFound:
    """Return the 404 page, which contains nothing of the request and is the same for all users."""
    version, _key = request.META.get(ASKED, (None, None))
    if version is None:  # not served by PageCacheHandler, as in tests, so that changes are unknown
        return HttpResponseNotFound(render_to_string("404.html", request=request))
    shown = request.get_host(), request.is_secure(), get_language()
    page = MADE.get(version, shown)
    if page is None:
        page = render_to_string("404.html", request=request)
        MADE.keep(version, shown, page)
    return HttpResponseNotFound(page)
