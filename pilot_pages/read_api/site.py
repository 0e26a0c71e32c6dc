"""The endpoint of the site: menus, footer, the phase of the pilot and contact details."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.response import Response
from wagtail.api.v2.views import BaseAPIViewSet
from wagtail.models import Page, Site

from pilot_pages.models import PilotSettings, SignUpPage, get_site_words
from pilot_pages.read_api import schemas
from pilot_pages.read_api.files import serialize_image
from pilot_pages.read_api.published import PublishedPages
from pilot_pages.read_api.views import PublicAPIView
from pilot_pages.site_settings import is_open
from pilot_pages.templatetags.public_site import footer_pages, menu_pages
from web_api.problems import Problem


class SiteAPI(PublicAPIView, BaseAPIViewSet):
    """Returns the site in the default language, or in another one with `?locale=en`."""

    name = "site"
    model = Site

    def listing_view(self, request: HttpRequest) -> Response:
        site = Site.find_for_request(request)
        if site is None:
            raise Problem(404, _("There is no site at this address."))
        published_pages = PublishedPages(request)
        homes = {home.locale.language_code: home for home in list_home_pages(site, published_pages)}
        code = request.GET.get("locale", site.root_page.locale.language_code)
        if code not in homes:
            raise Problem(404, _("There is no site in this language."))
        with translation.override(code):
            return Response(serialize_site(site, homes, code, published_pages), headers={"Content-Language": code})

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [path("", cls.as_view({"get": "listing_view"}), name="listing")]


def list_home_pages(site: Site, published_pages: PublishedPages) -> list[Page]:
    """Return the home pages in all languages in which they are published."""
    key = site.root_page.translation_key
    return [page.specific for page in published_pages.by_id.values() if page.translation_key == key]


def serialize_site(
    site: Site, homes: dict[str, Any], code: str, published_pages: PublishedPages
) -> schemas.SiteContent:
    home, settings = homes[code], PilotSettings.for_site(site)
    context = {"request": published_pages.request}
    words = get_site_words(home)
    sign_up = SignUpPage.objects.filter(pk__in=published_pages.by_id, locale=home.locale).first()
    return {
        "name": words["site_name"],
        "owner": words["site_owner"],
        "footer_text": words["footer_text"],
        "logo": serialize_image(home.logo, home.logo_alt) if getattr(home, "logo", None) else None,
        "locale": code,
        "locales": [{"code": home, "home": published_pages.get_reference(homes[home].pk)} for home in sorted(homes)],
        "home": published_pages.get_reference(home.pk),
        "sign_up": published_pages.get_reference(sign_up.pk) if is_open(sign_up, published_pages.request) else None,
        "menu": published_pages.get_references(page.pk for page in menu_pages(context, home)),
        "footer": published_pages.get_references(page.pk for page in footer_pages(context, home)),
        "pilot": settings.phase_as_data(),
        "contact": settings.as_data(),
    }
