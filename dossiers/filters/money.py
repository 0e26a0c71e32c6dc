"""Filters of expenses and milestones."""

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget

from dossiers.filters.base import RecordFilterSet, YesNoFilter, multiple_choice_filter
from dossiers.models import (
    Cost,
    Expense,
    Milestone,
)


class ExpenseFilterSet(RecordFilterSet):
    category = multiple_choice_filter(Cost.choices, _("kind of cost"))
    spent_on = django_filters.DateFromToRangeFilter(label=_("day"), widget=DateRangePickerWidget)

    class Meta:
        model = Expense
        fields: list[str] = []


class MilestoneFilterSet(RecordFilterSet):
    unreached = YesNoFilter(field_name="reached_on", lookup_expr="isnull", label=_("not reached yet"))
    planned_on = django_filters.DateFromToRangeFilter(label=_("planned on"), widget=DateRangePickerWidget)

    class Meta:
        model = Milestone
        fields: list[str] = []
