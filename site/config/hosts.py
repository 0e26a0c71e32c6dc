"""Which Host headers are answered: exactly those that the settings name, each in one spelling."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase
from django.http.request import validate_host


class ExactHostMiddleware:
    """Django takes an allowed host with any port, a dot behind it, or capitals: one site under endless names.

    Whatever is kept or counted by host would then be kept or counted once for each.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = request.META.get("HTTP_HOST")
        if host is not None and not validate_host(host, settings.EXACT_HOSTS):
            raise DisallowedHost(f"Invalid HTTP_HOST header: {host!r}; answered are {settings.EXACT_HOSTS}.")
        return self.get_response(request)
