"""A filter for each own field of a record."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import SuffixedMultiWidget
from wagtail.admin.active_filters import RangeFilterAdapter, register_filter_adapter_class
from wagtail.admin.filters import DateRangePickerWidget

from dossiers.filters.base import YesNoFilter, several
from dossiers.models import OwnField
from dossiers.models.own_fields.own_values import EXTRA


class NumbersWidget(SuffixedMultiWidget):
    """From and to, decimals and numbers below zero too."""

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
    """Between two values as JSON keeps them, both included."""

    field_name: str

    def filter(self, records: QuerySet, value: slice | None) -> QuerySet:
        for limit, lookup in ((value.start, "gte"), (value.stop, "lte")) if value else ():
            if limit is not None:
                records = records.filter(**{f"{self.field_name}__{lookup}": self.kept(limit)})
        return records

    def kept(self, limit: Any) -> Any:
        raise NotImplementedError


class NumbersFilter(StoredValueRange, django_filters.RangeFilter):
    def kept(self, limit: Any) -> float:
        return float(limit)


class NumbersTold(RangeFilterAdapter):
    """By what a list is filtered, above it: 3,5 with a comma."""

    def format_value(self, value: Any) -> Any:
        return super().format_value(value).replace(".", ",")


register_filter_adapter_class(NumbersFilter, NumbersTold)


class DaysFilter(StoredValueRange, django_filters.DateFromToRangeFilter):
    def kept(self, limit: Any) -> str:
        return f"{limit:%Y-%m-%d}"


class WithOwnFields:
    """A set of filters of records that can have own fields."""

    filters: dict[str, django_filters.Filter]
    _meta: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for own in OwnField.objects.of(self._meta.model).in_use():
            self.filters[own.key] = filter_ = own_filter(own)
            filter_.parent, filter_.model = self, self._meta.model


def own_filter(own: OwnField) -> django_filters.Filter:
    """Of its kind: a part of the text, between two numbers or days, any of the choices, yes or no."""
    where: dict[str, Any] = {"field_name": f"{EXTRA}__{own.key}", "label": capfirst(own.label)}
    if own.kind == OwnField.Kind.NUMBER:
        return NumbersFilter(widget=NumbersWidget, **where)
    if own.kind == OwnField.Kind.DATE:
        return DaysFilter(widget=DateRangePickerWidget, **where)
    if own.kind == OwnField.Kind.FLAG:
        return YesNoFilter(empty_label=_("does not matter"), **where)
    if own.kind == OwnField.Kind.CHOICE:
        return several([(choice, choice) for choice in own.choices], where["label"], where["field_name"])
    return django_filters.CharFilter(lookup_expr="icontains", **where)
