"""Figures about the placements that started or ended in the period, and those that lasted 13 and 26 weeks."""

from datetime import timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, figure
from dossiers.figures.scope import Scope
from dossiers.models import Placement

WEEKS = (13, 26)
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


def _long_enough_ago(weeks: int) -> Figure:
    @figure(Placement, _("started long enough ago"), name=f"started_{weeks}_weeks_ago")
    def started_weeks_ago(scope: Scope) -> Q:
        return started.rule(scope) & Q(working_on__lte=scope.end - timedelta(weeks=weeks))

    return started_weeks_ago


def _stayed(weeks: int) -> Figure:
    @figure(Placement, _("still at work then"), name=f"stayed_{weeks}_weeks")
    def stayed(scope: Scope) -> Q:
        """Count placements that have not ended, or that ended that many weeks after the start or later."""
        lasted = Q(ended_on=None) | Q(GreaterThanOrEqual(LASTED, timedelta(weeks=weeks)))
        return LONG_ENOUGH_AGO[weeks].rule(scope) & lasted

    return stayed


LONG_ENOUGH_AGO: dict[int, Figure] = {weeks: _long_enough_ago(weeks) for weeks in WEEKS}
STAYED: dict[int, Figure] = {weeks: _stayed(weeks) for weeks in WEEKS}
