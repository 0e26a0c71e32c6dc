"""A candidate at work here and proposed there: told on each page where somebody looks, and ended with one button."""

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

PLACE = "elsewhere"  # the id of the part of a page that tells it
_STAY = _("A placement stays open until you end it. Does the employer know of this candidate? Then tell them too.")
_WILL_STAY = _("When the candidate starts here, that stays open until you end it.")


@dataclass(frozen=True)
class Waiting:
    """A placement that stays open; `end_url` where one button can end it."""

    placement: Placement
    since: Any
    url: str
    end_url: str
    seen_at: str


@dataclass(frozen=True)
class Elsewhere:
    """What a page says of it."""

    heading: str | Promise
    at_work: list[Placement]  # where the candidate is at work, told in a sentence; not the page's own placement
    waiting: list[Waiting]
    text: str | Promise


def beside_work(dossier: Dossier, user: Any) -> Elsewhere | None:
    """For the page of a dossier: what stays open while the candidate is at work."""
    if not user.has_perm("dossiers.view_placement"):
        return None
    at_work, waiting = get_open_placements(dossier)
    if not at_work or not waiting:
        return None
    return Elsewhere(_("Still open beside this work"), at_work, _waiting(waiting, user), _STAY)


def beside(placement: Placement, user: Any) -> Elsewhere | None:
    """For the page of a placement: what is open for its candidate elsewhere, now or once they start here."""
    at_work, waiting = get_open_placements(placement.dossier)
    others = [other for other in waiting if other.pk != placement.pk]
    if placement.status == Step.ENDED:
        return None
    if placement.status == Step.WORKING:
        return Elsewhere(_("Still open beside this work"), [], _waiting(others, user), _STAY) if others else None
    if at_work:
        return Elsewhere(_("At work elsewhere"), at_work, _waiting([placement], user), _STAY)
    if others:
        return Elsewhere(_("Proposed elsewhere too"), [], _waiting(others, None), _WILL_STAY)
    return None


def _waiting(placements: list[Placement], user: Any) -> list[Waiting]:
    may_end = user is not None and user.has_perm("dossiers.change_placement")
    return [
        Waiting(
            placement,
            placement.reached_steps[-1][1],
            placement_url(placement),
            placement_url(placement, "other_work") if may_end else "",
            placement.changed_at.isoformat(),
        )
        for placement in placements
    ]


def tell_what_stays_open(request: HttpRequest, started: Placement) -> None:
    """At the moment of a start, wherever it was recorded."""
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
    look = messages.button(f"{placement_url(started)}#{PLACE}", gettext("Look at it"))
    messages.warning(request, words % names, buttons=[look])
