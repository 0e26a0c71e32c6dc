"""Validation of the Host header against the exact hosts in the settings."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase
from django.http.request import validate_host


class ExactHostMiddleware:
    """Refuses hosts that Django's ALLOWED_HOSTS would accept with another port, a trailing dot or capitals.

    Otherwise everything that is cached or counted by host would be cached or counted once for each spelling.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = request.META.get("HTTP_HOST")
        if host is not None and not validate_host(host, settings.EXACT_HOSTS):
            raise DisallowedHost(f"Invalid HTTP_HOST header: {host!r}; allowed are {settings.EXACT_HOSTS}.")
        return self.get_response(request)
