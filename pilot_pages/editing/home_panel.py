"""The panel of communications staff on the home page of the backoffice, with counts that link to lists."""

from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.models import Site, TaskState

from admin_pages.tiles import Tile
from dates.format import format_date
from dossiers.models import Pilot
from pilot_pages.editing.drafts import find_drafts, find_scheduled_pages
from pilot_pages.editing.review_items import count_due_checks, get_editable_pages
from pilot_pages.models import LinkCheck
from pilot_pages.site_settings import Phase, PilotSettings

SETTINGS_PERMISSION = "pilot_pages.change_pilotsettings"


def list_tiles(user: Any) -> Iterator[Tile]:
    waiting = TaskState.objects.reviewable_by(user).count()
    to_approve = f"{reverse('wagtailadmin_reports:workflow')}?reviewable=true"
    yield Tile(_("Pages that wait for your approval"), waiting, to_approve, urgent=True)
    number = count_due_checks(user, timezone.localdate())
    yield Tile(_("Facts and pages to check"), number, reverse("pilot_pages_to_check"), urgent=True)
    if settings.CHECK_LINKS:
        dead = LinkCheck.objects.dead().count()
        yield Tile(_("Links that do not work"), dead, reverse("pilot_pages_dead_links"), urgent=True)
    yield Tile(_("Drafts that wait"), find_drafts(user).count(), reverse("pilot_pages_drafts"))
    yield Tile(_("Scheduled pages"), find_scheduled_pages(user).count(), reverse("pilot_pages_scheduled"))


def list_empty_settings(user: Any) -> list[tuple[str, str]]:
    """Return (label, URL of the form) of each site setting that is still empty."""
    if not user.has_perm(SETTINGS_PERMISSION):
        return []
    return [
        (label, build_settings_url(site, name))
        for site in Site.objects.all()
        for name, label in PilotSettings.for_site(site).empty_fields().items()
    ]


def list_phase_contradictions(user: Any) -> list[tuple[str, str]]:
    """Return (text, URL of the form) of each site whose phase contradicts the dates of the budget and planning."""
    if not user.has_perm(SETTINGS_PERMISSION):
        return []
    pilot, today = Pilot.load(), timezone.localdate()
    texts: dict[str, str] = {}
    if pilot.starts_on and pilot.starts_on <= today:
        text = gettext("By “Budget and planning” the pilot began on %(day)s, but the site says that it has not begun.")
        texts[Phase.NOT_BEGUN] = text % {"day": format_date(pilot.starts_on)}
    if pilot.ends_on and pilot.ends_on < today:
        text = gettext("By “Budget and planning” the pilot ended on %(day)s, but for the site it still runs.")
        texts[Phase.RUNNING] = text % {"day": format_date(pilot.ends_on)}
    phases = [(site, PilotSettings.for_site(site).phase) for site in Site.objects.all()]
    return [(texts[phase], build_settings_url(site, "phase")) for site, phase in phases if phase in texts]


def build_settings_url(site: Site, field: str) -> str:
    return f"{reverse('wagtailsettings:edit', args=['pilot_pages', 'pilotsettings', site.pk])}#id_{field}"


class EditorDashboard(Component):
    name = "editors_desk"
    template_name = "pilot_pages/editing/start.html"
    order = 20

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = cast(User, parent_context["request"].user)
        return {
            "tiles": list(list_tiles(user)),
            "contradictions": list_phase_contradictions(user),
            "empty": list_empty_settings(user),
        }


def add_editor_dashboard(request: HttpRequest, panels: list[Any]) -> None:
    """Implement Wagtail's hook `construct_homepage_panels`: add the panel for users who can edit pages."""
    if get_editable_pages(request.user).exists():
        panels.insert(0, EditorDashboard())
