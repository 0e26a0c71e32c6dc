"""Deleting records: asked once, told in numbers, and never more than the list that one looks at."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any

from django import forms
from django.db import router, transaction
from django.db.models import Model, ProtectedError, QuerySet
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_list_or_404, redirect
from django.utils.functional import cached_property, classproperty
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views.snippets import DeleteView

from dossiers.models import (
    ClosingReason,
    ContactMoment,
    Dossier,
    Employer,
    EmployerInterest,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    ImportProfile,
    Milestone,
    Organisation,
    Placement,
    Regulation,
    Sector,
)
from dossiers.models.deletion_guard import INSTEAD, counted, work_behind
from dossiers.models.placements.status_sync import sync_after_deletion


def goes_with(records: Sequence[Model]) -> str:
    """What else is deleted with these records, in numbers: "2 supplies"; empty when nothing is."""
    model = type(records[0])
    collector = Collector(using=router.db_for_write(model))
    collector.collect(records)
    counts: Counter[type[Model]] = Counter({kind: len(instances) for kind, instances in collector.data.items()})
    for set_ in collector.fast_deletes:
        counts[set_.model] += set_.count()
    return ", ".join(
        _in_numbers({kind: n for kind, n in counts.items() if n and kind is not model and not kind._meta.auto_created})
    )


def _in_numbers(counts: Mapping[type[Model], int]) -> list[str]:
    return [counted(kind, count) for kind, count in counts.items()]


def still_used(users: Iterable[Model]) -> str:
    """One sentence on why what these records refer to stays."""
    users_in_numbers = _in_numbers(Counter(type(user) for user in users))
    return _("It can't be deleted, as it is still used: %(what)s.") % {
        "what": get_text_list(sorted(users_in_numbers), _("and"))
    }


def warning(records: Sequence[Model]) -> str:
    """One sentence about what deleting these takes along."""
    gone = goes_with(records)
    return _("Also deleted: %(what)s.") % {"what": gone} if gone else ""


def what_keeps(record: Model) -> str:
    """Why this record can't be deleted and what one can do instead; empty when it can."""
    behind = work_behind(type(record), [record.pk])
    if not behind:
        return ""
    names = {"record": record.heading, "work": get_text_list(behind[record.pk], _("and"))}  # type: ignore[attr-defined]
    text = _("%(record)s can't be deleted, for work was done with it: %(work)s.") % names
    return f"{text} {INSTEAD[type(record)]}"


def what_stays_follows(records: Sequence[Model]) -> AbstractContextManager[None]:
    """Around their deletion: a dossier whose placement goes is matched no more."""
    keys = [record.pk for record in records if isinstance(record, Placement)]
    return sync_after_deletion(Placement.objects.filter(pk__in=keys))


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

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError:  # work was done with one of them just now
            messages.error(self.request, _("Nothing was deleted, for work was done with one of these meanwhile."))
            response = redirect(self.request.get_full_path())
        return response

    def check_perm(self, snippet: Model) -> bool:
        """What has work behind it stays, and the page says so."""
        return super().check_perm(snippet) and snippet.pk not in self.behind

    @cached_property
    def behind(self) -> dict[Any, list[str]]:
        """What stands behind those that can't be deleted, by key."""
        return work_behind(self.model, self.ticked)

    def get_queryset(self, model: type[Model], object_ids: Any) -> list[Model]:
        records = self._ticked(object_ids)
        self.ticked = [record.pk for record in records]
        return records

    def _ticked(self, object_ids: Any) -> list[Model]:
        if isinstance(object_ids, QuerySet):  # all of a list, which may be empty
            return list(self.visible().filter(pk__in=object_ids))
        return get_list_or_404(self.visible(), pk__in=object_ids)

    def visible(self) -> QuerySet:
        return self.model._default_manager.visible_to(self.request.user)

    def get_all_objects_in_listing_query(self, parent_id: str | None) -> QuerySet:
        """The list as it stands at this address: nothing where one of its filters is gone."""
        records: QuerySet = self.model.snippet_viewset.list_as_seen(self.request.user, self.request.GET).get_queryset()
        return records.order_by().values("pk")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.GET.getlist("id"):
            messages.error(request, _("Tick at least one line first."))
            return redirect(self.next_url)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_form(self, form_class: Any = None) -> Any:
        """It says which records its user saw: when these are not the same any more, nothing is deleted."""
        form = super().get_form(form_class)
        seen = self.set_of(self.get_actionable_objects()[0])
        form.fields["seen"] = SeenField(seen)
        form.initial["seen"] = seen
        return form

    @staticmethod
    def set_of(records: Sequence[Model]) -> str:
        """The same for the same records, in whatever order."""
        return sha256(",".join(sorted(str(record.pk) for record in records)).encode()).hexdigest()

    def form_invalid(self, form: Any) -> HttpResponse:
        form.data = {"seen": form.initial["seen"]}  # they are shown again as they are now
        response: HttpResponse = super().form_invalid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        records = [shown["item"] for shown in context["items"]]
        stays = [
            {"record": record, "work": get_text_list(self.behind[record.pk], _("and"))}
            for record in context.pop("items_with_no_access")
            if record.pk in self.behind
        ]
        return context | {
            "warning": warning(records) if records else "",
            "stays": stays,
            "instead": INSTEAD.get(self.model, ""),
        }


class SeenField(forms.CharField):
    """Which records a page showed."""

    def __init__(self, now: str) -> None:
        super().__init__(widget=forms.HiddenInput, required=False)
        self.now = now

    def clean(self, value: Any) -> str:
        if value != self.now:
            raise forms.ValidationError(_("The list changed meanwhile. These are the ones now: look again."))
        return self.now


class DeleteListRow(DeleteView):
    """A row of a short list; one that records still use stays."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError as error:
            messages.error(self.request, still_used(error.protected_objects))
            response = redirect(self.get_success_url())
        return response


class DeleteListRows(DeleteBulkAction):
    """The same for those that are ticked: all go, or none."""

    @classproperty
    def models(cls) -> list[type[Model]]:
        return [ClosingReason, FindingCategory, ImportProfile, Organisation, Regulation, Sector]

    @classmethod
    def execute_action(cls, objects: Sequence[Model], **_kwargs: Any) -> tuple[int, int]:
        """One by one: what public pages show of them goes with each."""
        with transaction.atomic():
            for record in objects:
                record.delete()
        return len(objects), 0

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError as error:
            messages.error(self.request, still_used(error.protected_objects))
            response = redirect(self.next_url)
        return response
