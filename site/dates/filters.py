"""The filter of a list on a range of days."""

from typing import Any

from django_filters import DateFromToRangeFilter
from django_filters.fields import DateRangeField, RangeField
from wagtail.admin.filters import DateRangePickerWidget

from dates.forms import AdminDateWidget, DateField


class AdminDateRangeWidget(DateRangePickerWidget):
    widgets: list[Any]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.widgets = [AdminDateWidget(attrs=widget.attrs) for widget in self.widgets]


class AdminDateRangeField(DateRangeField):
    """The first and the last day."""

    widget = AdminDateRangeWidget

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        RangeField.__init__(self, (DateField(), DateField()), *args, **kwargs)


class DateRangeFilter(DateFromToRangeFilter):
    field_class = AdminDateRangeField
