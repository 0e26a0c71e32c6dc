"""The first screen of communications staff: what waits for them on the site, each with the way to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.models import Site, TaskState

from pilot_pages.editing.drafts import drafts, scheduled
from pilot_pages.editing.review_items import editable_pages, number_to_check
from pilot_pages.site_settings import PilotSettings

SETTINGS_RIGHT = "pilot_pages.change_pilotsettings"


@dataclass(frozen=True)
class Tile:
    label: str | Promise
    count: int
    url: str
    urgent: bool = False  # somebody waits for it


def tiles(user: Any) -> Iterator[Tile]:
    waiting = TaskState.objects.reviewable_by(user).count()
    to_approve = f"{reverse('wagtailadmin_reports:workflow')}?reviewable=true"
    yield Tile(_("Pages that wait for your approval"), waiting, to_approve, urgent=True)
    number = number_to_check(user, timezone.localdate())
    yield Tile(_("Facts and pages to check"), number, reverse("pilot_pages_to_check"), urgent=True)
    yield Tile(_("Drafts that wait"), drafts(user).count(), reverse("pilot_pages_drafts"))
    yield Tile(_("Scheduled pages"), scheduled(user).count(), reverse("pilot_pages_scheduled"))


def empty_settings(user: Any) -> list[tuple[str, str]]:
    """What is still to be filled in, by its name, with the address of its form."""
    if not user.has_perm(SETTINGS_RIGHT):
        return []
    return [
        (label, f"{reverse('wagtailsettings:edit', args=['pilot_pages', 'pilotsettings', site.pk])}#id_{name}")
        for site in Site.objects.all()
        for name, label in PilotSettings.for_site(site).empty_fields().items()
    ]


class EditorDashboard(Component):
    name = "editors_desk"
    template_name = "pilot_pages/editing/start.html"
    order = 20

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = cast(User, parent_context["request"].user)
        return {"tiles": list(tiles(user)), "empty": empty_settings(user)}


def editors_panel(request: HttpRequest, panels: list[Any]) -> None:
    """For Wagtail's hook `construct_homepage_panels`."""
    if editable_pages(request.user).exists():
        panels.insert(0, EditorDashboard())
