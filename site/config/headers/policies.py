"""The response types, each with its Content Security Policy and other headers.

Each policy starts with default-src 'none', so that a source must be named to be allowed.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings

Policy = dict[str, list[str]]

# Browser features that no page uses.
DENIED_FEATURES = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
        "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    )
)  # fmt: skip
OWN_SITE, ANY_SITE = {"Cross-Origin-Resource-Policy": "same-origin"}, {"Cross-Origin-Resource-Policy": "cross-origin"}
PAGE_HEADERS = {"Permissions-Policy": DENIED_FEATURES, **OWN_SITE}


def list_preview_origins() -> list[str]:
    """Return the origin of the other front end that shows drafts in a frame, if there is one."""
    parts = urlsplit(settings.HEADLESS_PREVIEW_URL)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


# A page without scripts. Frames are allowed because Wagtail's editor shows previews in one.
SCRIPTLESS: Policy = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "media-src": [SELF],
    "font-src": [SELF],
    "manifest-src": [SELF],
    "connect-src": [SELF],  # pages have no scripts; auditing tools such as Lighthouse fetch robots.txt
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}
# A page with Wagtail's user bar for editors: a script that sets styles and checks the accessibility of the page.
WITH_BAR: Policy = SCRIPTLESS | {
    "script-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
}
# Wagtail's date fields and inline panels are started by inline scripts, also in HTML that is loaded later, so that a
# nonce is not possible. Other hosts and eval stay forbidden.
BACKOFFICE: Policy = SCRIPTLESS | {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "connect-src": [SELF],
    "frame-src": [SELF, *list_preview_origins()],
}
# The login pages have no scripts; the QR code is a data: URL.
LOGIN: Policy = SCRIPTLESS | {"img-src": [SELF, "data:"], "frame-ancestors": [NONE]}
API: Policy = {"default-src": [NONE], "style-src": [SELF], "img-src": [SELF], "frame-ancestors": [NONE]}
# Swagger UI, served from this host; its style sheet contains images as data: URLs.
DESCRIPTION: Policy = API | {"script-src": [SELF], "connect-src": [SELF], "img-src": [SELF, "data:"]}
# Uploads and static files: no scripts run in them when a browser opens one, whatever its type.
FILE: Policy = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [NONE], "sandbox": [""]}


@dataclass(frozen=True)
class ResponseType:
    policy: Policy
    headers: dict[str, str] = field(default_factory=dict)


PUBLIC = ResponseType(SCRIPTLESS, PAGE_HEADERS)
# The user bar depends on the user, so a shared cache must not store the page.
EDITORS = ResponseType(WITH_BAR, PAGE_HEADERS | {"Cache-Control": "private, no-cache"})
# By path prefix; the first match wins. All other paths are public pages.
RESPONSE_TYPES: dict[str, ResponseType] = {
    "/beheer/": ResponseType(BACKOFFICE, PAGE_HEADERS),
    "/inloggen/": ResponseType(LOGIN, PAGE_HEADERS),
    "/api/pilot/docs": ResponseType(DESCRIPTION, PAGE_HEADERS),
    "/api/v2/docs": ResponseType(DESCRIPTION, PAGE_HEADERS),
    "/media/original_images/": ResponseType(FILE, OWN_SITE | {"Cache-Control": "private, no-cache"}),
    "/api/": ResponseType(API, ANY_SITE),  # another front end may read public content
    # and show its images; a replaced image gets a new file name, so that browsers may cache it
    "/media/": ResponseType(FILE, ANY_SITE | {"Cache-Control": "max-age=86400"}),
    "/documenten/": ResponseType(FILE, ANY_SITE),  # Wagtail sets its own policy on documents, which has precedence
    "/static/": ResponseType(FILE, OWN_SITE),
}


def response_type_of(path: str, *, may_edit: bool) -> ResponseType:
    """Return the response type of a path; `may_edit` tells whether the request has a session."""
    for prefix, response_type in RESPONSE_TYPES.items():
        if path.startswith(prefix):
            return response_type
    return EDITORS if may_edit else PUBLIC
