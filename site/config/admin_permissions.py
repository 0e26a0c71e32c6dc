"""A permission check that runs before Wagtail's views load any record.

Wagtail's views load the record first and check the permission afterwards, so that the status (404 or a redirect)
reveals which ids exist. Its bulk actions even show the names of records that the user may not change.
"""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from wagtail.admin.auth import permission_denied, user_has_any_page_permission

from dossiers.models.rights import ADD, CHANGE, DELETE, VIEW

# Views for users with a permission on at least one page: pages, choosers, images, documents and reports about pages.
PAGE_VIEW_PREFIXES = (
    "simple_translation:",
    "wagtailadmin_api:",
    "wagtailadmin_choose_",
    "wagtailadmin_collections:",
    "wagtailadmin_explore",
    "wagtailadmin_pages:",
    "wagtailadmin_reports:",
    "wagtailadmin_tag_",
    "wagtailadmin_workflows:",
    "wagtaildocs:",
    "wagtaildocs_chooser:",
    "wagtailembeds:",
    "wagtailforms:",
    "wagtailimages:",
    "wagtailimages_chooser:",
)
# Views for users with any permission on the model.
MODELS_BY_VIEW_PREFIX = {
    "dossiers_approve_rule_translation": "dossiers.regulation",
    "dossiers_evaluation": "dossiers.evaluation",
    "dossiers_import": "dossiers.importrun",
    "dossiers_mark_checked": "dossiers.regulation",
    "dossiers_report": "dossiers.pilot",
    "dossiers_take_over": "dossiers.employerinterest",
    "webhooks:": "pilot_pages.webhook",
    "wagtailredirects:": "wagtailredirects.redirect",
    "wagtailsites:": "wagtailcore.site",
    "wagtailusers_groups:": "auth.group",
    "wagtailusers_users:": "auth.user",
}
SNIPPETS = re.compile(r"wagtailsnippets_([a-z]+)_([a-z]+):")
# Views of a snippet that the view permission alone does not open.
EDITOR_VIEW_SUFFIXES = (":edit", ":delete", ":usage", ":history", ":history_results")
BULK_ACTION_VIEW = "wagtail_bulk_action"


class AdminPermissionsMiddleware:
    """Answers as Wagtail does if the user lacks the permission."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]) -> Any:
        name = request.resolver_match.view_name if request.resolver_match else ""
        is_refused = find_refusal_rule(name, kwargs)
        if is_refused is None or not request.user.has_perm("wagtailadmin.access_admin"):
            return None  # Wagtail sends users without access to the backoffice to the login
        response: HttpResponseBase | None = permission_denied(request) if is_refused(request.user) else None
        return response


def find_refusal_rule(name: str, kwargs: dict[str, Any]) -> Callable[[User | AnonymousUser], bool] | None:
    """Return a function that tells whether a user is refused; None if the view's own check is enough."""
    if name.startswith(PAGE_VIEW_PREFIXES) or (name == BULK_ACTION_VIEW and kwargs["app_label"].startswith("wagtail")):
        return lambda user: not user_has_any_page_permission(user)
    if name.startswith("wagtailsettings:"):
        return lacks_permission(f"{kwargs['app_name']}.{kwargs['model_name']}", CHANGE)
    if name == BULK_ACTION_VIEW:
        return lacks_permission(f"{kwargs['app_label']}.{kwargs['model_name']}", CHANGE, DELETE)
    if snippet := SNIPPETS.match(name):
        view_action = () if name.endswith(EDITOR_VIEW_SUFFIXES) else (VIEW,)
        return lacks_permission(".".join(snippet.groups()), *view_action, ADD, CHANGE, DELETE)
    for prefix, model in MODELS_BY_VIEW_PREFIX.items():
        if name.startswith(prefix):
            return lacks_permission(model, VIEW, ADD, CHANGE, DELETE)
    return None


def lacks_permission(model: str, *actions: str) -> Callable[[User | AnonymousUser], bool]:
    """Return a function that tells whether a user has none of the permissions; `model` is "app_label.model"."""
    app_label, _dot, name = model.partition(".")
    return lambda user: not any(user.has_perm(f"{app_label}.{action}_{name}") for action in actions)
