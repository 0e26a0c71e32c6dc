"""Figures about the placements that started or ended in the period, and those that lasted 13 and 26 weeks."""

from datetime import timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, figure
from dossiers.figures.scope import Scope
from dossiers.models import Placement

LASTED = ExpressionWrapper(F("ended_on") - F("working_on"), output_field=DurationField())


@figure(Placement, _("started at work"))
def started(scope: Scope) -> Q:
    return scope.within("working_on")


@figure(Placement, _("at work on the last day"))
def at_work_on_last_day(scope: Scope) -> Q:
    return scope.until("working_on") & scope.not_until("ended_on")


@figure(Placement, _("placements that ended after somebody began"))
def ended(scope: Scope) -> Q:
    return scope.within("ended_on") & Q(working_on__isnull=False)


@figure(Placement, _("placements that ended before anybody began"))
def ended_before_work(scope: Scope) -> Q:
    return scope.within("ended_on") & Q(working_on=None)


def _build_figures_after(weeks: int) -> tuple[Figure, Figure]:
    """Return the figures of the placements that started long enough ago, and of those that lasted that long."""

    @figure(Placement, _("started long enough ago"), name=f"started_{weeks}_weeks_ago")
    def started_weeks_ago(scope: Scope) -> Q:
        return started.rule(scope) & Q(working_on__lte=scope.end - timedelta(weeks=weeks))

    lasted = Q(ended_on=None) | Q(GreaterThanOrEqual(LASTED, timedelta(weeks=weeks)))
    return started_weeks_ago, started_weeks_ago.narrowed(lasted, _("still at work then"), f"stayed_{weeks}_weeks")


PAIRS: dict[int, tuple[Figure, Figure]] = {weeks: _build_figures_after(weeks) for weeks in (13, 26)}
"""The figures of those who started so many weeks ago or longer, and of those among them who stayed that long."""
