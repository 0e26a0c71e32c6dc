"""Closes what Wagtail opens to all who may enter the backoffice: what is there for pages, and its bulk actions."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from wagtail.admin.auth import permission_denied, user_has_any_page_permission

from dossiers.models.rights import CHANGE, DELETE

# The beginnings of the names of its addresses: pages, what is chosen for them, and reports that tell who did what.
FOR_PAGES = (
    "wagtailadmin_api:",
    "wagtailadmin_choose_",
    "wagtailadmin_collections:",
    "wagtailadmin_explore",
    "wagtailadmin_pages:",
    "wagtailadmin_reports:",
    "wagtailadmin_tag_",
    "wagtailadmin_workflows:",
    "wagtaildocs_chooser:",
    "wagtailembeds:",
    "wagtailforms:",
    "wagtailimages_chooser:",
)
BULK = "wagtail_bulk_action"  # names what one may not change, and only then says so


class OpenDoorsMiddleware:
    """Answers there as Wagtail does where a right is missing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]) -> Any:
        name, user = request.resolver_match.view_name if request.resolver_match else "", request.user
        for_pages = name.startswith(FOR_PAGES) or (name == BULK and kwargs["app_label"].startswith("wagtail"))
        if not (for_pages or name == BULK) or not user.has_perm("wagtailadmin.access_admin"):
            return None  # who may not enter at all is sent to the login
        allowed = user_has_any_page_permission(user) if for_pages else may_change(user, **kwargs)
        refused: HttpResponseBase | None = None if allowed else permission_denied(request)
        return refused


def may_change(user: User | AnonymousUser, app_label: str, model_name: str, **_action: str) -> bool:
    return any(user.has_perm(f"{app_label}.{right}_{model_name}") for right in (CHANGE, DELETE))
