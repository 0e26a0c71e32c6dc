"""Questions in backoffice forms whether a number is a BSN (citizen service number)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from dossiers import privacy
from dossiers.models.validators import NOT_A_BSN


class BsnQuestionMiddleware:
    """Pass the numbers that the user marked as "not a BSN" to the privacy check of the submitted form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path.startswith(reverse("wagtailadmin_home")):
            return self.get_response(request)
        with privacy.asking(lambda: request.POST.getlist(NOT_A_BSN)):
            return self.get_response(request)
