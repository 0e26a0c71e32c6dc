"""The list of links that do not work, with the places where editors change them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from dates.format import format_date
from pilot_pages.editing.linking_places import LinkingPlace
from pilot_pages.editing.review_items import get_editable_pages
from pilot_pages.link_checks.links import find_links
from pilot_pages.models import LinkCheck


class PlacesColumn(Column):
    """The places that have the link, each with a link to where it is edited."""

    cell_template_name = "pilot_pages/editing/places_cell.html"

    def __init__(self, places: dict[str, list[LinkingPlace]], **kwargs: Any) -> None:
        super().__init__("places", **kwargs)
        self.places = places

    def get_value(self, instance: LinkCheck) -> list[LinkingPlace]:
        return self.places.get(instance.address, [])


class DeadLinksView(ReportView):
    page_title = _("Links that do not work")
    header_icon = "link-external"
    model = LinkCheck
    permission_policy = policy_registry.get_by_type(Page)
    any_permission_required = ("change", "publish")
    index_url_name = "pilot_pages_dead_links"
    index_results_url_name = "pilot_pages_dead_links_results"
    results_template_name = "pilot_pages/editing/dead_links_results.html"
    list_export = ("address", "problem", "checked_at")
    export_headings = {"address": _("Address"), "problem": _("What is wrong"), "checked_at": _("Last checked")}

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column("address", label=_("Address"), classname="to-check-where"),
            Column("problem", label=_("What is wrong")),
            PlacesColumn(find_links(), label=_("Where it is")),
            Column("checked", label=_("Last checked"), accessor=lambda check: format_date(check.checked_at)),
        ]

    def get_base_queryset(self) -> Any:
        return LinkCheck.objects.dead()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(*args, **kwargs) | {"is_off": not settings.CHECK_LINKS}

    def get_filename(self) -> str:
        return gettext("dead-links")


class DeadLinksMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return get_editable_pages(request.user).exists()


def build_dead_links_menu_item() -> MenuItem:
    return DeadLinksMenuItem(
        _("Links that do not work"),
        reverse_lazy("pilot_pages_dead_links"),
        name="dead-links",
        icon_name="link-external",
    )
