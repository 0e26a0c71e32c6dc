"""The error pages of the site."""

import errno
import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import resolve
from django.views.defaults import server_error

from config.logins import ended_sessions

DISK_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT)
DISK_FULL_MESSAGES = ("disk is full", "No space left")  # SQLite, PostgreSQL


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def csrf_failure(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """Return a form of this site whose cookie was lost, to be sent again; explain why another form is refused."""
    fields = []
    if ended_sessions.is_own_form(request):
        if ended_sessions.is_backoffice_form(request):
            return ended_sessions.render_input(request)
        match = resolve(request.path_info)
        if match.app_name == "candidate":
            view: Any = match.func
            response: HttpResponse = view.view_class.as_view(lost_input=ended_sessions.read_input(request))(
                request, **match.kwargs
            )
            return response
        if match.app_name == "pilot_pages" or match.view_name == "wagtail_serve":
            fields = ended_sessions.read_input(request)
    return render(request, "403_csrf.html", {"fields": fields}, status=403)


def server_error_page(request: HttpRequest) -> HttpResponse:
    """Return a page with status 500, or 507 if the disk is full, which says that trying again does not help."""
    if is_disk_full(sys.exc_info()[1]):
        page = render_to_string("500.html", {"is_disk_full": True})  # without the request: the database may be full too
        return HttpResponse(page, status=507)
    return server_error(request)


def is_disk_full(error: BaseException | None) -> bool:
    if isinstance(error, OperationalError):
        return any(text in str(error) for text in DISK_FULL_MESSAGES)
    return isinstance(error, OSError) and error.errno in DISK_FULL_ERRNOS
