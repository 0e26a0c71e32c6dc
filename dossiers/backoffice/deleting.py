"""Deleting records: asked once, told in numbers, and never more than the list that one looks at."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.db import router
from django.db.models import Model, QuerySet
from django.db.models.deletion import Collector
from django.shortcuts import get_list_or_404
from django.utils.functional import classproperty
from django.utils.translation import gettext as _
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction

from dossiers.models import (
    ContactMoment,
    Dossier,
    Employer,
    EmployerInterest,
    Expense,
    Finding,
    FollowUp,
    Milestone,
    Placement,
)
from dossiers.models.placing import deleting


def goes_with(records: Sequence[Model]) -> str:
    """What else is deleted with these records, in numbers: "2 supplies"; empty when nothing is."""
    model = type(records[0])
    collector = Collector(using=router.db_for_write(model))
    collector.collect(records)
    found: Counter[type[Model]] = Counter({kind: len(instances) for kind, instances in collector.data.items()})
    for set_ in collector.fast_deletes:
        found[set_.model] += set_.count()
    return ", ".join(
        f"{count} {kind._meta.verbose_name if count == 1 else kind._meta.verbose_name_plural}"
        for kind, count in found.items()
        if count and kind is not model and not kind._meta.auto_created
    )


def warning(records: Sequence[Model]) -> str:
    """One sentence about what deleting these takes along."""
    gone = goes_with(records)
    return _("Also deleted: %(what)s.") % {"what": gone} if gone else ""


def what_stays_follows(records: Sequence[Model]) -> AbstractContextManager[None]:
    """Around their deletion: a dossier whose placement goes is matched no more."""
    keys = [record.pk for record in records]
    return deleting(Placement.objects.that_go_with(type(records[0]), keys) if keys else Placement.objects.none())


class DeleteRecords(DeleteBulkAction):
    """Deletes what is ticked. Wagtail's own takes every record there is for "all", whatever the list was filtered by,
    and names records to people who may not see them."""

    template_name = "dossiers/records/delete_many.html"

    @classproperty
    def models(cls) -> list[type[Model]]:
        return [Dossier, EmployerInterest, Employer, Placement, Finding, ContactMoment, FollowUp, Expense, Milestone]

    @classmethod
    def execute_action(cls, objects: Sequence[Model], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        with what_stays_follows(objects):
            done: tuple[int, int] = super().execute_action(objects, user, **kwargs)
        return done

    def get_queryset(self, model: type[Model], object_ids: Any) -> list[Model]:
        return get_list_or_404(self.visible(), pk__in=object_ids)

    def visible(self) -> QuerySet:
        return self.model._default_manager.visible_to(self.request.user)

    def get_all_objects_in_listing_query(self, parent_id: str | None) -> QuerySet:
        """The list with the filters and the search that stand in this address."""
        filters = self.model.snippet_viewset.filterset_class(self.request.GET, self.visible(), request=self.request)
        found = filters.qs
        if words := self.request.GET.get("q"):
            found = found.search(words)
        return found.order_by().values("pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        records = [shown["item"] for shown in context["items"]]
        return context | {"warning": warning(records) if records else ""}
