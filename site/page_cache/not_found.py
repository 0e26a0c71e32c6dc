"""The page that says that there is no such page. Programs ask for thousands; it is made once a language."""

from django.http import HttpRequest, HttpResponseNotFound
from django.template.loader import render_to_string
from django.utils.translation import get_language

from page_cache.keys import ASKED
from page_cache.store import Store

Shown = tuple[str, bool, str | None]  # host, whether over https, language

MADE: Store[Shown, str] = Store()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseNotFound:
    """The same for everybody, whatever was asked for: nothing of the request stands in it."""
    version, _key = request.META.get(ASKED, (None, None))
    if version is None:  # no server of ours, such as a test's: nothing tells when the site changed
        return HttpResponseNotFound(render_to_string("404.html", request=request))
    shown = request.get_host(), request.is_secure(), get_language()
    page = MADE.get(version, shown)
    if page is None:
        page = render_to_string("404.html", request=request)
        MADE.keep(version, shown, page)
    return HttpResponseNotFound(page)
