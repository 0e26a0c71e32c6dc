"""A system check for the contact details that the municipality must fill in before the site goes live."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.db import DatabaseError
from wagtail.models import Site

from pilot_pages.site_settings import PilotSettings


@register("site_settings", deploy=True)
def check_site_settings(**_kwargs: Any) -> list[CheckMessage]:
    """Return a warning for each empty contact detail of each site."""
    try:
        settings_of = [(site, PilotSettings.objects.filter(site=site).first()) for site in Site.objects.all()]
    except DatabaseError:  # not migrated yet
        return []
    return [
        Warning(
            f"The site {site.hostname} has no “{name}” yet.",
            hint="Fill it in at Instellingen in the backoffice; pages leave it out until then.",
            id="pilot_pages.W001",
        )
        for site, empty in settings_of
        for name in (empty or PilotSettings()).empty_fields().values()
    ]
