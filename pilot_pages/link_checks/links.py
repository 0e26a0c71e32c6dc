"""The addresses of other sites that editors typed: in rules in force, live pages and the settings of the site."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from dossiers.models import Regulation
from pilot_pages.editing.linking_places import LinkingPlace
from pilot_pages.facts import regulations_in_force
from pilot_pages.link_checks.models import MAX_ADDRESS_LENGTH
from pilot_pages.models import PilotSettings

HREF = re.compile(r'href="(https?://[^"]+)"')
ADDRESS = re.compile(r"https?://\S+")


def find_links() -> dict[str, list[LinkingPlace]]:
    """Return the places of each address."""
    places: dict[str, list[LinkingPlace]] = defaultdict(list)
    for address, place in _iterate_addresses():
        is_own = address == settings.BASE_URL or address.startswith(f"{settings.BASE_URL}/")
        if not is_own and len(address) <= MAX_ADDRESS_LENGTH and place not in places[address]:
            places[address].append(place)
    return {address: found_places for address, found_places in places.items() if found_places}


def _iterate_addresses() -> Iterator[tuple[str, LinkingPlace]]:
    edit = Regulation.snippet_viewset.get_url_name("edit")  # type: ignore[attr-defined]
    keys = Regulation.objects.order_by().values_list("key", flat=True).distinct()
    for rule in regulations_in_force(keys).values():
        place = LinkingPlace(gettext("Rule: %(title)s") % {"title": rule.title}, reverse(edit, args=[rule.pk]))
        for address in (rule.source_url, rule.apply_url):
            if address:
                yield address, place
    for page in Page.objects.live().filter(depth__gt=1).order_by("path").specific():
        place = LinkingPlace(page.get_admin_display_title(), reverse("wagtailadmin_pages:edit", args=[page.pk]))
        for field in page._meta.concrete_fields:
            value = field.value_from_object(page)
            for address in _find_in(field.get_prep_value(value) if isinstance(field, StreamField) else value):
                yield address, place
    for site in Site.objects.all():
        url = reverse("wagtailsettings:edit", args=["pilot_pages", "pilotsettings", site.pk])
        for name in ("accessibility_statement", "security_contact"):
            for address in _find_in(getattr(PilotSettings.for_site(site), name)):
                yield address, LinkingPlace(gettext("Settings of the site"), f"{url}#id_{name}")


def _find_in(value: Any) -> Iterator[str]:
    """Yield the addresses in a stored value: links in rich text, and texts that are an address as a whole."""
    if isinstance(value, str):
        if ADDRESS.fullmatch(value):
            yield value
        yield from map(unescape, HREF.findall(value))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _find_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _find_in(item)
