"""Archiving: the pages that archive and restore selected records, and what the page of a record says of it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button

from admin_pages.users import get_actor_name
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.bulk_changes.selection import SelectionMixin
from dossiers.backoffice.labels import format_count
from dossiers.backoffice.listing.query_strings import TICKED
from dossiers.bulk_changes.archive import archive, find_archivable, restore
from dossiers.filters.archive import ALSO, ARCHIVE
from dossiers.filters.figures import FIGURE
from dossiers.filters.imported import IMPORT
from dossiers.models import Dossier, Employer, EmployerInterest, Placement
from dossiers.models.archive import ArchivableRecord

MAX_RECORDS = 5_000  # at once: it happens while the user waits
ARCHIVED_AT = "_archived_at"  # the parameter with the moment of the archiving that an undo restores
WHICH_CAN = {
    Dossier: _("Only a closed dossier can be archived: first choose the status “completed” or “withdrawn”."),
    Employer: _("Only an employer without an open interest and without an ongoing placement can be archived."),
    EmployerInterest: _("Only a closed interest can be archived: first choose the status “closed”."),
    Placement: _("Only an ended placement can be archived: first end it."),
}


def may_archive(record: Model, user: Any) -> bool:
    return bool(user.has_perm(f"dossiers.change_{record._meta.model_name}"))


def get_archive_url(record: Any, user: Any) -> str:
    """Return the URL of the page that archives a record; "" if it can't be archived, or not by this user."""
    if record.archived_at or not record.is_finished or not may_archive(record, user):
        return ""
    return _build_url("archive", record)


def get_archive_buttons(record: Any, user: Any) -> list[Button]:
    """Return the menu button of a record's page; none if it can't be archived."""
    url = get_archive_url(record, user)
    return [Button(gettext("Archive…"), url=url, icon_name="folder-inverse", priority=35)] if url else []


@dataclass(frozen=True)
class Archived:
    """When and by whom a record was archived; `restore_url` is empty for a user who may not change it."""

    day: datetime
    who: str
    restore_url: str


def describe_archived(record: Any, user: Any) -> Archived | None:
    """Return what the page of an archived record says of it; None for another record."""
    if not record.archived_at:
        return None
    steps = record.history.filter(archived_at=record.archived_at).select_related("history_user")
    first = steps.order_by("history_date", "history_id").first()
    actor = get_actor_name(first.history_user if first else None)
    return Archived(record.archived_at, actor, _build_url("restore", record) if may_archive(record, user) else "")


def _build_url(page: str, record: Model) -> str:
    query = urlencode({TICKED: record.pk})
    return f"{reverse(f'dossiers_list_{page}', args=[record._meta.model_name])}?{query}"


class ArchivePage(SelectionMixin, TemplateView):
    """Base of the pages that archive or restore the selected records."""

    template_name = "dossiers/listing/archive.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.kind not in {model._meta.model_name for model in WHICH_CAN}:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def dispatch_visible(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.selected_keys and not self.visible_records.filter(pk__in=self.selected_keys).exists():
            raise Http404
        return super().dispatch_visible(request, *args, **kwargs)

    def is_allowed(self) -> bool:
        return self.request.user.has_perm(f"dossiers.change_{self.kind}")

    @cached_property
    def list_view(self) -> Any:
        query = self.request.GET.copy()
        if not (query.get(FIGURE) or query.get(IMPORT)):  # these lists have archived records too
            query[ARCHIVE] = ALSO
        return self.model.snippet_viewset.build_list_view(self.request.user, query)  # type: ignore[attr-defined]

    @property
    def selected_keys(self) -> list[int] | None:
        keys: list[int] | None = self.list_view.selected_keys
        return keys

    @property
    def visible_records(self) -> Any:
        return self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]

    @cached_property
    def records(self) -> QuerySet:
        """The selected records, without what the list joins to them."""
        keys = self.list_view.get_queryset().order_by().values("pk")
        return self.model._default_manager.filter(pk__in=keys)

    @cached_property
    def changing(self) -> QuerySet:
        """The selected records that the page archives or restores."""
        raise NotImplementedError

    @cached_property
    def changing_count(self) -> int:
        return self.changing.count()

    @property
    def too_many(self) -> str:
        if self.changing_count <= MAX_RECORDS:
            return ""
        text = gettext("At most %(maximum)s at once. Filter the list first, or tick fewer lines.")
        return text % {"maximum": format_count(self.model, MAX_RECORDS)}

    @cached_property
    def record(self) -> ArchivableRecord | None:
        """The record, if a single one was selected."""
        keys = self.selected_keys or []
        record: ArchivableRecord | None = self.visible_records.filter(pk__in=keys).first() if len(keys) == 1 else None
        return record

    def describe(self, count: int) -> str:
        """Return the reference or the name of a single record, else how many records these are."""
        return str(self.record) if self.record else format_count(self.model, count)

    def get_back_url(self) -> str:
        return get_record_url(self.record) if self.record else self.list_url

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.too_many:
            return self.get(request, *args, **kwargs)
        self.change()
        return redirect(self.get_back_url())

    def change(self) -> None:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "counts": {"changing": self.changing_count},
            "too_many": self.too_many,
            "back_url": self.get_back_url(),
            "back": gettext("Back to %(record)s") % {"record": self.record}
            if self.record
            else gettext("Back to the list"),
        }


