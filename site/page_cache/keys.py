"""Which requests a kept page can answer, and by which key it is found."""

import re
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings

Environ = dict[str, Any]
Key = tuple[str, bool, str]  # host, whether over https, path
ASKED = "page_cache.asked"  # in a request's META: the version, and the key or None, of what was asked

# Where a visitor came from: no page reads it, so a page is the same page with it.
CAMPAIGNS = re.compile(r"(utm|mtm|pk)_\w+|gclid|fbclid|msclkid")
LONGEST_PATH = 500


def key_of(environ: Environ) -> Key | None:
    """None for what is always made anew: anything but reading, for somebody who may be logged in, or with a question.

    A question is any other parameter than those of campaigns: whoever makes them up must not fill the memory.
    """
    if settings.DEBUG:  # who changes a template wants to see it
        return None
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or len(environ["PATH_INFO"]) > LONGEST_PATH:
        return None
    if (cookies := environ.get("HTTP_COOKIE")) and f"{settings.SESSION_COOKIE_NAME}=" in cookies:
        return None
    if (query := environ.get("QUERY_STRING")) and not only_campaigns(query):
        return None
    return environ.get("HTTP_HOST", ""), is_secure(environ), environ["PATH_INFO"]


def only_campaigns(query: str) -> bool:
    return all(CAMPAIGNS.fullmatch(name) for name, _value in parse_qsl(query, keep_blank_values=True))


def is_secure(environ: Environ) -> bool:
    """As Django sees it."""
    if header := settings.SECURE_PROXY_SSL_HEADER:
        return bool(environ.get(header[0]) == header[1])
    return bool(environ["wsgi.url_scheme"] == "https")
