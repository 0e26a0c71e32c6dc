"""Serialization of simultaneous edits of a page, such as an autosave during an approval."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from wagtail.models import Page

IN_TURN = frozenset({"wagtailadmin_pages:edit", "wagtailadmin_pages:workflow_action"})


class EditsInTurnMiddleware:
    """Locks the page during an edit. Wagtail reads the whole page and writes it back later, so that an approval in
    between would be undone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = page_to_edit(request)
        if key is None:
            return self.get_response(request)
        with transaction.atomic():
            Page.objects.select_for_update().filter(pk=key).first()
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def page_to_edit(request: HttpRequest) -> int | None:
    """Return the primary key of the page that the request edits; None for other requests."""
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    return match.kwargs.get("page_id") if match.view_name in IN_TURN else None
