"""The views of the files, whose responses are the same for all users."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.http.response import JsonResponse
from django.templatetags.static import static

from pilot_pages.models import HomePage
from pilot_pages.site_settings import PilotSettings
from pilot_pages.well_known import security

TEXT = "text/plain; charset=utf-8"
ICON = "images/mark.svg"
# Pages for one visitor only, and pages for staff.
DISALLOWED_PATHS = ("/aanmelding/", "/en/sign-up/*/", "/beheer/", "/inloggen/", "/mijn-gegevens/")


def robots_txt(_request: HttpRequest) -> HttpResponse:
    """Disallow some paths in production. A demo disallows all, so that no search engine shows its invented people."""
    paths = DISALLOWED_PATHS if settings.MODE == "production" else ("/",)
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in paths)]
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
    language = settings.LANGUAGE_CODE
    name = HomePage.get_words_in(language)["site_name"]
    manifest = {"name": name, "lang": language, "start_url": "/", "display": "browser", "icons": [icon]}
    return JsonResponse(manifest, content_type="application/manifest+json")


def favicon(_request: HttpRequest) -> HttpResponseBase:
    """Redirect programs that request this path without reading a page; pages link to the icon itself."""
    return HttpResponsePermanentRedirect(static(ICON))
