"""Serialization of Wagtail's forms that are sent at the same moment.

Wagtail reads what a form is checked against, and a page that it changes, before it writes. The second of two forms that
name one thing alike would fail on the unique constraint, and an autosave during an approval would undo the approval.
"""

from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from wagtail.admin.views.generic import EditView
from wagtail.models import Page

from dossiers.concurrency import SavesRecordInTurn

PAGE_EDITS = frozenset({"wagtailadmin_pages:edit", "wagtailadmin_pages:workflow_action"})
# The place of a page in the tree is unique, and so are the names of these records.
TREE_CHANGES = frozenset({f"wagtailadmin_pages:{name}" for name in ("add", "copy", "delete", "move_confirm")})
NAMESPACES_WITH_NAMES = frozenset(
    {"wagtailadmin_collections", "wagtailredirects", "wagtailsites", "wagtailusers_groups", "wagtailusers_users"}
)


class SavesInTurnMiddleware:
    """Lets a form wait until the one before it is saved, so that it is checked against what that one saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if not must_wait(match):
            return self.get_response(request)
        with transaction.atomic():
            wait_for_turn(match)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def must_wait(match: ResolverMatch) -> bool:
    """Whether this is a form that does not lock anything by itself."""
    if match.view_name in PAGE_EDITS | TREE_CHANGES or match.namespace in NAMESPACES_WITH_NAMES:
        return True
    view_class = getattr(match.func, "view_class", object)
    return issubclass(view_class, EditView) and not issubclass(view_class, SavesRecordInTurn)


def wait_for_turn(match: ResolverMatch) -> None:
    """Lock the page that is edited; for other forms one row for all, as a new record has none of its own.

    References to that row, which each log entry has, do not wait for the lock.
    """
    if match.view_name in PAGE_EDITS:
        Page.objects.select_for_update().filter(pk=match.kwargs["page_id"]).first()
    else:
        page_type = ContentType.objects.get_for_model(Page)
        ContentType.objects.select_for_update(no_key=True).get(pk=page_type.pk)
