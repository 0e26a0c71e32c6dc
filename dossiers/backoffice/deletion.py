"""Deletion of records: the confirmation with its consequences, and the deletion of a selection."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import router, transaction
from django.db.models import PROTECT, SET_NULL, Model, ProtectedError, QuerySet
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_list_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property, classproperty
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views.snippets import DeleteView

from dossiers.backoffice.access_log import log_list_access
from dossiers.forgetting.anonymize import AnonymizationRefused, find_import_obstacle, remove_from_other_records
from dossiers.forgetting.employers import delete_rows_of_employers, find_rows_of_employers
from dossiers.forgetting.mentions import find_mentions
from dossiers.forgetting.personal_data import Person
from dossiers.forgetting.retention_map import holds_people
from dossiers.models import (
    ClosingReason,
    ContactMoment,
    Deletion,
    Dossier,
    Employer,
    EmployerInterest,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    GlossaryTerm,
    ImportProfile,
    Milestone,
    Organisation,
    Placement,
    RecordMail,
    Regulation,
    Sector,
)
from dossiers.models.deletion import store_deletion
from dossiers.models.deletion_guard import ALTERNATIVES, find_blocking_records, format_count
from dossiers.models.placements.placement import PlacementQuerySet
from dossiers.models.placements.status_sync import find_statuses_after_deletion, sync_after_deletion

UNDO_TERM = gettext_lazy("You can undo this for 30 days.")
MAX_DOSSIERS = 50  # to delete at once, as all texts about others are searched for each name


def describe_cascade(records: Sequence[Model]) -> str:
    """Return the other objects that are deleted with these records, such as "2 supplies", or ""."""
    model = type(records[0])
    collector = Collector(using=router.db_for_write(model))
    collector.collect(records)
    counts: Counter[type[Model]] = Counter({kind: len(instances) for kind, instances in collector.data.items()})
    for set_ in collector.fast_deletes:
        counts[set_.model] += set_.count()
    return ", ".join(
        _count_by_model(
            {kind: n for kind, n in counts.items() if n and kind is not model and not kind._meta.auto_created}
        )
    )


def _count_by_model(counts: Mapping[type[Model], int]) -> list[str]:
    return [
        _("the history of %(what)s") % {"what": format_count(kind.instance_type, count)}
        if hasattr(kind, "instance_type")
        else format_count(kind, count)
        for kind, count in counts.items()
    ]


def describe_references(references: Counter[type[Model]]) -> str:
    """Return a sentence that a record can't be deleted because of the objects that refer to it, counted by model."""
    counts = sorted(_count_by_model(references))
    return _("It can't be deleted, as it is still used: %(what)s.") % {"what": get_text_list(counts, _("and"))}


def get_deletion_warning(records: Sequence[Model]) -> str:
    """Return sentences about the objects that are deleted too and the dossiers whose status changes, or ""."""
    gone = describe_cascade(records)
    sentences = [_("Also deleted: %(what)s.") % {"what": gone}] if gone else []
    mails = [record.pk for record in records if isinstance(record, ContactMoment)]
    if RecordMail.objects.waiting_proposals().filter(contact__in=mails).exists():
        sentences.append(_("A mail that still waits is not sent, and the employer is not told about the candidate."))
    references_by_status = defaultdict(list)
    for dossier, status in find_statuses_after_deletion(_get_placements(records)).items():
        references_by_status[status].append(dossier.reference)
    for status, references in references_by_status.items():
        words = {"status": status.label, "dossiers": get_text_list(references, _("and"))}
        sentences.append(_("The status becomes “%(status)s”: %(dossiers)s.") % words)
    return " ".join(sentences)


def get_deletion_refusal(record: Model) -> str:
    """Return why a record can't be deleted and what to do instead, or "" if it can be deleted."""
    behind = find_blocking_records(type(record), [record.pk])
    if not behind:
        return ""
    names = {"record": record.heading, "work": get_text_list(behind[record.pk], _("and"))}  # type: ignore[attr-defined]
    text = _("%(record)s can't be deleted, for this belongs to it: %(work)s.") % names
    return f"{text} {get_alternative(record)}"


def get_alternative(record: Any) -> str:
    """Return what to do with a record that can't be deleted."""
    if record.archived_at:
        return _("It is in the archive already.")
    if record.is_finished:
        return _("Archive it instead: the lists leave it out, and figures, reports and searches keep it.")
    return str(ALTERNATIVES[type(record)])


def add_undo_button(message: str, deletion: Deletion) -> str:
    """Return the message that records were deleted, as HTML, with a link to the page that restores them."""
    button = messages.button(reverse("dossiers_deletion_undo", args=[deletion.pk]), _("Undo"))
    return messages.render(message, [button])


