"""Preserves the input of a backoffice form that is sent after the session of its user ended.

The response is a page with the input in hidden fields, from which the user sends it again after a new login. It is the
response again if that user may not save it, so that another user can. The server stores nothing.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse

CSRF_TOKEN = "csrfmiddlewaretoken"  # noqa: S105  (a name)
LEFT_OUT = CSRF_TOKEN, "password"  # fields whose names contain these words are not sent again
FORM_ID = "form-id"  # the field of a form that is sent again; sent-forms.js adds it too
MASK_LENGTH = 32  # characters of a CSRF token before the encrypted secret


class EndedSessionMiddleware:
    """Answers a form of a user who is not logged in with its input, instead of a redirect that loses it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_backoffice_form(request):
            return self.get_response(request)
        may_be_denied = request.user.is_authenticated
        response = self.get_response(request)
        if may_be_denied:
            is_lost = FORM_ID in request.POST and is_permission_denied(request, response)
        else:
            is_lost = is_sent_to_login(response)
        return render_input(request, is_denied=may_be_denied) if is_lost else response


def get_form_id(request: HttpRequest) -> str:
    """Return what tells the form that was sent from any other, also if it is sent again from another page.

    It is the mask of its CSRF token, which Django draws anew for each rendering; empty if the form has no token.
    """
    return request.POST.get(FORM_ID) or request.POST.get(CSRF_TOKEN, "")[:MASK_LENGTH]


def is_permission_denied(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether Wagtail refuses a user who lacks the permission, or may not use the backoffice at all.

    It redirects with an error message; a form that was saved may redirect to the same page.
    """
    if response.headers.get("Location") != reverse("wagtailadmin_home") and not is_sent_to_login(response):
        return False
    stored: Any = messages.get_messages(request)
    is_refused = any(message.level == messages.ERROR for message in stored)
    stored.used = False  # the next page shows them
    return is_refused


def is_sent_to_login(response: HttpResponse) -> bool:
    return response.headers.get("Location", "").startswith(resolve_url(settings.LOGIN_URL))


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


def read_input(request: HttpRequest) -> list[tuple[str, str]]:
    """Return (name, value) of each field that can be sent again."""
    names = [name for name in request.POST if name != FORM_ID and not any(word in name for word in LEFT_OUT)]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def render_input(request: HttpRequest, *, is_denied: bool = False) -> HttpResponse:
    """Return the page that sends the input again; a file has to be chosen again, which the page says."""
    fields = [*read_input(request), (FORM_ID, get_form_id(request))]
    files = [file.name for name in request.FILES for file in request.FILES.getlist(name)]
    context = {"fields": fields, "files": files, "is_denied": is_denied}
    return render(request, "logins/ended_session.html", context, status=403)