class ArchiveView(ArchivePage):
    """Archive the finished records of the selection; the others stay as they are."""

    header_icon = "folder-inverse"
    page_title = _("Archive")

    @cached_property
    def changing(self) -> QuerySet:
        changing: QuerySet = find_archivable(self.records)
        return changing

    def change(self) -> None:
        at = timezone.now()
        count = archive(self.records, cast(User, self.request.user), at)
        if not count:
            messages.error(self.request, gettext("Nothing was archived."))
            return
        undo = f"{reverse('dossiers_list_restore', args=[self.kind])}?{urlencode({ARCHIVED_AT: at.isoformat()})}"
        text = ngettext("%(records)s was archived.", "%(records)s were archived.", count)
        buttons = [] if self.record else [messages.button(undo, gettext("Undo"))]  # its page restores a single record
        messages.success(self.request, text % {"records": self.describe(count)}, buttons=buttons)

    def describe_staying(self) -> list[str]:
        archived = self.records.exclude(archived_at=None).count()
        unfinished = self.records.count() - archived - self.changing_count
        sentences = []
        if unfinished:
            text = ngettext("%(records)s is not archived.", "%(records)s are not archived.", unfinished)
            sentences.append(f"{text % {'records': self.describe(unfinished)}} {WHICH_CAN[cast(Any, self.model)]}")
        if archived:
            text = ngettext(
                "%(records)s is in the archive already.", "%(records)s are in the archive already.", archived
            )
            sentences.append(text % {"records": self.describe(archived)})
        return sentences

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        count = self.changing_count
        heading = gettext("Archive %(records)s?") % {"records": self.describe(count)}
        return super().get_context_data(**kwargs) | {
            "heading": heading if count else gettext("Nothing to archive"),
            "staying": self.describe_staying(),
            "button": gettext("Archive"),
        }


class RestoreView(ArchivePage):
    """Take the selected records out of the archive, or all records of one archiving, which this undoes."""

    header_icon = "folder-open-1"
    page_title = _("Restore")

    @cached_property
    def moment(self) -> datetime | None:
        try:
            return parse_datetime(self.request.GET.get(ARCHIVED_AT, ""))
        except ValueError:
            return None

    @property
    def has_selection(self) -> bool:
        return self.moment is not None or super().has_selection

    @cached_property
    def changing(self) -> QuerySet:
        archived = self.records.exclude(archived_at=None)
        return archived.filter(archived_at=self.moment) if self.moment else archived

    def change(self) -> None:
        count = restore(self.changing, cast(User, self.request.user))
        if not count:
            nothing = gettext("Nothing was restored: somebody restored it already.")
            again = gettext("%(record)s was restored already.") % {"record": self.record}
            messages.info(self.request, again if self.record else nothing)
            return
        text = ngettext("%(records)s was restored.", "%(records)s were restored.", count)
        messages.success(self.request, text % {"records": self.describe(count)})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        count = self.changing_count
        heading = gettext("Restore %(records)s?") % {"records": self.describe(count)}
        return super().get_context_data(**kwargs) | {
            "restores": True,
            "heading": heading if count else gettext("Nothing to restore"),
            "button": gettext("Restore"),
        }


def urls() -> list[URLPattern]:
    return [
        path("lists/<slug:kind>/archive/", ArchiveView.as_view(), name="dossiers_list_archive"),
        path("lists/<slug:kind>/restore/", RestoreView.as_view(), name="dossiers_list_restore"),
    ]