def sync_statuses_after_deletion(records: Sequence[Model]) -> AbstractContextManager[None]:
    """Return a context manager that updates the statuses of dossiers whose placements are deleted in it."""
    return sync_after_deletion(_get_placements(records))


def _get_placements(records: Sequence[Model]) -> PlacementQuerySet:
    return Placement.objects.filter(pk__in=[record.pk for record in records if isinstance(record, Placement)])


class DeleteRecords(DeleteBulkAction):
    """Delete the selected records.

    Wagtail's own action ignores the filters of the list for "all", and names records that the user may not see.
    """

    template_name = "dossiers/records/delete_many.html"
    deletion: Deletion | None = None

    @classproperty
    def models(cls) -> list[type[Model]]:
        return [Dossier, EmployerInterest, Employer, Placement, Finding, ContactMoment, FollowUp, Expense, Milestone]

    @classmethod
    def execute_action(cls, objects: Sequence[Model], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        with transaction.atomic(), sync_statuses_after_deletion(objects):
            import_rows = {
                record.pk: remove_from_other_records(record, user, decisions={})
                for record in objects
                if isinstance(record, Dossier)
            }
            if cls.is_about_employers(objects):
                import_rows = delete_rows_of_employers([record.pk for record in objects])
            if objects:
                kwargs["self"].deletion = store_deletion(objects, user, import_rows)
            done: tuple[int, int] = super().execute_action(objects, user, **kwargs)
        return done

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "user": self.request.user}

    @staticmethod
    def is_about_employers(records: Sequence[Model]) -> bool:
        return bool(records) and isinstance(records[0], Employer)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError:  # somebody worked with one of them after the page was shown
            messages.error(self.request, _("Nothing was deleted, for work was done with one of these meanwhile."))
            response = redirect(self.request.get_full_path())
        except AnonymizationRefused as reason:
            messages.error(self.request, str(reason))
            response = redirect(self.request.get_full_path())
        return response

    def get_success_message(self, *counts: int) -> str:
        message: str = super().get_success_message(*counts)
        return add_undo_button(message, self.deletion) if self.deletion else message

    def check_perm(self, snippet: Model) -> bool:
        """Refuse records that work was done with or that are named elsewhere; the page names them."""
        return super().check_perm(snippet) and snippet.pk not in self.behind and snippet.pk not in self.named_elsewhere

    @cached_property
    def behind(self) -> dict[Any, list[str]]:
        """Return the work that was done with the records that can't be deleted, by id."""
        return find_blocking_records(self.model, self.selected_keys)

    @property
    def has_too_many_dossiers(self) -> bool:
        return self.model is Dossier and len(self.selected_keys) > MAX_DOSSIERS

    @cached_property
    def named_elsewhere(self) -> set[Any]:
        """Return the ids of the dossiers whose person is named in texts about others or in an unfinished import.

        All dossiers if there are too many of them to search all texts for each.
        """
        if self.has_too_many_dossiers:
            return set(self.selected_keys)
        dossiers = Dossier.objects.filter(pk__in=self.selected_keys) if self.model is Dossier else ()
        people = [Person(dossier, with_deleted=False) for dossier in dossiers if dossier.pk not in self.behind]
        return {person.dossier.pk for person in people if find_import_obstacle(person) or find_mentions(person)}

    def get_queryset(self, model: type[Model], object_ids: Any) -> list[Model]:
        if isinstance(object_ids, QuerySet):  # all records of a list, which may be empty
            records = list(self.get_visible_records().filter(pk__in=object_ids))
        else:
            records = get_list_or_404(self.get_visible_records(), pk__in=object_ids)
        self.selected_keys = [record.pk for record in records]
        return records

    def get_visible_records(self) -> QuerySet:
        return self.model._default_manager.visible_to(self.request.user)

    def get_all_objects_in_listing_query(self, parent_id: str | None) -> QuerySet:
        """Return the ids of the filtered list; empty if one of its filters does not exist any more."""
        records: QuerySet = self.model.snippet_viewset.build_list_view(
            self.request.user, self.request.GET
        ).get_queryset()
        return records.order_by().values("pk")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.GET.getlist("id"):
            messages.error(request, _("Tick at least one line first, or everything in this list."))
            return redirect(self.next_url)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if request.method == "GET" and holds_people(self.model):
            about = self.model._meta.verbose_name_plural
            log_list_access(request, about, len(self.selected_keys), [_("ticked lines")])
        return response

    def get_form(self, form_class: Any = None) -> Any:
        """Return a form with a hash of the records shown; nothing is deleted if they changed since."""
        form = super().get_form(form_class)
        seen = self.hash_records(self.get_actionable_objects()[0])
        form.fields["seen"] = SeenField(seen)
        form.initial["seen"] = seen
        return form

    @staticmethod
    def hash_records(records: Sequence[Model]) -> str:
        """Return a hash of the ids that does not depend on their order."""
        return sha256(",".join(sorted(str(record.pk) for record in records)).encode()).hexdigest()

    def form_invalid(self, form: Any) -> HttpResponse:
        form.data = {"seen": form.initial["seen"]}  # the page shows the current records again
        response: HttpResponse = super().form_invalid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        records = [shown["item"] for shown in context["items"]]
        refused = context.pop("items_with_no_access")
        stays = [
            {"record": record, "work": get_text_list(self.behind[record.pk], _("and"))}
            for record in refused
            if record.pk in self.behind
        ]
        too_many = self.has_too_many_dossiers
        named = [] if too_many else [record for record in refused if record.pk in self.named_elsewhere]
        name: Any = self.model.snippet_viewset.get_url_name("delete")
        return context | {
            "warning": get_deletion_warning(records) if records else "",
            "stays": stays,
            "named": [{"record": record, "url": reverse(name, args=[record.pk])} for record in named],
            "in_imports": any(
                isinstance(record, Dossier) and Person(record, with_deleted=False).listed_rows.exists()
                for record in records
            ),
            "employers_in_imports": self.is_about_employers(records)
            and find_rows_of_employers([record.pk for record in records]).exists(),
            "maximum": MAX_DOSSIERS if too_many else None,
            "undo_term": UNDO_TERM,
            "instead": ALTERNATIVES.get(self.model, ""),
        }


