"""The list of what was deleted, and the page that undoes a deletion."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry

from admin_pages.pages import AdminPageMixin, BreadcrumbsMixin, Link
from admin_pages.users import get_actor_name
from dates.format import format_date
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_list_url, get_record_url
from dossiers.backoffice.columns import PersonColumn
from dossiers.backoffice.forgetting.contact import CONTACT_PERMISSIONS, get_contact_url
from dossiers.backoffice.forgetting.dossier import PERMISSIONS
from dossiers.backoffice.labels import get_heading
from dossiers.change_sets import acquire_lock
from dossiers.forgetting.retention_map import holds_people
from dossiers.models import BulkChange, Deletion, Dossier, Employer, EmployerInterest, ImportRun
from dossiers.models.change_set import NotUndone
from dossiers.models.deletion import (
    BELONGS_TO,
    DELETABLE,
    RESTORE,
    RESTORED,
    DeletedRecord,
    Superseded,
    find_obstacle,
    undo_deletion,
)
from dossiers.models.deletion_guard import format_count
from dossiers.models.imports.import_row import GONE
from dossiers.models.snapshots import rebuild_record
from dossiers.spreadsheets.matching.similar_employers import UNIQUE_VALUES, find_similar_employers
from dossiers.spreadsheets.matching.similar_people import find_similar_dossiers

MAX_NAMES = 3


class DeletionMixin:
    """Limit a page to deletions of records that the user may delete; 404 for users who may delete none."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_undo_deletions(request.user):
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def get_deletions(self) -> QuerySet[Deletion]:
        return Deletion.objects.visible_to(self.request.user).undoable()


def may_undo_deletions(user: Any) -> bool:
    return any(user.has_perm(f"dossiers.delete_{model._meta.model_name}") for model in DELETABLE)


def get_deletions_buttons(user: Any, model: type[Model]) -> list[Button]:
    """Return the button of the list of a model that leads to what was deleted."""
    if not user.has_perm(f"dossiers.delete_{model._meta.model_name}"):
        return []
    return [Button(_("Deleted records"), url=reverse("dossiers_deletions"), icon_name="bin")]


class DeletionListView(DeletionMixin, BreadcrumbsMixin, BaseListingView):
    """The list of deletions of the last 30 days, which can be undone."""

    model = Deletion
    template_name = "dossiers/deletions/list.html"
    page_title = _("Deleted records")
    header_icon = "bin"
    index_url_name = "dossiers_deletions"
    paginate_by = 50
    default_ordering = "-applied_at"

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "name",
                label=_("What"),
                accessor=describe_deletion,
                get_url=lambda deletion: reverse("dossiers_deletion_undo", args=[deletion.pk]),
            ),
            Column("kind", label=_("Kind"), accessor=lambda deletion: capfirst(deletion.model._meta.verbose_name)),
            PersonColumn("user", label=_("By")),
            Column("applied_at", label=_("Deleted on"), accessor=lambda deletion: format_date(deletion.applied_at)),
            Column("until", label=_("Can be restored until"), accessor=describe_term),
        ]

    def get_base_queryset(self) -> QuerySet:
        return self.get_deletions().select_related("user")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        log_deleted_names(self.request, context["object_list"])
        return context


def describe_deletion(deletion: Deletion) -> str:
    """Return the names of the records that can be restored, of which more than three are counted."""
    names = [record.name for record in deletion.get_records()]
    shown = ", ".join(names[:MAX_NAMES])
    others = len(names) - MAX_NAMES
    if others <= 0:
        return shown
    return gettext("%(names)s and %(number)d more") % {"names": shown, "number": others}


def describe_term(deletion: Deletion) -> str:
    """Return the last day on which the records can be restored, or that none of them can be restored now."""
    if all(map(find_obstacle, deletion.get_records())):
        return gettext("can't be restored now")
    return format_date(deletion.undo_until)


def log_deleted_names(request: HttpRequest, deletions: Any) -> None:
    """Write to the access log that the user saw the names of these deleted people."""
    number = sum(len(deletion.records) for deletion in deletions if holds_people(deletion.model))
    log_list_access(request, gettext("Deleted records"), number)


