"""Filters of dossiers."""

import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.filters import DateRangeFilter
from dossiers.figures import Scope
from dossiers.figures.funnel import people_at_work
from dossiers.filters.archive import ArchiveFilter
from dossiers.filters.base import ColleagueFilter, RecordFilterSet, YesNoFilter, multiple_choice_filter
from dossiers.filters.own_fields import WithOwnFields
from dossiers.models import (
    Dossier,
    DutchLevel,
    InReception,
    Organisation,
    Requirements,
    Sector,
    Status,
    WorkRight,
    languages_by_name,
)
from dossiers.models.dossiers.dossier import HAS_NO_COORDINATOR
from dossiers.models.dossiers.readiness import CODES


class DossierFilterSet(WithOwnFields, RecordFilterSet):
    status = multiple_choice_filter(Status.choices, _("status"))
    at_work = YesNoFilter(label=_("at work (completed dossiers too)"), method="working")
    work_right = multiple_choice_filter(WorkRight.choices, _("right to work"))
    dutch_level = multiple_choice_filter(DutchLevel.choices, _("level of Dutch"))
    sectors = django_filters.ModelMultipleChoiceFilter(
        queryset=Sector.objects.all(), label=_("sectors"), widget=CheckboxSelectMultiple
    )
    organisation = django_filters.ModelChoiceFilter(
        field_name="supplies__organisation", queryset=Organisation.objects.all(), label=_("supplied by"), distinct=True
    )
    coordinator = ColleagueFilter(label=_("coordinator"))
    without_coordinator = YesNoFilter(label=_("without an active coordinator"), method="filter_unassigned")
    language = django_filters.ChoiceFilter(
        field_name="languages", lookup_expr="contains", choices=languages_by_name, label=_("speaks")
    )
    in_reception = multiple_choice_filter(InReception.choices, _("in reception"))
    missing = django_filters.ChoiceFilter(
        choices=list(CODES.items()), label=_("still missing for paid work"), method="filter_missing"
    )
    available_from = DateRangeFilter(label=_("available from"))
    document_expires_on = DateRangeFilter(label=_("document valid until"))
    archive = ArchiveFilter()

    class Meta:
        model = Dossier
        fields: list[str] = []

    def working(self, dossiers: QuerySet, _name: str, value: str) -> QuerySet:
        """Keep the dossiers that reports count as at work today, or the others if the value is "false"."""
        at_work = people_at_work.rule(Scope(end=timezone.localdate()))
        return dossiers.filter(at_work if value == "true" else ~at_work)

    def filter_unassigned(self, dossiers: QuerySet, _name: str, value: str) -> QuerySet:
        return dossiers.filter(HAS_NO_COORDINATOR if value == "true" else ~HAS_NO_COORDINATOR)

    def filter_missing(self, dossiers: QuerySet, _name: str, code: str) -> QuerySet:
        """Keep the open dossiers that miss this requirement of paid work today."""
        condition = Requirements.on(timezone.localdate()).missing_condition(code)
        matching_dossiers: QuerySet = dossiers.open().filter(condition)  # type: ignore[attr-defined]
        return matching_dossiers
