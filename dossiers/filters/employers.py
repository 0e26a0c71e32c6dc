"""Filters of employers and employer interests."""

import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.filters import DateRangeFilter
from dossiers.figures import Scope
from dossiers.figures.employers import was_spoken_with
from dossiers.filters.archive import ArchiveFilter
from dossiers.filters.base import ColleagueFilter, RecordFilterSet, YesNoFilter, multiple_choice_filter
from dossiers.filters.own_fields import WithOwnFields
from dossiers.models import (
    DutchLevel,
    Employer,
    EmployerInterest,
    InterestStatus,
    Sector,
)
from dossiers.models.employers.interest import HAS_NO_OWNER


class EmployerFilterSet(RecordFilterSet):
    sector = django_filters.ModelMultipleChoiceFilter(
        queryset=Sector.objects.all(), label=_("sector"), widget=CheckboxSelectMultiple
    )
    archive = ArchiveFilter()

    class Meta:
        model = Employer
        fields: list[str] = []


class InterestFilterSet(WithOwnFields, RecordFilterSet):
    status = multiple_choice_filter(
        [choice for choice in InterestStatus.choices if choice[0] != InterestStatus.UNCONFIRMED], _("status")
    )
    sector = django_filters.ModelMultipleChoiceFilter(
        field_name="employer__sector", queryset=Sector.objects.all(), label=_("sector"), widget=CheckboxSelectMultiple
    )
    dutch_level_required = multiple_choice_filter(DutchLevel.choices, _("level of Dutch needed"))
    spoken_with = YesNoFilter(label=_("spoken with the employer"), method="filter_spoken_with")
    owner = ColleagueFilter(label=_("owner"))
    without_owner = YesNoFilter(label=_("without an active coordinator"), method="filter_unassigned")
    to_take_over = YesNoFilter(field_name="employer", lookup_expr="isnull", label=_("sign-up, not taken over yet"))
    wants_to_withdraw = YesNoFilter(label=_("employer wants to withdraw"), method="filter_wants_to_withdraw")
    start_date = DateRangeFilter(label=_("from"))
    archive = ArchiveFilter()

    class Meta:
        model = EmployerInterest
        fields: list[str] = []

    def filter_unassigned(self, interests: QuerySet, _name: str, value: str) -> QuerySet:
        return interests.filter(HAS_NO_OWNER if value == "true" else ~HAS_NO_OWNER)

    def filter_spoken_with(self, interests: QuerySet, _name: str, value: str) -> QuerySet:
        """Keep the interests that reports count as spoken with today, or the others if the value is "false"."""
        spoken = was_spoken_with(Scope(end=timezone.localdate()))
        return interests.filter(spoken if value == "true" else ~spoken)

    def filter_wants_to_withdraw(self, interests: QuerySet, _name: str, value: str) -> QuerySet:
        """Keep the interests of which the outcome of the wish to withdraw must still be recorded, or the others."""
        waiting = interests.wanting_to_withdraw()  # type: ignore[attr-defined]
        return waiting if value == "true" else interests.exclude(pk__in=waiting.order_by().values("pk"))