class UndoDeletionView(DeletionMixin, AdminPageMixin, TemplateView):
    """Show what comes back and what does not, and restore the records after confirmation."""

    template_name = "dossiers/deletions/undo.html"
    page_title = _("Undo a deletion")
    header_icon = "bin"
    has_typed_values = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        restored = Deletion.objects.visible_to(request.user).exclude(undone_at=None).filter(pk=kwargs["pk"]).first()
        if restored is None:
            return super().dispatch(request, *args, **kwargs)
        text = gettext("This was restored already by %(who)s on %(day)s.")
        name, day = get_actor_name(restored.undone_by), format_date(restored.undone_at)
        messages.info(request, text % {"who": name, "day": day})
        return redirect("dossiers_deletions")

    @cached_property
    def deletion(self) -> Deletion:
        return get_object_or_404(self.get_deletions(), pk=self.kwargs["pk"])

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_deletions"), _("Deleted records"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        log_deleted_names(self.request, [self.deletion])
        shown = [
            {
                "name": record.name,
                "others": describe_others(record),
                "obstacle": find_obstacle(record),
                "warnings": find_warnings(record, self.deletion, self.request.user),
                "forget_url": get_forget_url(record, self.request.user),
            }
            for record in self.deletion.get_records()
        ]
        return super().get_context_data(**kwargs) | {
            "deletion": self.deletion,
            "returning": [record for record in shown if not record["obstacle"]],
            "obstructed": [record for record in shown if record["obstacle"]],
            "holds_people": holds_people(self.deletion.model),
            "list_url": get_list_url(self.deletion.model),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        deletion = self.deletion
        try:
            with transaction.atomic():
                acquire_lock()  # an import that is being applied relies on the records that it matched
                restored = undo_deletion(deletion.pk, cast(User, request.user))
        except NotUndone as reason:
            messages.error(request, str(reason))
            return redirect(request.path)
        if len(restored) == 1:
            messages.success(request, gettext("%(name)s is back.") % {"name": restored[0].heading})  # type: ignore[attr-defined]
            return redirect(get_record_url(restored[0]))
        text = gettext("Restored: %(what)s.") % {"what": format_count(deletion.model, len(restored))}
        messages.success(request, text)
        return redirect(get_list_url(deletion.model))


def get_forget_url(record: DeletedRecord, user: Any) -> str:
    """Return the address of the page that forgets the person or the contact of the record; empty if there is none."""
    if record.model is Dossier and user.has_perms(PERMISSIONS):
        return reverse("dossiers_forget_deleted", args=[record.key])
    if record.model in (Employer, EmployerInterest) and user.has_perms(CONTACT_PERMISSIONS):
        return get_contact_url(record.model, record.key)
    return ""


def describe_others(record: DeletedRecord) -> str:
    return ", ".join(format_count(model, number) for model, number in record.count_others().items())


def find_warnings(record: DeletedRecord, deletion: Deletion, user: Any) -> list[str]:
    """Return what does not come back with a record, and what else it brings about, such as a double."""
    warnings = [describe_superseded(each) for each in record.find_superseded().values()]
    if status_change := record.find_status_change():
        dossier, status = status_change
        words = {"status": status.label, "dossiers": dossier.reference}
        warnings.append(gettext("The status becomes “%(status)s”: %(dossiers)s.") % words)
    similar: Sequence[Dossier | Employer] = ()
    if record.model is Dossier:
        similar = find_similar_dossiers(rebuild_record(Dossier, record.snapshots[0][1]))
        text = gettext("There may be a dossier of this person already: {references}.")
    elif record.model is Employer:
        employer = rebuild_record(Employer, record.snapshots[0][1])
        visible = Employer.objects.visible_to(user)
        similar = find_similar_employers(employer, ("company_name", *UNIQUE_VALUES), visible)
        text = gettext("This employer may be there already: {references}.")
    if similar:
        links = [(get_record_url(other), getattr(other, "reference", other.heading)) for other in similar]
        warnings.append(format_html(text, references=format_html_join(", ", '<a href="{}">{}</a>', links)))
    runs = ImportRun.objects.filter(pk__in=[row.run for row in record.import_rows], undone_at__gt=deletion.applied_at)
    for run in runs.select_related("organisation"):
        text = gettext("This import was undone since: %(list)s. What it filled in comes back and stays.")
        warnings.append(text % {"list": run.description})
    changes = BulkChange.objects.filter(kind=record.model._meta.model_name, undone_at__gt=deletion.applied_at)
    for change in changes.filter(rows__record_id=record.key, rows__kept=GONE).distinct():
        text = gettext("%(change)s was undone since. What it filled in comes back and stays.")
        warnings.append(text % {"change": change})
    return warnings


def describe_superseded(superseded: Superseded) -> str:
    """Return the sentence that this does not come back, with the records to which its unique value belongs by now."""
    holder, kind = superseded.holder, superseded.record._meta.verbose_name
    fields = [field for field in holder._meta.concrete_fields if field.related_model in BELONGS_TO]
    owners = [owner for field in fields if (owner := getattr(holder, field.name))] or [holder]
    references = [getattr(owner, "reference", get_heading(owner)) for owner in owners]
    words = {"what": f"{kind} {get_heading(superseded.record)}", "holder": get_text_list(references, gettext("and"))}
    return gettext("The %(what)s does not come back: it belongs to %(holder)s now.") % words


class DeletionsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_undo_deletions(request.user)


def deletions_menu_item() -> MenuItem:
    return DeletionsMenuItem(
        _("Deleted records"), reverse_lazy("dossiers_deletions"), name="deletions", icon_name="bin", order=900
    )


def deletion_urls() -> list[URLPattern]:
    return [
        path("deletions/", DeletionListView.as_view(), name="dossiers_deletions"),
        path("deletions/<int:pk>/", UndoDeletionView.as_view(), name="dossiers_deletion_undo"),
    ]


def register_restore_action(actions: LogActionRegistry) -> None:
    actions.register_action(RESTORE, _("Restore"), RESTORED)
