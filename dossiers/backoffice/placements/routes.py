"""The URLs of placements, and who may open the form of a proposal."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from dossiers.models import Placement


def placement_url(placement: Placement, page: str = "inspect", **query: str) -> str:
    """Return the URL of a page of a placement; `board` is the query string of the board that it leads back to."""
    url = reverse(_get_url_name(page), args=[placement.pk])
    filled = {name: value for name, value in query.items() if value}
    return f"{url}?{urlencode(filled)}" if filled else url


def propose_url(**records: Any) -> str:
    """Return the URL of the form of a proposal; `dossier` and `interest` are the ids that are already chosen."""
    query = "&".join(f"{name}={key}" for name, key in records.items())
    return f"{reverse(_get_url_name('add'))}?{query}" if query else reverse(_get_url_name("add"))


def may_propose(user: Any, record: Any) -> bool:
    """Whether the user may propose for this dossier or interest; not while the candidate or employer may withdraw."""
    return bool(user.has_perm("dossiers.add_placement") and not record.awaits_withdrawal_outcome)


def board_url(query: str = "", placement: Placement | None = None) -> str:
    """Return the URL of the board with the filters of `query`, scrolled to the card of `placement`."""
    url = reverse(_get_url_name("board"))
    if query:
        url += f"?{QueryDict(query).urlencode()}"
    return f"{url}#placement-{placement.pk}" if placement else url


def _get_url_name(page: str) -> str:
    name: str = Placement.snippet_viewset.get_url_name(page)  # type: ignore[attr-defined]
    return name
