"""Closes what Wagtail opens to all who may enter the backoffice, before a view has looked for any record.

Its views look first and ask for the right afterwards: by the answer one could tell which numbers there are. Its bulk
actions even name what one may not change, and only then say so.
"""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from wagtail.admin.auth import permission_denied, user_has_any_page_permission

from dossiers.models.rights import ADD, CHANGE, DELETE, VIEW

# The beginnings of names of addresses: pages, what is chosen for them, and reports that tell who did what.
FOR_PAGES = (
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
# For who has some right on this model.
FOR_RECORDS = {
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
OF_EDITORS = (":edit", ":delete", ":usage", ":history", ":history_results")  # not of who only reads
BULK = "wagtail_bulk_action"


class AdminPermissionsMiddleware:
    """Answers there as Wagtail does where a right is missing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]) -> Any:
        name = request.resolver_match.view_name if request.resolver_match else ""
        closed = closed_to(name, kwargs)
        if closed is None or not request.user.has_perm("wagtailadmin.access_admin"):
            return None  # who may not enter at all is sent to the login
        refused: HttpResponseBase | None = permission_denied(request) if closed(request.user) else None
        return refused


def closed_to(name: str, kwargs: dict[str, Any]) -> Callable[[User | AnonymousUser], bool] | None:
    """To whom an address of that name is closed; None where its view's own answer is enough."""
    if name.startswith(FOR_PAGES) or (name == BULK and kwargs["app_label"].startswith("wagtail")):
        return lambda user: not user_has_any_page_permission(user)
    if name.startswith("wagtailsettings:"):
        return without_right(f"{kwargs['app_name']}.{kwargs['model_name']}", CHANGE)
    if name == BULK:
        return without_right(f"{kwargs['app_label']}.{kwargs['model_name']}", CHANGE, DELETE)
    if snippet := SNIPPETS.match(name):
        reading = () if name.endswith(OF_EDITORS) else (VIEW,)
        return without_right(".".join(snippet.groups()), *reading, ADD, CHANGE, DELETE)
    for beginning, model in FOR_RECORDS.items():
        if name.startswith(beginning):
            return without_right(model, VIEW, ADD, CHANGE, DELETE)
    return None


def without_right(model: str, *rights: str) -> Callable[[User | AnonymousUser], bool]:
    app_label, _dot, name = model.partition(".")
    return lambda user: not any(user.has_perm(f"{app_label}.{right}_{name}") for right in rights)
