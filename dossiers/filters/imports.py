"""Filters of imports."""

import django_filters
from django.utils.translation import gettext_lazy as _

from dates.filters import DateRangeFilter
from dossiers.filters.base import RecordFilterSet, multiple_choice_filter
from dossiers.models import (
    Channel,
    ImportRun,
    Organisation,
)


class ImportFilterSet(RecordFilterSet):
    state = multiple_choice_filter(ImportRun.State.choices, _("state"))
    organisation = django_filters.ModelChoiceFilter(queryset=Organisation.objects.all(), label=_("sent by"))
    channel = multiple_choice_filter(Channel.choices, _("arrived"))
    created_at = DateRangeFilter(label=_("uploaded"))

    class Meta:
        model = ImportRun
        fields: list[str] = []
