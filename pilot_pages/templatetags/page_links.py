"""Template tags for the places that lead to a page that is unpublished or deleted."""

from dataclasses import dataclass
from typing import Any

from django import template
from wagtail.models import Page

from pilot_pages.editing.linking_places import LinkingPlace, list_linking_places

register = template.Library()


@dataclass(frozen=True)
class PlacesOnScreen:
    """The page that a screen of Wagtail unpublishes or deletes, and the places that lead to what would go."""

    page: Page
    places: list[LinkingPlace]
    deleted: bool
    descendants_too: bool


@register.filter
def places_with_links(page: Page) -> list[LinkingPlace]:
    """Return the places that lead to this page itself, for a screen that unpublishes it."""
    return list_linking_places([page])


@register.simple_tag(takes_context=True)
def places_on_screen(context: dict[str, Any]) -> PlacesOnScreen | None:
    """Return what the screen's page is linked from; None if the screen is about another kind of record.

    Wagtail's screens that delete pages count the descendants, which are deleted too.
    """
    page = context.get("page")
    details: Any = page if isinstance(page, dict) else context  # a bulk action has a dict for each page
    page = page["item"] if isinstance(page, dict) else page
    if not isinstance(page, Page):
        return None
    if "descendant_count" not in details:
        return PlacesOnScreen(page, list_linking_places([page]), deleted=False, descendants_too=False)
    descendants = list(page.get_descendants())
    removed = [item["item"] for item in context.get("items") or ()] or [page]
    places = list_linking_places([page, *descendants], removed=removed)
    return PlacesOnScreen(page, places, deleted=True, descendants_too=bool(descendants))
