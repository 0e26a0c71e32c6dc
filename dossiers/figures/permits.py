"""Figures about the work permits requested in the period, and their outcomes on its last day, which add up."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, figure
from dossiers.figures.scope import Scope
from dossiers.models import Placement


@figure(Placement, _("permits asked"))
def permits_asked(scope: Scope) -> Q:
    return scope.within("permit_requested_on")


@figure(Placement, _("granted"))
def permits_granted(scope: Scope) -> Q:
    return permits_asked.rule(scope) & scope.until("permit_granted_on")


@figure(Placement, _("refused"))
def permits_refused(scope: Scope) -> Q:
    return permits_asked.rule(scope) & scope.not_until("permit_granted_on") & scope.until("permit_refused_on")


def is_undecided(scope: Scope) -> Q:
    """Return the condition for placements about whose permit nothing was decided on the last day."""
    return scope.not_until("permit_granted_on") & scope.not_until("permit_refused_on")


@figure(Placement, _("ended before the decision"))
def permits_dropped(scope: Scope) -> Q:
    return permits_asked.rule(scope) & is_undecided(scope) & scope.until("ended_on")


@figure(Placement, _("wait for the decision"))
def permits_waiting(scope: Scope) -> Q:
    return permits_asked.rule(scope) & is_undecided(scope) & scope.not_until("ended_on")


OUTCOMES: tuple[Figure, ...] = (permits_granted, permits_refused, permits_dropped, permits_waiting)
