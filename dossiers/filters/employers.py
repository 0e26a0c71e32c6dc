"""Filters of employers and employer interests."""

import django_filters
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget

from dossiers.filters.base import ColleagueFilter, RecordFilterSet, YesNoFilter, multiple_choice_filter
from dossiers.filters.own_fields import WithOwnFields
from dossiers.models import (
    DutchLevel,
    Employer,
    EmployerInterest,
    InterestStatus,
    Sector,
)


class EmployerFilterSet(RecordFilterSet):
    sector = django_filters.ModelMultipleChoiceFilter(
        queryset=Sector.objects.all(), label=_("sector"), widget=CheckboxSelectMultiple
    )

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
    owner = ColleagueFilter(label=_("owner"))
    to_take_over = YesNoFilter(field_name="employer", lookup_expr="isnull", label=_("sign-up, not taken over yet"))
    start_date = django_filters.DateFromToRangeFilter(label=_("from"), widget=DateRangePickerWidget)

    class Meta:
        model = EmployerInterest
        fields: list[str] = []
