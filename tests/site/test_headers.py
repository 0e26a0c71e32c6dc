"""The exact headers of each response type."""

from typing import Any

import pytest
from django.conf import settings as project_settings
from django.core.files.base import ContentFile
from django.urls import path
from django.views.static import serve
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from config.urls import handler404, handler429, urlpatterns  # noqa: F401  (this module is a ROOT_URLCONF as well)
from pilot_pages.models import SignUpPage
from tests.conftest import LoggedIn
from tests.pilot_pages.conftest import content, loaded_content  # noqa: F401  (fixtures)

SCRIPTLESS = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; manifest-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
WITH_BAR = SCRIPTLESS.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") + "; script-src 'self'"
BACKOFFICE = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; media-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
LOGIN = SCRIPTLESS.replace("img-src 'self'", "img-src 'self' data:").replace(
    "frame-ancestors 'self'", "frame-ancestors 'none'"
)
API = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"
DESCRIPTION = API.replace("img-src 'self'", "img-src 'self' data:") + "; script-src 'self'; connect-src 'self'"
FILE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
NO_DEVICES = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
)
NEVER = "max-age=0, no-cache, no-store, must-revalidate, private"

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}
PAGE = ALWAYS | {"Permissions-Policy": NO_DEVICES, "Content-Security-Policy": SCRIPTLESS}
READABLE = ALWAYS | {"Cross-Origin-Resource-Policy": "cross-origin", "Content-Security-Policy": API}
PUBLIC_FILE = ALWAYS | {"Cross-Origin-Resource-Policy": "cross-origin", "Content-Security-Policy": FILE}
KEPT_AWAY = {"Cache-Control": NEVER, "Expires": "now"}
NO_SEARCH = {"X-Robots-Tag": "noindex, nofollow"}
LOOKED_AT = [
    "Cache-Control", "Content-Disposition", "Content-Security-Policy", "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy", "Expires", "Permissions-Policy", "Referrer-Policy", "Strict-Transport-Security",
    "X-Content-Type-Options", "X-Frame-Options", "X-Robots-Tag",
]  # fmt: skip

# path: status and all security headers
TABLE: dict[str, tuple[int, dict[str, str]]] = {
    "/": (200, PAGE),
    "/aanmelden/": (200, PAGE | {"Cache-Control": "no-store"}),
    "/aanmelding/verstuurd/": (200, PAGE | KEPT_AWAY),
    "/aanmelding/een-sleutel/": (404, PAGE | KEPT_AWAY | {"X-Robots-Tag": "noindex"}),
    "/mijn-gegevens/een-sleutel/": (200, PAGE | KEPT_AWAY | NO_SEARCH),
    "/nergens/": (404, PAGE),
    "/media/images/nergens.png": (404, PAGE),
    "/stuk/": (500, PAGE),
    "/api/v2/pages/": (200, READABLE | {"Cache-Control": "public, no-cache"}),
    "/api/v2/docs": (200, PAGE | {"Content-Security-Policy": DESCRIPTION}),
    "/api/v2/openapi.json": (200, READABLE),
    "/api/pilot/docs": (200, PAGE | {"Content-Security-Policy": DESCRIPTION}),
    "/api/pilot/openapi.json": (200, READABLE),
    "/inloggen/": (200, PAGE | KEPT_AWAY | {"Content-Security-Policy": LOGIN}),
    "/inloggen/te-vaak/": (429, PAGE | {"Content-Security-Policy": LOGIN}),
    "/beheer/": (302, PAGE | KEPT_AWAY | {"Content-Security-Policy": BACKOFFICE}),
    "/static/images/mark.svg": (
        200,
        {name: value for name, value in ALWAYS.items() if name != "X-Frame-Options"}
        | {"Content-Security-Policy": FILE, "Cache-Control": "max-age=60, public"},
    ),
}


def broken(_request: Any) -> None:
    raise RuntimeError


def too_often(request: Any) -> Any:
    from config.logins.views import too_many_requests

    return too_many_requests(request)


def picture(request: Any, name: str) -> Any:
    """Serve an original to everybody."""
    return serve(request, name, project_settings.MEDIA_ROOT)


urlpatterns = [
    path("stuk/", broken),
    path("inloggen/te-vaak/", too_often),
    path("media/original_images/<str:name>", lambda request, name: picture(request, f"original_images/{name}")),
    *urlpatterns,
]


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sorted(sources) for name, *sources in (part.split() for part in policy.split(";"))}


def get_checked_headers(response: Any) -> dict[str, Any]:
    headers: dict[str, Any] = {name: response[name] for name in LOOKED_AT if name in response}
    if "Expires" in headers:
        headers["Expires"] = "now"
    return headers


def split_policy(headers: dict[str, str]) -> dict[str, Any]:
    """Return the headers, with the directives of the policy as a set."""
    return headers | {"Content-Security-Policy": directives(headers["Content-Security-Policy"])}


@pytest.mark.parametrize("path", TABLE)
def test_a_response_has_exactly_these_headers(path, content, client, settings):  # noqa: F811
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    status, headers = TABLE[path]
    response = client.get(path)
    assert response.status_code == status
    assert split_policy(get_checked_headers(response)) == split_policy(headers)


def test_pages_of_the_backoffice_are_not_cached_by_others(admin_client):
    response = admin_client.get("/beheer/")
    expected = PAGE | KEPT_AWAY | {"Content-Security-Policy": BACKOFFICE}
    assert split_policy(get_checked_headers(response)) == split_policy(expected)


def test_an_editor_gets_a_private_page_with_the_user_bar(content, editor):  # noqa: F811
    client = LoggedIn()
    client.force_login(editor)
    expected = PAGE | {"Content-Security-Policy": WITH_BAR, "Cache-Control": "private, no-cache"}
    assert split_policy(get_checked_headers(client.get("/"))) == split_policy(expected)
    form = client.get(SignUpPage.objects.get().url)
    assert form["Cache-Control"] == "no-store"


def test_scripts_in_an_uploaded_image_are_blocked(client, base_data, settings):
    settings.ROOT_URLCONF = __name__
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
    image = get_image_model().objects.create(title="Een tekening", file=ContentFile(svg, "tekening.svg"))
    response = client.get(image.file.url)
    assert response["Content-Type"] == "image/svg+xml"
    expected = ALWAYS | {"Content-Security-Policy": FILE, "Cache-Control": "private, no-cache"}
    expected |= {"Content-Disposition": response["Content-Disposition"]}
    assert split_policy(get_checked_headers(response)) == split_policy(expected)
    assert response["Content-Disposition"].startswith("inline")
    photo = get_image_model().objects.create(title="Een foto", file=get_test_image_file())
    assert directives(client.get(photo.file.url)["Content-Security-Policy"]) == directives(FILE)


def test_an_uploaded_document_is_downloaded_and_not_opened(client, base_data):
    page = ContentFile(b"<script>alert(1)</script>", "document.html")
    document = get_document_model().objects.create(title="Een document", file=page)
    response = client.get(document.url)
    expected = PUBLIC_FILE | {
        "Content-Security-Policy": "default-src 'none'",
        "Content-Disposition": 'attachment; filename="document.html"',
    }
    assert split_policy(get_checked_headers(response)) == split_policy(expected)


def test_a_response_over_https_has_hsts(content, client, settings):  # noqa: F811
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True
    response = client.get("/", secure=True)
    assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
