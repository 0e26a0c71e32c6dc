"""Warnings on pages about candidates who are at work at one employer and proposed to another."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from dossiers.backoffice.placements.routes import placement_url
from dossiers.models import Dossier, Placement, Step
from dossiers.models.placements.competing_placements import get_open_placements

FRAGMENT = "elsewhere"  # the id of the section with the warning
STAYS_OPEN_TEXT = _(
    "A placement stays open until you end it. Does the employer know of this candidate? Then tell them too."
)
WILL_STAY_OPEN_TEXT = _("When the candidate starts here, that stays open until you end it.")


@dataclass(frozen=True)
class OpenPlacement:
    """A placement that stays open; `end_url` is empty if the user may not end it."""

    placement: Placement
    since: Any
    url: str
    end_url: str
    seen_at: str


@dataclass(frozen=True)
class CompetingPlacements:
    """The content of the warning."""

    heading: str | Promise
    at_work: list[Placement]  # where the candidate is at work, without the placement that the page is about
    waiting: list[OpenPlacement]
    text: str | Promise


def find_placements_beside_work(dossier: Dossier, user: Any) -> CompetingPlacements | None:
    """Return the placements that are open while the candidate is at work, or None if there are none."""
    if not user.has_perm("dossiers.view_placement"):
        return None
    at_work, waiting = get_open_placements(dossier)
    if not at_work or not waiting:
        return None
    return CompetingPlacements(
        _("Still open beside this work"), at_work, _build_open_placements(waiting, user), STAYS_OPEN_TEXT
    )


def find_competing_placements(placement: Placement, user: Any) -> CompetingPlacements | None:
    """Return the other open placements of the candidate of this placement, or None if there are none."""
    at_work, waiting = get_open_placements(placement.dossier)
    others = [other for other in waiting if other.pk != placement.pk]
    if placement.status == Step.ENDED:
        return None
    if placement.status == Step.WORKING:
        return (
            CompetingPlacements(
                _("Still open beside this work"), [], _build_open_placements(others, user), STAYS_OPEN_TEXT
            )
            if others
            else None
        )
    if at_work:
        return CompetingPlacements(
            _("At work elsewhere"), at_work, _build_open_placements([placement], user), STAYS_OPEN_TEXT
        )
    if others:
        return CompetingPlacements(
            _("Proposed elsewhere too"), [], _build_open_placements(others, None), WILL_STAY_OPEN_TEXT
        )
    return None


def _build_open_placements(placements: list[Placement], user: Any) -> list[OpenPlacement]:
    may_end = user is not None and user.has_perm("dossiers.change_placement")
    return [
        OpenPlacement(
            placement,
            placement.reached_steps[-1][1],
            placement_url(placement),
            placement_url(placement, "other_work") if may_end else "",
            placement.changed_at.isoformat(),
        )
        for placement in placements
    ]


def warn_about_open_placements(request: HttpRequest, started: Placement) -> None:
    """Add a message about the other open placements of a candidate who just started to work."""
    _at_work, waiting = get_open_placements(started.dossier)
    if not waiting:
        return
    words = ngettext(
        "%(who)s has %(count)d other placement open: %(where)s. It stays open until you end it.",
        "%(who)s has %(count)d other placements open: %(where)s. They stay open until you end them.",
        len(waiting),
    )
    where = "; ".join(f"{placement.interest.company_name} ({placement.get_status_display()})" for placement in waiting)
    names = {"who": started.dossier.full_name, "count": len(waiting), "where": where}
    link = messages.button(f"{placement_url(started)}#{FRAGMENT}", gettext("Look at it"))
    messages.warning(request, words % names, buttons=[link])