class SeenField(forms.CharField):
    """A hidden field with the hash of the records that the page showed."""

    def __init__(self, now: str) -> None:
        super().__init__(widget=forms.HiddenInput, required=False)
        self.current_hash = now

    def clean(self, value: Any) -> str:
        if value != self.current_hash:
            raise forms.ValidationError(_("The list changed meanwhile. These are the ones now: look again."))
        return self.current_hash


def count_references(row: Model) -> Counter[type[Model]]:
    """Count the records that prevent the deletion of a row: it would delete them or empty their keys silently.

    Also those whose history alone refers to it: the history would not tell any more which row it was.

    Keys to an import profile don't count: a profile is not needed any more once its lists are imported.
    """
    references: Counter[type[Model]] = Counter()
    if not isinstance(row, ImportProfile):
        for relation in row._meta.related_objects:
            if relation.many_to_many or relation.on_delete in (SET_NULL, PROTECT):
                records = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
                references[relation.related_model] += records.count()
                history = getattr(relation.related_model, "history", None)
                # The history has no many-to-many fields: it tells of sectors by name.
                if history and not relation.many_to_many and not records.exists():
                    steps = history.filter(**{relation.field.name: row.pk})
                    references[history.model] += steps.values("id").distinct().count()
    return +references


def refuse_lost_references(rows: Iterable[Model]) -> None:
    """Raise ValidationError if a record refers to one of the rows."""
    for row in rows:
        if references := count_references(row):
            raise ValidationError(describe_references(references))


class WithoutWagtailUsage:
    """A deletion view without Wagtail's count of references, which doesn't know those between records."""

    def get_usage_url(self) -> None:
        return None


class DeleteListRow(WithoutWagtailUsage, DeleteView):
    """Delete a row of an editable list, or explain that records still refer to it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if references := count_references(self.object):
            messages.error(request, describe_references(references))
            return redirect(self.edit_url_name, self.object.pk)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            refuse_lost_references([self.object])
            response: HttpResponse = super().form_valid(form)
        except ValidationError as error:
            messages.error(self.request, error.message)
            response = redirect(self.get_success_url())
        return response


class DeleteListRows(DeleteBulkAction):
    """Delete the selected rows of an editable list; all of them or none."""

    @classproperty
    def models(cls) -> list[type[Model]]:
        return [ClosingReason, FindingCategory, GlossaryTerm, ImportProfile, Organisation, Regulation, Sector]

    @classmethod
    def execute_action(cls, objects: Sequence[Model], **_kwargs: Any) -> tuple[int, int]:
        """Delete one by one, so that the signals update the public pages that show a row."""
        with transaction.atomic():
            refuse_lost_references(objects)
            for record in objects:
                record.delete()
        return len(objects), 0

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ValidationError as error:
            messages.error(self.request, error.message)
            response = redirect(self.next_url)
        return response
