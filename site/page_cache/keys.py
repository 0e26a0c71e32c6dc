"""The cache keys of requests."""

import re
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings

Environ = dict[str, Any]
Key = tuple[str, bool, str]  # host, whether over https, path
CACHE_LOOKUP = "page_cache.asked"  # in request.META: (version, key or None) of the request

# Campaign parameters, which no page uses, so that they do not change the response.
CAMPAIGNS = re.compile(r"(utm|mtm|pk)_\w+|gclid|fbclid|msclkid")
LONGEST_PATH = 500


def get_cache_key(environ: Environ) -> Key | None:
    """Return the cache key, or None if the request is not cached.

    Requests that change data, that have a session, or that have parameters other than those of campaigns are not
    cached: arbitrary parameters could fill the memory.
    """
    if settings.DEBUG:  # a changed template must be visible at once
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
    """Whether the request came over HTTPS, by the same rule as Django's."""
    if header := settings.SECURE_PROXY_SSL_HEADER:
        return bool(environ.get(header[0]) == header[1])
    return bool(environ["wsgi.url_scheme"] == "https")
