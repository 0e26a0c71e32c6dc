"""Shows why a translation was not published, on every page of the backoffice where a user can publish."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages

from pilot_pages.models import NotApprovedError, PilotPage


class NotApprovedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotApprovedError):
            return refuse(request, exception)
        return None


def before_publishing(request: HttpRequest, page: PilotPage) -> HttpResponse | None:
    """Implement Wagtail's hook `before_publish_page`: refuse to publish or schedule a translation without approval.

    Wagtail has already saved the draft.
    """
    if isinstance(page, PilotPage) and not page.may_go_live:
        return refuse(request, NotApprovedError(page))
    return None


def refuse(request: HttpRequest, error: NotApprovedError) -> HttpResponse:
    messages.error(request, str(error))
    return redirect(reverse("wagtailadmin_pages:edit", args=[error.page.pk]))
