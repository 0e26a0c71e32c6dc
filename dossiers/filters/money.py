"""Filters of expenses and milestones."""

from django.utils.translation import gettext_lazy as _

from dates.filters import DateRangeFilter
from dossiers.filters.base import RecordFilterSet, YesNoFilter, multiple_choice_filter
from dossiers.models import (
    Cost,
    Expense,
    Milestone,
)


class ExpenseFilterSet(RecordFilterSet):
    category = multiple_choice_filter(Cost.choices, _("kind of cost"))
    spent_on = DateRangeFilter(label=_("day"))

    class Meta:
        model = Expense
        fields: list[str] = []


class MilestoneFilterSet(RecordFilterSet):
    unreached = YesNoFilter(field_name="reached_on", lookup_expr="isnull", label=_("not reached yet"))
    planned_on = DateRangeFilter(label=_("planned on"))

    class Meta:
        model = Milestone
        fields: list[str] = []
