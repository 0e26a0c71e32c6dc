"""The filter that shows archived records; without it lists leave them out, and the API has them all."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import RadioSelect
from django.utils.translation import gettext_lazy as _

ARCHIVE, ALSO, ONLY = "archive", "also", "only"


class ArchiveFilter(django_filters.ChoiceFilter):
    def __init__(self, **kwargs: Any) -> None:
        choices = [(ALSO, _("archived ones too")), (ONLY, _("only archived ones"))]
        super().__init__(
            field_name="archived_at",
            choices=choices,
            label=_("archive"),
            empty_label=_("without archived ones"),
            widget=RadioSelect,
            **kwargs,
        )

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.exclude(archived_at=None) if value == ONLY else qs
