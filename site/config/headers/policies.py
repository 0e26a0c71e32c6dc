"""The kinds of answers, each with its policy and its further headers.

Nothing is allowed that a kind does not name: each policy begins with default-src 'none'.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings

Policy = dict[str, list[str]]

# What no page of ours asks of a browser.
NO_DEVICES = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
        "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    )
)  # fmt: skip
OWN_SITE, ANY_SITE = {"Cross-Origin-Resource-Policy": "same-origin"}, {"Cross-Origin-Resource-Policy": "cross-origin"}
OF_A_PAGE = {"Permissions-Policy": NO_DEVICES, **OWN_SITE}


def other_front_end() -> list[str]:
    """Whose pages an editor sees in a frame, when there is another front end that shows drafts."""
    parts = urlsplit(settings.HEADLESS_PREVIEW_URL)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


# A page without any script. Wagtail shows drafts in a frame of its own backoffice.
SCRIPTLESS: Policy = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [SELF],
    "manifest-src": [SELF],
    "connect-src": [SELF],  # without a script only tools that judge a page connect, to robots.txt
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}
# The bar that an editor sees on a page: a script of Wagtail's, which sets styles and asks how good the page is.
WITH_BAR: Policy = SCRIPTLESS | {
    "script-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
}
# Wagtail's backoffice starts its date fields and inline panels by scripts in the page, also in what it adds to a page
# later, so a nonce can't let them through. Nothing comes from another host, and nothing is evaluated.
BACKOFFICE: Policy = SCRIPTLESS | {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "connect-src": [SELF],
    "frame-src": [SELF, *other_front_end()],
    "media-src": [SELF],
}
# The pages to log in have no script; the code to scan is a picture in the page itself.
LOGIN: Policy = SCRIPTLESS | {"img-src": [SELF, "data:"], "frame-ancestors": [NONE]}
# For reading by programs.
API: Policy = {"default-src": [NONE], "style-src": [SELF], "img-src": [SELF], "frame-ancestors": [NONE]}
# The description of the API is drawn by a script of our host, which has pictures in its style.
DESCRIPTION: Policy = API | {"script-src": [SELF], "connect-src": [SELF], "img-src": [SELF, "data:"]}
# What an editor uploaded, or lies beside the pages: opened by itself it runs nothing, whatever it is.
FILE: Policy = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [NONE], "sandbox": [""]}


@dataclass(frozen=True)
class Kind:
    policy: Policy
    headers: dict[str, str] = field(default_factory=dict)


PUBLIC = Kind(SCRIPTLESS, OF_A_PAGE)
EDITORS = Kind(WITH_BAR, OF_A_PAGE | {"Cache-Control": "private, no-cache"})  # as the editor may see it
# By the beginning of the path, the first that fits; what begins otherwise is a page that the public reads.
KINDS: dict[str, Kind] = {
    "/beheer/": Kind(BACKOFFICE, OF_A_PAGE),
    "/inloggen/": Kind(LOGIN, OF_A_PAGE),
    "/api/pilot/docs": Kind(DESCRIPTION, OF_A_PAGE),
    "/api/": Kind(API, ANY_SITE),  # another front end may read what is public anyway
    # and show its pictures; one that is replaced gets another name
    "/media/": Kind(FILE, ANY_SITE | {"Cache-Control": "max-age=86400"}),
    "/documenten/": Kind(FILE, ANY_SITE),  # Wagtail's own policy for documents goes before
    "/static/": Kind(FILE, OWN_SITE),
}


def kind_of(path: str, *, may_edit: bool) -> Kind:
    """`may_edit`: whether somebody asks who may have logged in."""
    for beginning, kind in KINDS.items():
        if path.startswith(beginning):
            return kind
    return EDITORS if may_edit else PUBLIC
