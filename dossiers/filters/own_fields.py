"""Filters on own fields."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import SuffixedMultiWidget
from wagtail.admin.active_filters import RangeFilterAdapter, register_filter_adapter_class

from dates.filters import DateRangeFilter
from dossiers.filters.base import YesNoFilter, multiple_choice_filter
from dossiers.models import OwnField
from dossiers.models.own_fields.own_values import EXTRA


class NumbersWidget(SuffixedMultiWidget):
    """Two inputs for a range of numbers, which may be decimal or negative."""

    template_name = "wagtailadmin/widgets/range_input.html"
    suffixes = ("min", "max")

    def __init__(self, attrs: Any = None) -> None:
        attributes = (
            {"placeholder": limit, "aria-label": limit, "step": "any"} for limit in (_("at least"), _("at most"))
        )
        super().__init__([forms.NumberInput(attrs=attribute) for attribute in attributes], attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value.start, value.stop] if value else [None, None]


class StoredValueRange:
    """A filter on a range of stored JSON values, both ends included."""

    field_name: str

    def filter(self, records: QuerySet, value: slice | None) -> QuerySet:
        for limit, lookup in ((value.start, "gte"), (value.stop, "lte")) if value else ():
            if limit is not None:
                records = records.filter(**{f"{self.field_name}__{lookup}": self.to_stored(limit)})
        return records

    def to_stored(self, limit: Any) -> Any:
        raise NotImplementedError


class NumbersFilter(StoredValueRange, django_filters.RangeFilter):
    def to_stored(self, limit: Any) -> float:
        return float(limit)


class NumbersAdapter(RangeFilterAdapter):
    """Shows the active filter above the list, with a decimal comma."""

    def format_value(self, value: Any) -> Any:
        return super().format_value(value).replace(".", ",")


register_filter_adapter_class(NumbersFilter, NumbersAdapter)


class DaysFilter(StoredValueRange, DateRangeFilter):
    def to_stored(self, limit: Any) -> str:
        return f"{limit:%Y-%m-%d}"


class PartOfTextFilter(django_filters.CharFilter):
    """A filter on a part of a text in JSON, without regard to capitals and diacritics."""

    def filter(self, records: QuerySet, value: str) -> QuerySet:
        if not value:
            return records
        name = "text_of_" + str(self.field_name).removeprefix(f"{EXTRA}__")
        return records.alias(**{name: KT(self.field_name)}).filter(**{f"{name}__folded__contains": value})


class WithOwnFields:
    """Mixin of a filter set, which adds a filter for each own field in use."""

    filters: dict[str, django_filters.Filter]
    _meta: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for own in OwnField.objects.of(self._meta.model).in_use():
            self.filters[own.key] = filter_ = build_filter(own)
            filter_.parent, filter_.model = self, self._meta.model


def build_filter(own: OwnField) -> django_filters.Filter:
    """Return the filter for the kind of the own field: part of a text, a range, any of the choices, or yes and no."""
    where: dict[str, Any] = {"field_name": f"{EXTRA}__{own.key}", "label": capfirst(own.label)}
    if own.kind == OwnField.Kind.NUMBER:
        return NumbersFilter(widget=NumbersWidget, **where)
    if own.kind == OwnField.Kind.DATE:
        return DaysFilter(**where)
    if own.kind == OwnField.Kind.FLAG:
        return YesNoFilter(empty_label=_("does not matter"), **where)
    if own.kind == OwnField.Kind.CHOICE:
        return multiple_choice_filter([(choice, choice) for choice in own.choices], where["label"], where["field_name"])
    return PartOfTextFilter(**where)
