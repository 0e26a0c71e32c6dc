"""Lead times: the median number of days of a step, for the records that took it in the period."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, build_employer_sector_condition, figure
from dossiers.figures.medians import count_by_days, median_days
from dossiers.figures.scope import Scope
from dossiers.models import Dossier, Placement

REGISTERED = TruncDate("created_at")
Dates = Callable[[], tuple[Any, Any]]
"""Returns the first and the last date of a step as query expressions; a function, since these may need all models."""


def first_day_at_work() -> Subquery:
    """Return the subquery for the first working day of a dossier."""
    placements = Placement.objects.filter(dossier=OuterRef("pk")).order_by().values("dossier")
    return Subquery(placements.annotate(first=Min("working_on")).values("first"))


def _lead_time(
    label: str | Promise, model: Any, dates: Dates, rule_parts: Iterable[str] = (), name: str = ""
) -> Callable[[Callable[[Scope], Q]], Figure]:
    """Decorate a rule as `figure` does; the number is the median of the days between its dates."""

    def make(rule: Callable[[Scope], Q]) -> Figure:
        made = figure(model, label, lambda records: median_days(records, *dates()), rule_parts, name)(rule)
        DATES[made.name] = dates
        return made

    return make


DATES: dict[str, Dates] = {}
"""{name of a figure: function that returns its dates}"""


def get_days(figure: Figure, records: QuerySet) -> dict[int, int]:
    """Return {days: number of records} of a lead time."""
    return count_by_days(records, *DATES[figure.name]())


def _between(begin: str, end: str, label: str | Promise) -> Figure:
    @_lead_time(label, Placement, lambda: (F(f"{begin}_on"), F(f"{end}_on")), name=f"{begin}_to_{end}")
    def placements_with_both(scope: Scope) -> Q:
        return scope.within(f"{end}_on") & Q(**{f"{begin}_on__isnull": False})

    return placements_with_both


@_lead_time(_("from registration to the expectation talk"), Dossier, lambda: (REGISTERED, F("expectation_talk_on")))
def registered_to_talk(scope: Scope) -> Q:
    return scope.within("expectation_talk_on") & Q(expectation_talk_on__gte=REGISTERED)


@_lead_time(
    _("from registration to the first day at work"), Dossier, lambda: (REGISTERED, first_day_at_work()), ["sector"]
)
def registered_to_work(scope: Scope) -> Q:
    """Return the condition for dossiers whose first working day is in the period, and not before the registration.

    In a sector it is the first working day of all, if it was at an employer of the sector.
    """
    earlier = Placement.objects.filter(dossier=OuterRef("dossier"), working_on__lt=OuterRef("working_on"))
    known = Q(working_on__gte=TruncDate("dossier__created_at"))
    in_sector = build_employer_sector_condition(scope)
    began = Placement.objects.filter(scope.within("working_on"), known, in_sector, ~Exists(earlier))
    return Q(pk__in=began.values("dossier"))


proposed_to_interview = _between("proposed", "interview", _("from the proposal to the interview"))
interview_to_permit = _between("interview", "permit_requested", _("from the interview to the permit's request"))
permit_time = _between("permit_requested", "permit_granted", _("from the permit's request to the permit"))
permit_to_work = _between("permit_granted", "working", _("from the permit to the first day at work"))
proposed_to_work = _between("proposed", "working", _("from the proposal to the first day at work"))

STEPS: tuple[Figure, ...] = (
    registered_to_talk,
    proposed_to_interview,
    interview_to_permit,
    permit_time,
    permit_to_work,
    proposed_to_work,
    registered_to_work,
)
