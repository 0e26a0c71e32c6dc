"""What the sets of filters share."""

from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField
from wagtail.admin.filters import WagtailFilterSet

from dossiers.filters.figures import FIGURE, FigureFilter
from dossiers.filters.imported import IMPORT, ImportFilter
from dossiers.models.rights import COORDINATORS


def coordinators(_request: Any = None) -> QuerySet:
    """Users who can own a record: a filter with every user in it would be of no use."""
    return get_user_model().objects.filter(is_active=True, groups__name=COORDINATORS).order_by("first_name", "username")


def colleagues(request: Any = None) -> QuerySet:
    """Coordinators, and who asks: their own list opens for an administrator too."""
    own = request.user.pk if request else None
    users = get_user_model().objects.filter(Q(pk__in=coordinators().values("pk")) | Q(pk=own))
    return users.order_by("first_name", "username")


def several(choices: Any, label: Any, field: str | None = None, **kwargs: Any) -> django_filters.MultipleChoiceFilter:
    """Any of the ticked values, of a field of the record itself: no record comes twice."""
    return django_filters.MultipleChoiceFilter(
        field_name=field, choices=choices, label=label, widget=CheckboxSelectMultiple, distinct=False, **kwargs
    )


class ColleagueField(ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.get_full_name() or obj.get_username()


class ColleagueFilter(django_filters.ModelChoiceFilter):
    """One of the coordinators, by name."""

    field_class = ColleagueField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=colleagues, **kwargs)


class YesNoFilter(django_filters.ChoiceFilter):
    """Yes or no, in words where the list says what it is filtered by."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("true", _("yes")), ("false", _("no"))], **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return super().filter(qs, value == "true" if value else "")


def each_once(data: Any) -> Any:
    """An address without values that it repeats: a thousand times the same would be asked of the database each."""
    if not isinstance(data, MultiValueDict):
        return data
    once = data.copy()
    for name, values in data.lists():
        once.setlist(name, list(dict.fromkeys(values)))
    return once


class RecordFilterSet(WagtailFilterSet):
    """Filters under the names that fields have, capitalised; another when the address names a figure or an import."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(each_once(data), *args, **kwargs)
        values, model = self.data or {}, self._meta.model
        if address := values.get(FIGURE):
            self.add(FIGURE, FigureFilter(address, model))
        if (number := values.get(IMPORT)) and hasattr(model, "history"):
            self.add(IMPORT, ImportFilter(number, model, self.request.user if self.request else AnonymousUser()))
        for filter_ in self.filters.values():
            filter_.label = capfirst(filter_.label)
            if isinstance(filter_, django_filters.ChoiceFilter | django_filters.ModelChoiceFilter):
                filter_.extra["empty_label"] = _("does not matter")

    def add(self, name: str, filter_: django_filters.Filter) -> None:
        """A filter that this address alone has."""
        filter_.parent, filter_.model = self, self._meta.model
        self.filters[name] = filter_
