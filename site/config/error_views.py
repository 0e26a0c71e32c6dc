"""Django's own refusals, in the words and looks of the site."""

import errno
import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.defaults import server_error

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
DATABASE_FULL = ("disk is full", "No space left")  # SQLite, PostgreSQL


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What came is no form of ours: too much, too many fields, another kind of thing. Nothing of it was read."""
    return render(request, "400.html", status=400)


def without_token(request: HttpRequest, **_why: Any) -> HttpResponse:
    """A form without its cookie: it was open until the browser was closed, or comes from another site."""
    return render(request, "403_csrf.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault; where that is a full disk, it says so, for trying again in a minute is of no use then."""
    if no_room(sys.exc_info()[1]):
        page = render_to_string("500.html", {"no_room": True})  # without the request: the database may be full too
        return HttpResponse(page, status=507)
    return server_error(request)


def no_room(error: BaseException | None) -> bool:
    if isinstance(error, OperationalError):
        return any(text in str(error) for text in DATABASE_FULL)
    return isinstance(error, OSError) and error.errno in NO_ROOM
