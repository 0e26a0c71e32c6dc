"""Where the pages of placements are."""

from typing import Any

from django.urls import reverse

from dossiers.models import Placement


def placement_url(placement: Placement, page: str = "inspect") -> str:
    return reverse(_name(page), args=[placement.pk])


def propose_url(**records: Any) -> str:
    """The page that proposes; `dossier` and `interest` are keys of what is chosen already."""
    query = "&".join(f"{name}={key}" for name, key in records.items())
    return f"{reverse(_name('add'))}?{query}" if query else reverse(_name("add"))


def board_url(query: str = "", placement: Placement | None = None) -> str:
    """The board as it was filtered, at the card of a placement."""
    url = reverse(_name("board"))
    if query:
        url += f"?{query}"
    return f"{url}#placement-{placement.pk}" if placement else url


def _name(page: str) -> str:
    name: str = Placement.snippet_viewset.get_url_name(page)  # type: ignore[attr-defined]
    return name
