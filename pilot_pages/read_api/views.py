"""The base class of all endpoints: JSON only, the same for all users, with an ETag for conditional requests."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page
from rest_framework.authentication import BaseAuthentication
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.views import APIView
from wagtail.api.v2.utils import BadRequestError

from dossiers.models.search_terms import MAX_TERM_LENGTH, MAX_TERMS, is_too_long
from pilot_pages.read_api.errors import WRONG_VALUE, translate_message
from web_api.problems import Problem, Text, problem_response

MAX_OFFSET_DIGITS = 9
View = Callable[..., HttpResponse]


class PublicAPIView(APIView):
    """Base class of the endpoints. It ignores logins, so that shared caches may store its responses."""

    renderer_classes: list[type[BaseRenderer]] = [JSONRenderer]
    authentication_classes: list[type[BaseAuthentication]] = []
    metadata_class = None  # its OPTIONS response would contain docstrings

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> View:
        view: View = gzip_page(conditional_page(super().as_view(*args, **kwargs)))
        return view

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if any("\0" in text for _name, texts in request.GET.lists() for text in texts):
            # Each database would refuse it with another exception.
            raise _refuse(_("It contains an invalid character."))
        if is_too_long(request.GET.get("search", "")):
            message = _("Search for at most %(most)d words, of at most %(length)d characters.")
            raise _refuse(message % {"most": MAX_TERMS, "length": MAX_TERM_LENGTH})
        if (offset := request.GET.get("offset", "")).isdecimal() and len(offset) > MAX_OFFSET_DIGITS:
            raise _refuse(_("There are not so many: take a lower offset."))  # no database column holds it

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Refuse a value that Wagtail hands to the database as it is: a day that is none, an unknown operator."""
        try:
            return super().filter_queryset(queryset)
        except (ValueError, ValidationError) as error:
            raise _refuse(WRONG_VALUE) from error

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """Return the error as a problem (RFC 9457)."""
        if isinstance(exc, Problem):
            return problem_response(exc)
        if isinstance(exc, BadRequestError):
            return problem_response(_refuse(translate_message(str(exc))))
        if isinstance(exc, Http404):
            return problem_response(Problem(404))
        response: HttpResponse = super().handle_exception(exc)
        return response

    def finalize_response(self, request: HttpRequest, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Allow caching with revalidation only, since content changes at any time."""
        response.headers.setdefault("Cache-Control", "public, no-cache")
        return super().finalize_response(request, response, *args, **kwargs)


def _refuse(message: Text) -> Problem:
    return Problem(400, errors={"": [message]})
