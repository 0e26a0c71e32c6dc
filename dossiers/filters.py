"""One set of filters a record: it drives the list, the export and everything else that works on a part of the list."""

from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from dossiers.models import (
    ContactMoment,
    Cost,
    Dossier,
    DutchLevel,
    Employer,
    EmployerInterest,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    ImportRun,
    InReception,
    InterestStatus,
    Milestone,
    Organisation,
    Placement,
    Requirements,
    Sector,
    Status,
    Step,
    WorkKind,
    WorkRight,
    languages_by_name,
)
from dossiers.models.missing import CODES
from dossiers.models.rights import COORDINATORS


def coordinators(_request: Any = None) -> QuerySet:
    """Users who can own a record: a filter with every user in it would be of no use."""
    return get_user_model().objects.filter(is_active=True, groups__name=COORDINATORS).order_by("first_name", "username")


def several(choices: Any, label: Any, field: str | None = None, **kwargs: Any) -> django_filters.MultipleChoiceFilter:
    """Any of the ticked values."""
    return django_filters.MultipleChoiceFilter(
        field_name=field, choices=choices, label=label, widget=CheckboxSelectMultiple, **kwargs
    )


class ColleagueField(ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.get_full_name() or obj.get_username()


class ColleagueFilter(django_filters.ModelChoiceFilter):
    """One of the coordinators, by name."""

    field_class = ColleagueField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=coordinators, **kwargs)


class YesNoFilter(django_filters.ChoiceFilter):
    """Yes or no, in words where the list says what it is filtered by."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("true", _("yes")), ("false", _("no"))], **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return super().filter(qs, value == "true" if value else "")


class RecordFilterSet(WagtailFilterSet):
    """Filters under the names that fields have, with a capital."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.filters.values():
            one.label = capfirst(one.label)
            if isinstance(one, django_filters.ChoiceFilter | django_filters.ModelChoiceFilter):
                one.extra["empty_label"] = _("does not matter")


class DossierFilterSet(RecordFilterSet):
    status = several(Status.choices, _("status"))
    work_right = several(WorkRight.choices, _("right to work"))
    dutch_level = several(DutchLevel.choices, _("level of Dutch"))
    sectors = django_filters.ModelMultipleChoiceFilter(
        queryset=Sector.objects.all(), label=_("sectors"), widget=CheckboxSelectMultiple
    )
    organisation = django_filters.ModelChoiceFilter(
        field_name="supplies__organisation", queryset=Organisation.objects.all(), label=_("supplied by"), distinct=True
    )
    coordinator = ColleagueFilter(label=_("coordinator"))
    without_coordinator = YesNoFilter(field_name="coordinator", lookup_expr="isnull", label=_("without a coordinator"))
    language = django_filters.ChoiceFilter(
        field_name="languages", lookup_expr="contains", choices=languages_by_name, label=_("speaks")
    )
    in_reception = several(InReception.choices, _("in reception"))
    missing = django_filters.ChoiceFilter(
        choices=list(CODES.items()), label=_("still missing for paid work"), method="lacking"
    )
    available_from = django_filters.DateFromToRangeFilter(label=_("available from"), widget=DateRangePickerWidget)
    document_expires_on = django_filters.DateFromToRangeFilter(
        label=_("document valid until"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Dossier
        fields: list[str] = []

    def lacking(self, dossiers: QuerySet, _name: str, code: str) -> QuerySet:
        """Open ones of which the list says so in its column."""
        found: QuerySet = dossiers.open().filter(Requirements.on(timezone.localdate()).lacking(code))  # type: ignore[attr-defined]
        return found


class EmployerFilterSet(RecordFilterSet):
    sector = django_filters.ModelMultipleChoiceFilter(
        queryset=Sector.objects.all(), label=_("sector"), widget=CheckboxSelectMultiple
    )

    class Meta:
        model = Employer
        fields: list[str] = []


class InterestFilterSet(RecordFilterSet):
    status = several(
        [choice for choice in InterestStatus.choices if choice[0] != InterestStatus.UNCONFIRMED], _("status")
    )
    sector = django_filters.ModelMultipleChoiceFilter(
        field_name="employer__sector", queryset=Sector.objects.all(), label=_("sector"), widget=CheckboxSelectMultiple
    )
    dutch_level_required = several(DutchLevel.choices, _("level of Dutch needed"))
    owner = ColleagueFilter(label=_("owner"))
    to_take_over = YesNoFilter(field_name="employer", lookup_expr="isnull", label=_("sign-up, not taken over yet"))
    start_date = django_filters.DateFromToRangeFilter(label=_("from"), widget=DateRangePickerWidget)

    class Meta:
        model = EmployerInterest
        fields: list[str] = []


class FindingFilterSet(RecordFilterSet):
    kind = several(FindingCategory.Kind.choices, _("kind"), "category__kind")
    side = several(Finding.Side.choices, _("at whose side"))
    category = django_filters.ModelMultipleChoiceFilter(
        queryset=FindingCategory.objects.all(), label=_("category"), widget=CheckboxSelectMultiple
    )
    draft = YesNoFilter(field_name="confirmed_at", lookup_expr="isnull", label=_("draft"))
    unsolved = YesNoFilter(field_name="solved_on", lookup_expr="isnull", label=_("not solved yet"))
    noticed_on = django_filters.DateFromToRangeFilter(label=_("noticed on"), widget=DateRangePickerWidget)

    class Meta:
        model = Finding
        fields: list[str] = []


class ContactFilterSet(RecordFilterSet):
    kind = several(ContactMoment.Kind.choices, _("kind"))
    held_on = django_filters.DateFromToRangeFilter(label=_("day"), widget=DateRangePickerWidget)

    class Meta:
        model = ContactMoment
        fields: list[str] = []


class FollowUpFilterSet(RecordFilterSet):
    open = YesNoFilter(field_name="done_at", lookup_expr="isnull", label=_("open"))
    due = YesNoFilter(label=_("due today or before"), method="due_or_not")
    owner = ColleagueFilter(label=_("owner"))
    without_owner = YesNoFilter(field_name="owner", lookup_expr="isnull", label=_("without an owner"))
    due_on = django_filters.DateFromToRangeFilter(label=_("day"), widget=DateRangePickerWidget)

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def due_or_not(self, actions: QuerySet, _name: str, wanted: str) -> QuerySet:
        day = timezone.localdate()
        found: QuerySet = actions.due(day) if wanted == "true" else actions.filter(due_on__gt=day)  # type: ignore[attr-defined]
        return found


def employers_of_placements(request: HttpRequest) -> QuerySet:
    """Employers to choose from: those who have or had a placement."""
    offers = EmployerInterest.objects.filter(placements__isnull=False)
    return Employer.objects.visible_to(request.user).filter(interests__in=offers).distinct()


class PlacementFilterSet(RecordFilterSet):
    status = several(Step.choices, _("status"))
    kind = several(WorkKind.choices, _("kind of work"))
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
    permit_valid_until = django_filters.DateFromToRangeFilter(
        label=_("permit valid until"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Placement
        fields: list[str] = []


class ImportFilterSet(RecordFilterSet):
    state = several(ImportRun.State.choices, _("state"))
    organisation = django_filters.ModelChoiceFilter(queryset=Organisation.objects.all(), label=_("sent by"))
    created_at = django_filters.DateFromToRangeFilter(label=_("uploaded"), widget=DateRangePickerWidget)

    class Meta:
        model = ImportRun
        fields: list[str] = []


class ExpenseFilterSet(RecordFilterSet):
    category = several(Cost.choices, _("kind of cost"))
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
