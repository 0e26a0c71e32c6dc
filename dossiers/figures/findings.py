"""Figures about the confirmed barriers and opportunities noticed in the period, and whether they were solved."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, build_parts_condition, figure
from dossiers.figures.medians import median_days
from dossiers.figures.scope import Scope
from dossiers.models import Finding, FindingCategory

BARRIER, OPPORTUNITY = FindingCategory.Kind.BARRIER, FindingCategory.Kind.OPPORTUNITY


@figure(Finding, _("findings"))
def findings_noticed(scope: Scope) -> Q:
    return scope.within("noticed_on")


@figure(Finding, _("findings about a sector"))
def findings_with_sector(scope: Scope) -> Q:
    return findings_noticed.rule(scope) & ~build_parts_condition(Finding, Scope(scope.end, sector=0))


@figure(Finding, _("findings about somebody whom an organisation referred"))
def findings_with_organisation(scope: Scope) -> Q:
    return findings_noticed.rule(scope) & ~build_parts_condition(Finding, Scope(scope.end, organisation=0))


@figure(Finding, _("barriers"))
def barriers(scope: Scope) -> Q:
    return findings_noticed.rule(scope) & Q(category__kind=BARRIER)


@figure(Finding, _("opportunities"))
def opportunities(scope: Scope) -> Q:
    return findings_noticed.rule(scope) & Q(category__kind=OPPORTUNITY)


@figure(Finding, _("solved or used"))
def findings_solved(scope: Scope) -> Q:
    return findings_noticed.rule(scope) & scope.until("solved_on")


@figure(Finding, _("days until solved"), lambda findings: median_days(findings, F("noticed_on"), F("solved_on")))
def days_to_solve(scope: Scope) -> Q:
    return findings_solved.rule(scope)


SIDES: tuple[Figure, ...] = tuple(
    barriers.narrowed(Q(side=side), side.label, f"barriers_{side.value}") for side in Finding.Side
)
