"""What employers offered in the period, and what had come of it on its last day."""

from typing import cast

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, figure
from dossiers.figures.scope import Scope
from dossiers.models import ContactMoment, Employer, EmployerInterest, Placement


def _places(interests: QuerySet) -> int:
    return cast(int, interests.aggregate(sum=Sum("positions"))["sum"] or 0)


def _placed(rule: Q) -> Q:
    return Q(Exists(Placement.objects.filter(rule, interest=OuterRef("pk"))))


@figure(EmployerInterest, _("sign-ups of employers"))
def interests(scope: Scope) -> Q:
    return scope.within_moments("created_at")


@figure(EmployerInterest, _("places offered"), _places)
def places_offered(scope: Scope) -> Q:
    return interests.rule(scope)


@figure(EmployerInterest, _("spoken with"))
def spoken_with(scope: Scope) -> Q:
    """A contact moment about the offer or its employer, or an interview."""
    held = ContactMoment.objects.filter(scope.until("held_on"))
    spoken = Q(Exists(held.filter(interest=OuterRef("pk")))) | Q(
        Exists(held.filter(employer=OuterRef("employer"), employer__isnull=False))
    )
    return interests.rule(scope) & (spoken | _placed(scope.until("interview_on")))


@figure(EmployerInterest, _("a candidate was proposed"))
def interests_proposed(scope: Scope) -> Q:
    return interests.rule(scope) & _placed(scope.until("proposed_on"))


@figure(EmployerInterest, _("somebody started"))
def interests_hired(scope: Scope) -> Q:
    return interests.rule(scope) & _placed(scope.until("working_on"))


@figure(EmployerInterest, _("closed without a start"))
def interests_closed(scope: Scope) -> Q:
    return interests.rule(scope) & Q(status="closed") & ~_placed(scope.until("working_on"))


@figure(Employer, _("employers where somebody started"))
def employers_hired(scope: Scope) -> Q:
    return Q(Exists(Placement.objects.filter(scope.within("working_on"), interest__employer=OuterRef("pk"))))


STEPS: tuple[Figure, ...] = (interests, spoken_with, interests_proposed, interests_hired, interests_closed)
