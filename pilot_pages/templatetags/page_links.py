"""Template tags for what leads to a page that is unpublished, deleted or moved, and for the places that use a rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from wagtail.models import Page

from pilot_pages.editing.linking_places import LinkingPlace, list_linking_places, list_live_translations
from pilot_pages.editing.rule_places import list_rule_places

register = template.Library()


@dataclass(frozen=True)
class PlacesOnScreen:
    """The page that a screen of Wagtail unpublishes or deletes, and the places that lead to what would go."""

    page: Page
    places: list[LinkingPlace]
    deleted: bool = False
    descendants_too: bool = False  # the places include those that lead to the descendants
    live_descendants: int = 0  # that the user may unpublish with the page
    further_places: Sequence[LinkingPlace] = ()  # that lead to the live descendants only
    live_translations: Sequence[LinkingPlace] = ()  # that stay on the site without the page


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
    removed = [item["item"] for item in context.get("items") or ()] or [page]
    if "descendant_count" not in details:  # the page is unpublished
        places, descendants = list_linking_places([page]), list(page.get_descendants().live())
        to_descendants = list_linking_places(descendants, removed=[page]) if descendants else []
        further_places = [place for place in to_descendants if place not in places]
        return PlacesOnScreen(
            page,
            places,
            live_descendants=len(descendants),
            further_places=further_places,
            live_translations=list_live_translations([page], removed),
        )
    descendants = list(page.get_descendants())
    places = list_linking_places([page, *descendants], removed=removed)
    live_translations = list_live_translations([page, *descendants], removed)
    return PlacesOnScreen(
        page, places, deleted=True, descendants_too=bool(descendants), live_translations=live_translations
    )


@dataclass(frozen=True)
class MoveOnScreen:
    """The effect that moving pages has on readers."""

    changes_addresses: bool  # of pages on the site; Wagtail then creates redirects by itself
    live_translations: Sequence[LinkingPlace]  # that do not move along


@register.simple_tag(takes_context=True)
def move_on_screen(context: dict[str, Any]) -> MoveOnScreen:
    """Return what the move of the screen's page, or of the pages of a bulk action, changes."""
    pages = [item["item"] for item in context.get("items") or ()] or [context["page_to_move"]]
    changes_addresses = any(page.get_descendants(inclusive=True).live().exists() for page in pages)
    return MoveOnScreen(changes_addresses, list_live_translations(pages, pages))


@register.simple_tag(takes_context=True)
def places_of_rule(context: dict[str, Any]) -> list[LinkingPlace]:
    """Return the places that use the rule of the screen."""
    return list_rule_places(context["object"])
