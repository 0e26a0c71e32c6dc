"""What no page of ours asks: refused before it reaches views, of which Wagtail's expect none of it."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from django.core.exceptions import BadRequest, ObjectDoesNotExist
from django.core.paginator import InvalidPage
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from wagtail.images.models import SourceImageIOError

from config.api.middleware import PILOT, READ

logger = logging.getLogger(__name__)
BACKOFFICE = "/beheer/"
METHODS = ("GET", "HEAD", "OPTIONS", "POST")
LEADS_BACK = ("next", "back")
BULK = "wagtail_bulk_action"
PAGED = "wagtailadmin_workflows:edit"  # takes the number of a page as it comes
OUT_OF_RANGE = (OverflowError, DataError)
NOT_THERE = (ObjectDoesNotExist, FileNotFoundError, SourceImageIOError)
UNEXPECTED = (*NOT_THERE, AttributeError, KeyError, ValueError)
LINKS = "pilot_pages:"  # that e-mails lead to: they have a page of their own for one that does not work
NO_TEXT = "\0"  # databases refuse it, each its way
LONGEST_WORD = 10_000  # characters: SQLite compares with 50,000 at most
LONGEST = 18  # digits: what databases take for the number of a record


class RequestValidationMiddleware:
    """The APIs and the public pages say themselves what is wrong with what they are asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(BACKOFFICE):
            if NO_TEXT in unquote_plus(request.META.get("QUERY_STRING", "")):
                raise BadRequest
            if any(len(text) > LONGEST_WORD for _name, texts in request.GET.lists() for text in texts):
                raise BadRequest
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        says_it_itself = name.startswith(LINKS) or request.path_info.startswith((PILOT, READ))
        if NO_TEXT in request.path_info and not says_it_itself:
            raise Http404
        if request.path_info.startswith(BACKOFFICE) and not leads_back_to_a_page(request):
            raise BadRequest
        if is_wagtails(request) and any(NO_TEXT in text for _field, texts in request.POST.lists() for text in texts):
            raise BadRequest
        numbers = request.GET.getlist("id") if name == BULK else request.GET.getlist("p") if name == PAGED else []
        if not all(is_number(number) or (name == BULK and number == "all") for number in numbers):
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A list has no such page, no database such a number or day; Wagtail was sent what its form never sends."""
        if isinstance(exception, InvalidPage):
            raise Http404 from exception
        if request.path_info.startswith(BACKOFFICE) and isinstance(exception, OUT_OF_RANGE):
            logger.warning("No database could take what came to %s", request.path_info, exc_info=exception)
            raise (BadRequest if request.method == "POST" else Http404) from exception
        if is_wagtails(request) and asks_something(request) and isinstance(exception, UNEXPECTED):
            logger.warning("Wagtail could not read what came to %s", request.path_info, exc_info=exception)
            raise (Http404 if isinstance(exception, NOT_THERE) else BadRequest) from exception


def is_wagtails(request: HttpRequest) -> bool:
    """Whether a view of Wagtail's backoffice answers, that is none of ours under its names."""
    match = request.resolver_match
    if match is None or not request.path_info.startswith(BACKOFFICE) or match.kwargs.get("app_label") == "dossiers":
        return False
    return match.view_name.startswith("wagtail") and not match.view_name.startswith("wagtailsnippets_")


def asks_something(request: HttpRequest) -> bool:
    """A bare address has nothing odd about it: what breaks there is our own fault."""
    match = request.resolver_match
    return bool(request.method == "POST" or request.GET or (match and match.kwargs))


def leads_back_to_a_page(request: HttpRequest) -> bool:
    """A word alone would be taken for the name of an address, which is none."""
    addresses = (values.get(name, "") for name in LEADS_BACK for values in (request.GET, request.POST))
    return all(not address or "/" in address or address.startswith("?") for address in addresses)


def is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST
