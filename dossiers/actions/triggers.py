"""What each rule sees on a day: the occasions for an action. Each is one query over all records."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from dossiers.actions.working_days import latest_before
from dossiers.models import (
    ContactMoment,
    Dossier,
    EmployerInterest,
    InterestStatus,
    Placement,
    RuleCode,
    Step,
    WorkKind,
    WorkRight,
)

LATE = timedelta(days=28)
"""How long after its day a rule still speaks: as long as nobody ran the worker. A rule that is switched on, or a list
of people with old documents, makes no heap of actions that nobody waits for."""

NO_PERMIT = Q(kind=WorkKind.PAID, dossier__work_right=WorkRight.FREE)  # paid work that needs no permit
NO_DOCUMENT = (WorkRight.FREE, WorkRight.NONE)  # for whom a W-document opens no work


@dataclass(frozen=True)
class Occasion:
    """Something that calls for one action, once."""

    about: str  # the field of the action that points to the record
    record: int
    what: str  # tells it from other occasions of that record
    day: date  # the day that the action's text names
    coordinator: int | None = None
    owner: int | None = None
    placement: int | None = None  # what it is about besides

    @property
    def key(self) -> str:
        return f"{self.record}:{self.what}"


def permits_that_end(day: date, days: int) -> QuerySet[Placement]:
    """Granted or at work, with a permit (volunteering: a declaration) that ends within so many days, or has ended."""
    placements = Placement.objects.filter(
        status__in=(Step.PERMIT_GRANTED, Step.WORKING), permit_valid_until__lte=day + timedelta(days=days)
    )
    return placements.exclude(NO_PERMIT)


def documents_that_end(day: date, days: int) -> QuerySet[Dossier]:
    """Open dossiers with a W-document that ends within so many days, or ended less than LATE ago."""
    ends = (day - LATE, day + timedelta(days=days))
    return Dossier.objects.open().exclude(work_right__in=NO_DOCUMENT).filter(document_expires_on__range=ends)


def at_work_since(day: date, days: int) -> QuerySet[Placement]:
    """At work for so many days, and less than LATE longer."""
    began = day - timedelta(days=days)
    return Placement.objects.at_work().filter(working_on__range=(began - LATE, began))


def without_work_right(dossiers: QuerySet[Dossier] | None = None) -> QuerySet[Any]:
    """No right to work, while the dossier or a placement is open; with `loss`, the last change of the history in which
    they had it (0: never), and `furthest`, the placement that comes first to stop."""
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


def at_work_elsewhere(day: date, days: int, only: Dossier | None = None) -> QuerySet[Any]:
    """Placements that stand open so many days after their candidate began elsewhere; `began` says where."""
    placements = Placement.objects.overtaken_by_other_work().filter(began_on__lte=day - timedelta(days=days))
    return placements.filter(dossier=only) if only else placements


def contacts_since_sign_up() -> QuerySet[ContactMoment]:
    """For a subquery of interests: contact about this one, or with its employer since it was confirmed."""
    about = Q(interest=OuterRef("pk")) | Q(placement__interest=OuterRef("pk"))
    with_employer = Q(employer__interests=OuterRef("pk"), held_on__gte=TruncDate("employer__interests__confirmed_at"))
    return ContactMoment.objects.filter(about | with_employer)


def unanswered_sign_ups(day: date, working_days: int) -> QuerySet[EmployerInterest]:
    """Confirmed so many working days ago, still new, and nobody called, mailed or saw the employer since."""
    first_too_late = latest_before(day, working_days) + timedelta(days=1)
    until = timezone.make_aware(datetime.combine(first_too_late, time.min))
    interests = EmployerInterest.objects.filter(status=InterestStatus.NEW, confirmed_at__lt=until)
    return interests.exclude(Exists(contacts_since_sign_up()))


# --- The same as occasions -----------------------------------------------------------------------------------------


def _of_placements(placements: QuerySet[Placement], field: str) -> Iterator[Occasion]:
    """One for each placement and each value of that day: a permit that was extended is another occasion."""
    values = placements.order_by("pk").values_list("pk", field, "dossier__coordinator", "interest__owner")
    for pk, day, coordinator, owner in values.iterator():
        assert day is not None  # noqa: S101  (the query asks for it)
        yield Occasion("placement", pk, day.isoformat(), day, coordinator, owner)


def _permits(day: date, days: int) -> Iterable[Occasion]:
    return _of_placements(permits_that_end(day, days), "permit_valid_until")


def _at_work(day: date, days: int) -> Iterable[Occasion]:
    return _of_placements(at_work_since(day, days), "working_on")


def _documents(day: date, days: int) -> Iterator[Occasion]:
    rows = documents_that_end(day, days).order_by("pk").values_list("pk", "document_expires_on", "coordinator")
    for pk, ends, coordinator in rows.iterator():
        assert ends is not None  # noqa: S101  (the query asks for it)
        yield Occasion("dossier", pk, ends.isoformat(), ends, coordinator)


def losses(day: date, dossiers: QuerySet[Dossier] | None = None) -> Iterator[Occasion]:
    """The day is that of the decision, or this one where that is not known."""
    candidates = without_work_right(dossiers).order_by("pk")
    for pk, loss, decided_on, coordinator, placement in candidates.values_list(
        "pk", "loss", "decided_on", "coordinator", "furthest"
    ).iterator():
        yield Occasion("dossier", pk, str(loss), decided_on or day, coordinator, placement=placement)


def proposals_left(day: date, days: int, only: Dossier | None = None) -> Iterator[Occasion]:
    """One for each that stands beside a start: a start at yet another employer is another occasion."""
    placements = at_work_elsewhere(day, days, only).order_by("pk")
    values = placements.values_list("pk", "began", "began_on", "dossier__coordinator", "interest__owner")
    for pk, began, began_on, coordinator, owner in values.iterator():
        yield Occasion("placement", pk, str(began), began_on, coordinator, owner)


def _sign_ups(day: date, working_days: int) -> Iterator[Occasion]:
    rows = unanswered_sign_ups(day, working_days).order_by("pk").values_list("pk", "confirmed_at", "owner")
    for pk, confirmed_at, owner in rows.iterator():
        confirmed_on = timezone.localdate(confirmed_at)
        yield Occasion("interest", pk, confirmed_on.isoformat(), confirmed_on, owner=owner)


OCCASIONS: dict[str, Callable[[date, int], Iterable[Occasion]]] = {
    RuleCode.PERMIT_ENDS: _permits,
    RuleCode.DOCUMENT_ENDS: _documents,
    RuleCode.AT_WORK: _at_work,
    RuleCode.AT_WORK_LONG: _at_work,
    RuleCode.WORK_RIGHT_LOST: lambda day, _days: losses(day),
    RuleCode.SIGN_UP_UNANSWERED: _sign_ups,
    RuleCode.WORKS_ELSEWHERE: proposals_left,
}


def seen_by(code: str, day: date, days: int) -> Iterable[Occasion]:
    """What this rule sees on that day."""
    return OCCASIONS[code](day, days)
