"""Base classes and fields of the filter sets."""

from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField
from wagtail.admin.filters import WagtailFilterSet

from admin_pages.users import get_person_name
from dossiers.filters.archive import ARCHIVE, ArchiveFilter
from dossiers.filters.figures import FIGURE, FigureFilter
from dossiers.filters.imported import IMPORT, IMPORT_ACTION, ImportActionFilter, ImportFilter
from dossiers.models import Dossier, EmployerInterest, FollowUp
from dossiers.models.rights import COORDINATORS

OWNER_FIELDS = ((Dossier, "coordinator"), (FollowUp, "owner"), (EmployerInterest, "owner"))


def get_coordinators(*, holder: Any = None) -> QuerySet:
    """Return the active coordinators, the users who can own a record, and `holder`, the user who owns it now.

    The holder may have left: a form without this user among its choices would empty the field at the next save.
    """
    users = get_user_model().objects.order_by("first_name", "username")
    coordinators = users.filter(is_active=True, groups__name=COORDINATORS)
    return users.filter(Q(pk__in=coordinators.values("pk")) | Q(pk=holder)) if holder else coordinators


def get_colleague_name(user: AbstractUser) -> str:
    """Return the full name or the login name of a user, and whether the user is not active any more."""
    name = get_person_name(user)
    return name if user.is_active else gettext("%(name)s (not active)") % {"name": name}


def get_colleagues(request: Any = None) -> QuerySet:
    """Return the coordinators, the users who still own records, and the user of the request."""
    is_colleague = Q(pk__in=get_coordinators().values("pk")) | Q(pk=request.user.pk if request else None)
    for model, name in OWNER_FIELDS:
        is_colleague |= Q(pk__in=model._base_manager.exclude(**{name: None}).order_by().values(name))
    return get_user_model().objects.filter(is_colleague).order_by("first_name", "username")


def multiple_choice_filter(
    choices: Any, label: Any, field: str | None = None, **kwargs: Any
) -> django_filters.MultipleChoiceFilter:
    """Return a filter on any of the chosen values of a field; without DISTINCT, so only for fields of the record."""
    return django_filters.MultipleChoiceFilter(
        field_name=field, choices=choices, label=label, widget=CheckboxSelectMultiple, distinct=False, **kwargs
    )


class ColleagueField(ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return get_colleague_name(obj)


class ColleagueFilter(django_filters.ModelChoiceFilter):
    """A filter on a coordinator, or on somebody who was one and still owns records."""

    field_class = ColleagueField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=get_colleagues, **kwargs)


class YesNoFilter(django_filters.ChoiceFilter):
    """A filter on yes or no; a choice filter, so that the list shows the active filter with its label."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("true", _("yes")), ("false", _("no"))], **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return super().filter(qs, value == "true" if value else "")


def remove_duplicates(data: Any) -> Any:
    """Return the query data without repeated values, each of which would add a condition to the database query."""
    if not isinstance(data, MultiValueDict):
        return data
    once = data.copy()
    for name, values in data.lists():
        once.setlist(name, list(dict.fromkeys(values)))
    return once


class RecordFilterSet(WagtailFilterSet):
    """Base class of the filter sets; adds a filter if the query string has a figure or an import."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(remove_duplicates(data), *args, **kwargs)
        values, model = self.data or {}, self._meta.model
        if address := values.get(FIGURE):
            self.add(FIGURE, FigureFilter(address, model))
        if (number := values.get(IMPORT)) and hasattr(model, "history"):
            by_import = ImportFilter(number, model, self.request.user if self.request else AnonymousUser())
            self.add(IMPORT, by_import)
            if values.get(IMPORT_ACTION):
                self.add(IMPORT_ACTION, ImportActionFilter(by_import.run))
        if values.get(FIGURE) or values.get(IMPORT):  # these have archived records too
            self.filters.pop(ARCHIVE, None)
        for filter_ in self.filters.values():
            filter_.label = capfirst(filter_.label)
            if isinstance(filter_, ArchiveFilter):
                continue
            if isinstance(filter_, django_filters.ChoiceFilter | django_filters.ModelChoiceFilter):
                filter_.extra["empty_label"] = _("does not matter")

    def add(self, name: str, filter_: django_filters.Filter) -> None:
        """Add a filter to this instance only."""
        filter_.parent, filter_.model = self, self._meta.model
        self.filters[name] = filter_
