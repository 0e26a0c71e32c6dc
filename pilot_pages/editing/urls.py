"""The URLs of the pages for editors, and the menu item of the list of checks."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from pilot_pages.editing.dead_links import DeadLinksView
from pilot_pages.editing.drafts import DraftsView, ScheduledView
from pilot_pages.editing.failed_searches import UnfoundWordsView
from pilot_pages.editing.page_check import PageCheckView
from pilot_pages.editing.review_items import get_editable_pages
from pilot_pages.editing.review_list import ToCheckView
from pilot_pages.editing.workflow_cancellation import CancelWorkflowView
from pilot_pages.models import HomePage


def urls() -> list[URLPattern]:
    urlpatterns = [
        path("to-check/pages/<int:pk>/", PageCheckView.as_view(), name="pilot_pages_page_checked"),
        path("pages/<int:pk>/cancel-workflow/", CancelWorkflowView.as_view(), name="pilot_pages_cancel_workflow"),
    ]
    for route, view in (
        ("to-check", ToCheckView),
        ("dead-links", DeadLinksView),
        ("unfound-words", UnfoundWordsView),
        ("drafts", DraftsView),
        ("scheduled", ScheduledView),
    ):
        name = view.index_url_name
        urlpatterns.append(path(f"{route}/", view.as_view(), name=name))
        urlpatterns.append(path(f"{route}/results/", view.as_view(results_only=True), name=f"{name}_results"))
    return urlpatterns


class ToCheckMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return get_editable_pages(request.user).exists()


def get_identity_url() -> str:
    """Return the URL of the form of the Dutch home page, which has the name and the logo; "" without such a page."""
    home = HomePage.find_live(settings.LANGUAGE_CODE)
    return reverse("wagtailadmin_pages:edit", args=[home.pk]) if home else ""


class IdentityMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        home = HomePage.find_live(settings.LANGUAGE_CODE)
        return home is not None and home.permissions_for_user(request.user).can_edit()


def build_identity_menu_item() -> MenuItem:
    url = lazy(get_identity_url, str)()
    return IdentityMenuItem(_("Name and logo"), url, name="site-identity", icon_name="image")


def build_to_check_menu_item() -> MenuItem:
    return ToCheckMenuItem(
        _("Facts and pages to check"), reverse_lazy("pilot_pages_to_check"), name="to-check", icon_name="clipboard-list"
    )
