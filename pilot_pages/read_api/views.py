"""What all endpoints have: JSON only, the same for whoever asks, and an ETag by which one asks only for what is new."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page
from rest_framework.authentication import BaseAuthentication
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.views import APIView
from wagtail.api.v2.utils import BadRequestError

from dossiers.models.search_terms import LONGEST_TERM, MOST_TERMS, is_too_long
from web_api.problems import Problem, problem_response

LONGEST_OFFSET = 9  # digits
View = Callable[..., HttpResponse]


class TranslatedNotFound(Http404):
    """Says in our words what is not here."""


class Answers(APIView):
    """A login changes nothing: what is read here may be kept by a cache that others read from."""

    renderer_classes: list[type[BaseRenderer]] = [JSONRenderer]
    authentication_classes: list[type[BaseAuthentication]] = []
    metadata_class = None  # would tell the words of our source

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> View:
        view: View = gzip_page(conditional_page(super().as_view(*args, **kwargs)))
        return view

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if any("\0" in text for _name, texts in request.GET.lists() for text in texts):
            raise BadRequestError(_("There is a character in it that is no text."))  # databases refuse it, each its way
        if is_too_long(request.GET.get("search", "")):
            message = _("Search for at most %(most)d words, of at most %(length)d characters.")
            raise BadRequestError(message % {"most": MOST_TERMS, "length": LONGEST_TERM})
        if (offset := request.GET.get("offset", "")).isdecimal() and len(offset) > LONGEST_OFFSET:
            raise BadRequestError(_("There are not so many: take a lower offset."))  # nor have databases such a number

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """As a problem. Wagtail's words, which are English, name what it did not know."""
        if isinstance(exc, BadRequestError):
            return problem_response(Problem(400, errors={"": [str(exc)]}))
        if isinstance(exc, Http404):
            return problem_response(Problem(404, str(exc) if isinstance(exc, TranslatedNotFound) else ""))
        response: HttpResponse = super().handle_exception(exc)
        return response

    def finalize_response(self, request: HttpRequest, response: Any, *args: Any, **kwargs: Any) -> Any:
        """May be kept, and must be asked about each time: a webhook says when something changed, not a clock."""
        response.headers.setdefault("Cache-Control", "public, no-cache")
        return super().finalize_response(request, response, *args, **kwargs)
