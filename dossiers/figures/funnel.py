"""Figures about the steps that the candidates registered in the period had reached on its last day."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, build_employer_sector_condition, figure
from dossiers.figures.permits import is_undecided
from dossiers.figures.retention import at_work_on_last_day
from dossiers.figures.scope import Scope
from dossiers.models import Dossier, Placement, Requirements, Status
from dossiers.models.placements.introductions import was_introduced

BEYOND_REGISTERED = (Status.INTAKE, Status.AVAILABLE, Status.MATCHED, Status.WORKING, Status.COMPLETED)


def has_placement(rule: Q) -> Q:
    """Return the condition for dossiers with a placement that meets the rule."""
    return Q(Exists(Placement.objects.filter(rule, dossier=OuterRef("pk"))))


def had_status(statuses: tuple[Status, ...], scope: Scope) -> Q:
    """Return the condition for dossiers whose history has one of these statuses on the last day or before."""
    earlier = Dossier.history.model.objects.filter(scope.until_moment("history_date"), id=OuterRef("pk"))
    return Q(Exists(earlier.filter(status__in=statuses)))


@figure(Dossier, _("registered"))
def registered(scope: Scope) -> Q:
    return scope.within_moments("created_at")


@figure(Dossier, _("had the expectation talk"))
def talked(scope: Scope) -> Q:
    return registered.rule(scope) & scope.until("expectation_talk_on")


@figure(Dossier, _("had the intake"))
def had_intake(scope: Scope) -> Q:
    return registered.rule(scope) & had_status(BEYOND_REGISTERED, scope)


@figure(Dossier, _("may do paid work"))
def eligible(scope: Scope) -> Q:
    """Count candidates whose waiting time is over on the last day or who need no permit (BuWav 2022 art. 6.2)."""
    asked = Requirements.on(scope.end)
    return registered.rule(scope) & ~asked.missing_condition("waiting_time") & ~asked.missing_condition("work_right")


@figure(Dossier, _("proposed to an employer"))
def proposed(scope: Scope) -> Q:
    return registered.rule(scope) & has_placement(was_introduced(scope.end))


@figure(Dossier, _("wait for a permit"))
def waiting_for_permit(scope: Scope) -> Q:
    waiting = scope.until("permit_requested_on") & is_undecided(scope) & scope.not_until("ended_on")
    return registered.rule(scope) & has_placement(waiting)


@figure(Dossier, _("worked a day or more"))
def worked(scope: Scope) -> Q:
    return registered.rule(scope) & has_placement(scope.until("working_on"))


@figure(Dossier, _("still at work"))
def still_at_work(scope: Scope) -> Q:
    return registered.rule(scope) & has_placement(at_work_on_last_day.rule(scope))


@figure(Dossier, _("withdrew"))
def withdrew(scope: Scope) -> Q:
    return registered.rule(scope) & Q(status=Status.WITHDRAWN) & had_status((Status.WITHDRAWN,), scope)


@figure(Dossier, _("people at work on the last day"), rule_parts=["sector"])
def people_at_work(scope: Scope) -> Q:
    """Count people with a running placement; in a sector those whose placement is at an employer of the sector."""
    return has_placement(at_work_on_last_day.rule(scope) & build_employer_sector_condition(scope))


def _completed(scope: Scope) -> Q:
    return Q(status=Status.COMPLETED) & had_status((Status.COMPLETED,), scope)


@figure(Dossier, _("of whom are still guided"), rule_parts=["sector"])
def guided_at_work(scope: Scope) -> Q:
    return people_at_work.rule(scope) & ~_completed(scope)


@figure(Dossier, _("of whom are completed: they work on without the pilot"), rule_parts=["sector"])
def completed_at_work(scope: Scope) -> Q:
    return people_at_work.rule(scope) & _completed(scope)


AT_WORK: tuple[Figure, ...] = (people_at_work, guided_at_work, completed_at_work)

STEPS: tuple[Figure, ...] = (
    registered,
    talked,
    had_intake,
    eligible,
    proposed,
    waiting_for_permit,
    worked,
    still_at_work,
    withdrew,
)
