"""Validation of requests to the backoffice whose parameters Wagtail's views do not validate themselves."""

import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from django.core.exceptions import BadRequest, ObjectDoesNotExist
from django.core.paginator import InvalidPage
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from wagtail.images.models import SourceImageIOError

from config.admin_permissions import BULK_ACTION_VIEW
from config.api.middleware import PILOT, READ

logger = logging.getLogger(__name__)
BACKOFFICE = "/beheer/"
ALLOWED_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
REDIRECT_PARAMETERS = ("next", "back")
NUMBER_OUT_OF_RANGE = (OverflowError, DataError)
NOT_FOUND = (ObjectDoesNotExist, FileNotFoundError, SourceImageIOError)
SIGNED_LINK_PREFIX = "pilot_pages:"  # views that answer an invalid link from an e-mail with a page of their own
NUL = "\0"  # each database refuses it with another exception
MAX_PARAMETER_LENGTH = 10_000  # characters: SQLite cannot compare with a text of more than 50,000
MAX_DIGITS = 18  # of an id that fits into a database column
# Wagtail passes these parameters to int() or to a query without validation: another text than an id raises ValueError.
UNVALIDATED_IDS = {
    "GET": ("target_pages[]", "parent_page_id"),
    "POST": ("new_parent_page", "overwrite_revision_id", "revision_id"),
}
# The same of these parameters in the path, by suffix of the view name.
UNVALIDATED_IDS_IN_PATH = {":chosen": "pk", "wagtailadmin_editing_sessions:ping": "object_id"}
ADMIN_API = "wagtailadmin_api:"  # its `offset` must fit into a database column
VIEWS_WITH_ID_IN_QUERY = (BULK_ACTION_VIEW, "chosen_multiple")  # suffixes of the view names; the parameter is "id"
# Wagtail reads these fields of a form before it validates the form: a missing one raises KeyError or AttributeError.
REQUIRED_FIELDS = {
    "wagtailadmin_pages:copy": "new_parent_page",
    "wagtailadmin_choose_page_external_link": "external-link-chooser-url",
}
WORKFLOW_DATA = "workflow-action-extra-data"  # Wagtail parses it as JSON without catching an error


class RequestValidationMiddleware:
    """Refuses requests to the backoffice that no page of the site makes, with status 400, 404 or 405.

    The APIs and the public pages validate their parameters themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(BACKOFFICE):
            if NUL in unquote_plus(request.META.get("QUERY_STRING", "")):
                raise BadRequest
            if any(len(value) > MAX_PARAMETER_LENGTH for _name, values in request.GET.lists() for value in values):
                raise BadRequest
            if request.method not in ALLOWED_METHODS:
                return HttpResponseNotAllowed(ALLOWED_METHODS)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]) -> None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        has_own_error_page = name.startswith(SIGNED_LINK_PREFIX) or request.path_info.startswith((PILOT, READ))
        if NUL in request.path_info and not has_own_error_page:
            raise Http404
        if request.path_info.startswith(BACKOFFICE):
            if not has_valid_redirect(request):
                raise BadRequest
            validate_wagtail_path(name, kwargs)
            validate_wagtail_query(request, name)  # also for bulk actions of this project, which extend Wagtail's
        if is_wagtail_view(request):
            validate_wagtail_form(request, name)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Turn three kinds of exceptions into a 400 or 404: a page of a list that does not exist, a number or date that
        no database column can hold, and a record or file that a view of Wagtail does not find. Others are bugs."""
        if isinstance(exception, InvalidPage):
            raise Http404 from exception
        if request.path_info.startswith(BACKOFFICE) and isinstance(exception, NUMBER_OUT_OF_RANGE):
            logger.warning("A number or date in the request to %s is too large", request.path_info, exc_info=exception)
            raise (BadRequest if request.method == "POST" else Http404) from exception
        if is_wagtail_view(request) and has_parameters(request) and isinstance(exception, NOT_FOUND):
            logger.warning("Wagtail did not find a record for %s", request.path_info, exc_info=exception)
            raise Http404 from exception


def is_wagtail_view(request: HttpRequest) -> bool:
    """Whether Wagtail's own code answers, rather than a view of this project that has a URL of Wagtail."""
    match = request.resolver_match
    if match is None or not request.path_info.startswith(BACKOFFICE) or match.kwargs.get("app_label") == "dossiers":
        return False
    return match.view_name.startswith("wagtail") and not match.view_name.startswith("wagtailsnippets_")


def validate_wagtail_path(view_name: str, kwargs: dict[str, Any]) -> None:
    """Raise Http404 if a parameter in the path, which Wagtail does not validate, is not the id of a record."""
    for suffix, parameter in UNVALIDATED_IDS_IN_PATH.items():
        if view_name.endswith(suffix) and not is_id(kwargs[parameter]):
            raise Http404


def validate_wagtail_query(request: HttpRequest, view_name: str) -> None:
    """Raise Http404 if a parameter in the URL, which Wagtail does not validate, is not the id of a record or page."""
    ids = [value for name in UNVALIDATED_IDS["GET"] for value in request.GET.getlist(name) if value]
    if view_name.endswith(VIEWS_WITH_ID_IN_QUERY):
        ids += request.GET.getlist("id")
    if view_name == "wagtailadmin_workflows:edit":
        ids += request.GET.getlist("p")
    if view_name.startswith(ADMIN_API) and len(request.GET.get("offset", "")) > MAX_DIGITS:
        raise Http404
    if not all(is_id(value) or (view_name == BULK_ACTION_VIEW and value == "all") for value in ids):
        raise Http404


def validate_wagtail_form(request: HttpRequest, view_name: str) -> None:
    """Raise BadRequest if a form field, which Wagtail does not validate, is missing or has no valid value."""
    if request.method != "POST":
        return
    if any(NUL in value for _name, values in request.POST.lists() for value in values):
        raise BadRequest
    if REQUIRED_FIELDS.get(view_name, "") not in {"", *request.POST}:
        raise BadRequest
    if not all(is_id(value) for name in UNVALIDATED_IDS["POST"] for value in request.POST.getlist(name) if value):
        raise BadRequest
    if view_name.endswith(":add_multiple") and request.FILES and "files[]" not in request.FILES:
        raise BadRequest
    if WORKFLOW_DATA in request.POST and not is_json_object(request.POST[WORKFLOW_DATA]):
        raise BadRequest


def is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def has_parameters(request: HttpRequest) -> bool:
    """Whether anything in the request can be wrong; without parameters an exception is a bug in the code."""
    match = request.resolver_match
    return bool(request.method == "POST" or request.GET or (match and match.kwargs))


def has_valid_redirect(request: HttpRequest) -> bool:
    """Whether each parameter to redirect to is a URL; Django's `redirect` would take a single word as a view name."""
    urls = (values.get(name, "") for name in REDIRECT_PARAMETERS for values in (request.GET, request.POST))
    return all(not url or "/" in url or url.startswith("?") for url in urls)


def is_id(text: str) -> bool:
    return text.isdecimal() and len(text) <= MAX_DIGITS
