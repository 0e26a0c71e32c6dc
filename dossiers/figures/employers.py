"""Figures about the offers of employers in the period, and their results on its last day."""

from typing import cast

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, figure
from dossiers.figures.scope import Scope
from dossiers.models import ContactMoment, Employer, EmployerInterest, Placement


def _sum_positions(interests: QuerySet) -> int:
    return cast(int, interests.aggregate(sum=Sum("positions"))["sum"] or 0)


def _has_placement(rule: Q) -> Q:
    return Q(Exists(Placement.objects.filter(rule, interest=OuterRef("pk"))))


@figure(EmployerInterest, _("sign-ups of employers"))
def interests(scope: Scope) -> Q:
    return scope.within_moments("created_at")


@figure(EmployerInterest, _("places offered"), _sum_positions)
def places_offered(scope: Scope) -> Q:
    return interests.rule(scope)


@figure(EmployerInterest, _("spoken with"))
def spoken_with(scope: Scope) -> Q:
    """Count interests with a contact moment about them or their employer, or with an interview."""
    held = ContactMoment.objects.filter(scope.until("held_on"))
    spoken = Q(Exists(held.filter(interest=OuterRef("pk")))) | Q(
        Exists(held.filter(employer=OuterRef("employer"), employer__isnull=False))
    )
    return interests.rule(scope) & (spoken | _has_placement(scope.until("interview_on")))


@figure(EmployerInterest, _("a candidate was proposed"))
def interests_proposed(scope: Scope) -> Q:
    return interests.rule(scope) & _has_placement(scope.until("proposed_on"))


@figure(EmployerInterest, _("somebody started"))
def interests_hired(scope: Scope) -> Q:
    return interests.rule(scope) & _has_placement(scope.until("working_on"))


@figure(EmployerInterest, _("closed without a start"))
def interests_closed(scope: Scope) -> Q:
    return interests.rule(scope) & Q(status="closed") & ~_has_placement(scope.until("working_on"))


@figure(Employer, _("employers where somebody started"))
def employers_hired(scope: Scope) -> Q:
    return Q(Exists(Placement.objects.filter(scope.within("working_on"), interest__employer=OuterRef("pk"))))


STEPS: tuple[Figure, ...] = (interests, spoken_with, interests_proposed, interests_hired, interests_closed)
