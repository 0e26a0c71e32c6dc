"""Filters of placements."""

import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dates.filters import DateRangeFilter
from dossiers.filters.archive import ArchiveFilter
from dossiers.filters.base import ColleagueFilter, RecordFilterSet, multiple_choice_filter
from dossiers.models import (
    Employer,
    EmployerInterest,
    Placement,
    Sector,
    Step,
    WorkKind,
)


def employers_of_placements(request: HttpRequest) -> QuerySet:
    """Return the employers that have or had a placement, as choices of the filter."""
    offers = EmployerInterest.objects.filter(placements__isnull=False)
    return Employer.objects.visible_to(request.user).filter(interests__in=offers).distinct()


class PlacementFilterSet(RecordFilterSet):
    status = multiple_choice_filter(Step.choices, _("status"))
    kind = multiple_choice_filter(WorkKind.choices, _("kind of work"))
    coordinator = ColleagueFilter(field_name="dossier__coordinator", label=_("coordinator"))
    employer = django_filters.ModelChoiceFilter(
        field_name="interest__employer",
        queryset=employers_of_placements,
        label=_("employer"),
    )
    sector = django_filters.ModelMultipleChoiceFilter(
        field_name="interest__employer__sector",
        queryset=Sector.objects.all(),
        label=_("sector"),
        widget=CheckboxSelectMultiple,
    )
    permit_valid_until = DateRangeFilter(label=_("permit valid until"))
    archive = ArchiveFilter()

    class Meta:
        model = Placement
        fields: list[str] = []
