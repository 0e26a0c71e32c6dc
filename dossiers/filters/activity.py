"""Filters of findings, contact moments and actions."""

import django_filters
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.filters import DateRangeFilter
from dossiers.filters.base import ColleagueFilter, RecordFilterSet, YesNoFilter, multiple_choice_filter
from dossiers.models import (
    ContactMoment,
    Finding,
    FindingCategory,
    FollowUp,
)
from dossiers.models.activity.follow_up import IS_UNASSIGNED


class FindingFilterSet(RecordFilterSet):
    kind = multiple_choice_filter(FindingCategory.Kind.choices, _("kind"), "category__kind")
    side = multiple_choice_filter(Finding.Side.choices, _("at whose side"))
    category = django_filters.ModelMultipleChoiceFilter(
        queryset=FindingCategory.objects.all(), label=_("category"), widget=CheckboxSelectMultiple
    )
    draft = YesNoFilter(field_name="confirmed_at", lookup_expr="isnull", label=_("draft"))
    unsolved = YesNoFilter(field_name="solved_on", lookup_expr="isnull", label=_("not solved yet"))
    noticed_on = DateRangeFilter(label=_("noticed on"))

    class Meta:
        model = Finding
        fields: list[str] = []


class ContactFilterSet(RecordFilterSet):
    kind = multiple_choice_filter(ContactMoment.Kind.choices, _("kind"))
    held_on = DateRangeFilter(label=_("day"))

    class Meta:
        model = ContactMoment
        fields: list[str] = []


class FollowUpFilterSet(RecordFilterSet):
    open = YesNoFilter(field_name="done_at", lookup_expr="isnull", label=_("open"))
    due = YesNoFilter(label=_("due today or before"), method="due_or_not")
    owner = ColleagueFilter(label=_("owner"))
    owner_or_nobody = ColleagueFilter(label=_("owner, or nobody's"), method="of_owner_or_nobody")
    without_owner = YesNoFilter(label=_("without an active owner"), method="filter_unassigned")
    due_on = DateRangeFilter(label=_("day"))

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def due_or_not(self, actions: QuerySet, _name: str, value: str) -> QuerySet:
        day = timezone.localdate()
        matching: QuerySet = actions.due(day) if value == "true" else actions.filter(due_on__gt=day)  # type: ignore[attr-defined]
        return matching

    def filter_unassigned(self, actions: QuerySet, _name: str, value: str) -> QuerySet:
        return actions.filter(IS_UNASSIGNED if value == "true" else ~IS_UNASSIGNED)

    def of_owner_or_nobody(self, actions: QuerySet, _name: str, owner: User) -> QuerySet:
        matching: QuerySet = actions.owned_by(owner)  # type: ignore[attr-defined]
        return matching
