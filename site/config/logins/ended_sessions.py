"""Preserves the input of a backoffice form that is sent after the session of its user ended.

The response is a page with the input in hidden fields, from which the user sends it again after a new login. The server
stores nothing.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse

LEFT_OUT = "csrfmiddlewaretoken", "password"  # fields whose names contain these words are not sent again


class EndedSessionMiddleware:
    """Answers a form of a user who is not logged in with its input, instead of a redirect that loses it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_backoffice_form(request) or request.user.is_authenticated:
            return self.get_response(request)
        response = self.get_response(request)
        is_sent_to_login = response.headers.get("Location", "").startswith(resolve_url(settings.LOGIN_URL))
        return render_input(request) if is_sent_to_login else response


def is_backoffice_form(request: HttpRequest) -> bool:
    """Whether a browser sends a form of the backoffice to show what follows; scripts expect other responses."""
    is_form = request.method == "POST" and "text/html" in request.headers.get("Accept", "")
    return is_form and request.path.startswith(reverse("wagtailadmin_home"))


def is_own_form(request: HttpRequest) -> bool:
    """Whether the form was on a page of this site.

    A page that sends input again must not be made of what another site sends, since that would have the user's consent.
    """
    own_origin = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in (own_origin, *settings.CSRF_TRUSTED_ORIGINS)


def render_input(request: HttpRequest) -> HttpResponse:
    """Return the page that sends the input again; a file has to be chosen again, which the page says."""
    names = [name for name in request.POST if not any(word in name for word in LEFT_OUT)]
    fields = [(name, value) for name in names for value in request.POST.getlist(name)]
    files = [file.name for name in request.FILES for file in request.FILES.getlist(name)]
    return render(request, "logins/ended_session.html", {"fields": fields, "files": files}, status=403)
