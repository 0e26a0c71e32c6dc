"""Plain answers, the same for everybody."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.http.response import JsonResponse
from django.templatetags.static import static

from pilot_pages.site_settings import PilotSettings
from pilot_pages.well_known import security

TEXT = "text/plain; charset=utf-8"
ICON = "images/mark.svg"
# What is for one visitor, and what nobody finds who has no business there.
CLOSED = ("/aanmelding/", "/en/sign-up/*/", "/beheer/", "/inloggen/", "/mijn-gegevens/")
NAME = "Asielzoekers naar werk"


def robots_txt(_request: HttpRequest) -> HttpResponse:
    """A demo is in no search engine: its people are invented."""
    closed = CLOSED if settings.MODE == "production" else ("/",)
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if settings.MODE == "production":
        lines += ["", f"Sitemap: {settings.BASE_URL}/sitemap.xml"]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=TEXT)


def security_txt(request: HttpRequest) -> HttpResponse:
    contact = PilotSettings.for_request(request).security_contact
    if not contact:
        raise Http404
    return HttpResponse(security.security_txt(contact, settings.BASE_URL), content_type=TEXT)


def web_manifest(_request: HttpRequest) -> HttpResponse:
    icon = {"src": static(ICON), "sizes": "any", "type": "image/svg+xml"}
    manifest = {"name": NAME, "lang": settings.LANGUAGE_CODE, "start_url": "/", "display": "browser", "icons": [icon]}
    return JsonResponse(manifest, content_type="application/manifest+json")


def favicon(_request: HttpRequest) -> HttpResponseBase:
    """For who asks without having read a page: pages name the drawing itself."""
    return HttpResponsePermanentRedirect(static(ICON))
