"""The triggers of the rules: for each rule one query over all records that finds the occasions for an action."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from dossiers.actions.working_days import subtract_working_days
from dossiers.figures.employers import contacts_since_sign_up
from dossiers.models import (
    Dossier,
    EmployerInterest,
    InterestStatus,
    Placement,
    RuleCode,
    Step,
    WorkKind,
    WorkRight,
)

MAX_LATENESS = timedelta(days=28)
"""How long after its date a rule still creates an action, for the case that no worker ran. The limit prevents a mass of
useless actions after activating a rule or importing people with old documents."""

NO_PERMIT = Q(kind=WorkKind.PAID, dossier__work_right=WorkRight.FREE)  # paid work that needs no permit
NO_DOCUMENT = (WorkRight.FREE, WorkRight.NONE)  # a W-document makes no difference to them


@dataclass(frozen=True)
class Occasion:
    """A trigger of one action."""

    about: str  # the action's foreign key to the record
    record: int
    what: str  # distinguishes it from other occasions of the record
    day: date  # the date in the action's text
    coordinator: int | None = None
    owner: int | None = None
    placement: int | None = None  # a placement that the action is also about

    @property
    def key(self) -> str:
        return f"{self.record}:{self.what}"


def find_expiring_permits(day: date, days: int) -> QuerySet[Placement]:
    """Return placements with a permit (for volunteering a declaration) that ends within `days` days, or has ended."""
    placements = Placement.objects.filter(
        status__in=(Step.PERMIT_GRANTED, Step.WORKING), permit_valid_until__lte=day + timedelta(days=days)
    )
    return placements.exclude(NO_PERMIT)


def find_expiring_documents(day: date, days: int) -> QuerySet[Dossier]:
    """Return open dossiers with a W-document that ends within `days` days, or ended less than MAX_LATENESS ago."""
    ends = (day - MAX_LATENESS, day + timedelta(days=days))
    return Dossier.objects.open().exclude(work_right__in=NO_DOCUMENT).filter(document_expires_on__range=ends)


def find_placements_at_work_since(day: date, days: int) -> QuerySet[Placement]:
    """Return placements that started `days` days ago, or less than MAX_LATENESS before that."""
    began = day - timedelta(days=days)
    return Placement.objects.at_work().filter(working_on__range=(began - MAX_LATENESS, began))


def find_dossiers_without_work_right(dossiers: QuerySet[Dossier] | None = None) -> QuerySet[Any]:
    """Return dossiers without the right to work while the dossier or a placement is open.

    Annotates `loss`, the key of the last history record with the right to work (0: never), and `furthest`, the
    placement to end first.
    """
    history = Dossier.history.filter(id=OuterRef("pk")).exclude(work_right=WorkRight.NONE).order_by("-history_id")
    placements = Placement.objects.open().filter(dossier=OuterRef("pk"))
    at_work_first = Case(When(status=Step.WORKING, then=0), default=1, output_field=IntegerField())
    furthest = placements.order_by(at_work_first, "-changed_at", "-pk")
    candidates = Dossier.objects.all() if dossiers is None else dossiers
    candidates = candidates.filter(work_right=WorkRight.NONE)
    return candidates.filter(Q(pk__in=Dossier.objects.open().values("pk")) | Exists(placements)).annotate(
        loss=Coalesce(Subquery(history.values("history_id")[:1]), Value(0)),
        furthest=Subquery(furthest.values("pk")[:1]),
    )


def find_placements_after_start_elsewhere(day: date, days: int, only: Dossier | None = None) -> QuerySet[Any]:
    """Return placements still open `days` days after their candidate started elsewhere, with `began` and `began_on`."""
    placements = Placement.objects.overtaken_by_other_work().filter(began_on__lte=day - timedelta(days=days))
    return placements.filter(dossier=only) if only else placements


def find_unanswered_sign_ups(day: date, working_days: int) -> QuerySet[EmployerInterest]:
    """Return the new sign-ups confirmed `working_days` working days ago without any contact since."""
    first_too_late = subtract_working_days(day, working_days) + timedelta(days=1)
    until = timezone.make_aware(datetime.combine(first_too_late, time.min))
    interests = EmployerInterest.objects.filter(status=InterestStatus.NEW, confirmed_at__lt=until)
    return interests.exclude(Exists(contacts_since_sign_up()))


# --- Occasions from these querysets --------------------------------------------------------------------------------


def _placement_occasions(placements: QuerySet[Placement], field: str) -> Iterator[Occasion]:
    """Yield an occasion for each placement and value of the date field: an extended permit is a new occasion."""
    values = placements.order_by("pk").values_list("pk", field, "dossier__coordinator", "interest__owner")
    for pk, day, coordinator, owner in values.iterator():
        assert day is not None  # noqa: S101  (the query asks for it)
        yield Occasion("placement", pk, day.isoformat(), day, coordinator, owner)


def find_at_work_occasions(day: date, days: int) -> Iterable[Occasion]:
    return _placement_occasions(find_placements_at_work_since(day, days), "working_on")


def find_document_occasions(day: date, days: int) -> Iterator[Occasion]:
    rows = find_expiring_documents(day, days).order_by("pk").values_list("pk", "document_expires_on", "coordinator")
    for pk, ends, coordinator in rows.iterator():
        assert ends is not None  # noqa: S101  (the query asks for it)
        yield Occasion("dossier", pk, ends.isoformat(), ends, coordinator)


def find_work_right_losses(day: date, dossiers: QuerySet[Dossier] | None = None) -> Iterator[Occasion]:
    """Yield an occasion for each loss of the right to work, on the date of the decision, or on `day` if unknown."""
    candidates = find_dossiers_without_work_right(dossiers).order_by("pk")
    for pk, loss, decided_on, coordinator, placement in candidates.values_list(
        "pk", "loss", "decided_on", "coordinator", "furthest"
    ).iterator():
        yield Occasion("dossier", pk, str(loss), decided_on or day, coordinator, placement=placement)


def find_open_proposals(day: date, days: int, only: Dossier | None = None) -> Iterator[Occasion]:
    """Yield an occasion for each open placement and each start elsewhere."""
    placements = find_placements_after_start_elsewhere(day, days, only).order_by("pk")
    values = placements.values_list("pk", "began", "began_on", "dossier__coordinator", "interest__owner")
    for pk, began, began_on, coordinator, owner in values.iterator():
        yield Occasion("placement", pk, str(began), began_on, coordinator, owner)


def find_sign_up_occasions(day: date, working_days: int) -> Iterator[Occasion]:
    rows = find_unanswered_sign_ups(day, working_days).order_by("pk").values_list("pk", "confirmed_at", "owner")
    for pk, confirmed_at, owner in rows.iterator():
        confirmed_on = timezone.localdate(confirmed_at)
        yield Occasion("interest", pk, confirmed_on.isoformat(), confirmed_on, owner=owner)


OCCASION_FINDERS: dict[str, Callable[[date, int], Iterable[Occasion]]] = {
    RuleCode.PERMIT_ENDS: lambda day, days: _placement_occasions(
        find_expiring_permits(day, days), "permit_valid_until"
    ),
    RuleCode.DOCUMENT_ENDS: find_document_occasions,
    RuleCode.AT_WORK: find_at_work_occasions,
    RuleCode.AT_WORK_LONG: find_at_work_occasions,
    RuleCode.WORK_RIGHT_LOST: lambda day, _days: find_work_right_losses(day),
    RuleCode.SIGN_UP_UNANSWERED: find_sign_up_occasions,
    RuleCode.WORKS_ELSEWHERE: find_open_proposals,
}


def find_occasions(code: str, day: date, days: int) -> Iterable[Occasion]:
    """Return the occasions of a rule on that day."""
    return OCCASION_FINDERS[code](day, days)
