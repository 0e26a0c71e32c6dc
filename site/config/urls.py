"""The URLs of the whole site: the backoffice, the APIs and the public pages."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as document_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from config.api.documentation import read_api_documentation
from config.byte_ranges import serve_byte_ranges
from config.calendar_feed import calendar_feed
from config.logins.urls import instead_of_wagtails_admin, instead_of_wagtails_site
from config.wagtail_overrides.images import serve_image
from pilot_pages.read_api.openapi import read_api_description
from pilot_pages.read_api.router import api_router

handler400 = "config.error_views.bad_request"
handler500 = "config.error_views.server_error_page"
handler404 = "page_cache.not_found.not_found"
handler429 = "config.logins.views.too_many_requests"

urlpatterns: list[URLPattern | URLResolver] = [
    path("inloggen/", include("config.logins.urls")),
    path("beheer/", include(instead_of_wagtails_admin)),
    path("beheer/", include(admin_urls)),
    path("documenten/", include(decorate_urlpatterns(document_urls.urlpatterns, serve_byte_ranges))),
    path("api/v2/openapi.json", read_api_description, name="read_api_description"),
    path("api/v2/docs", read_api_documentation, name="read_api_documentation"),
    path("api/v2/", api_router.urls),
    path("", include("pilot_pages.sharing.urls")),
    path("api/pilot/", include("config.api.urls")),
    path("agenda/<str:key>.ics", calendar_feed, name="calendar_feed"),
    path("mijn-gegevens/", include("pilot_pages.candidate.urls")),
    path("", include("pilot_pages.well_known.urls")),
    # Only images. Wagtail's view above serves documents; uploaded spreadsheets are not in MEDIA_ROOT.
    re_path(r"^media/(?P<path>(?:images|original_images)/.+)$", serve_image),
    *i18n_patterns(
        path("", include("pilot_pages.urls")),
        path("", include(instead_of_wagtails_site)),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
