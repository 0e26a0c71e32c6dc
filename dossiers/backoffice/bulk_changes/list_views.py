"""The list of bulk changes."""

from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from admin_pages.pages import BreadcrumbsMixin
from dossiers.backoffice.columns import DateColumn, PersonColumn
from dossiers.backoffice.list_exports import ExportableListMixin
from dossiers.bulk_changes.available_fields import get_fields
from dossiers.bulk_changes.fields import BulkField
from dossiers.bulk_changes.own_fields import GoneField
from dossiers.models import BulkChange
from dossiers.models.bulk_change import KINDS


def may_change_many(user: Any) -> bool:
    return any(user.has_perm(f"dossiers.change_{kind}") for kind in KINDS)


class BulkListView(BreadcrumbsMixin, ExportableListMixin, BaseListingView):
    model = BulkChange
    page_title = _("Bulk changes")
    no_results_message = _("Nothing was changed in many records at once yet. Tick rows in a list and choose “Change…”.")
    header_icon = "edit"
    index_url_name = "dossiers_bulk_changes"
    export_url_name = "dossiers_bulk_changes_export"
    paginate_by = 50
    default_ordering = "-created_at"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_change_many(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "field",
                label=_("What"),
                accessor=self.what,
                get_url=lambda change: reverse("dossiers_bulk_change", args=[change.pk]),
            ),
            NumberColumn("count", label=_("How many")),
            PersonColumn("user", label=_("By")),
            DateColumn("created_at", label=_("Day"), sort_key="created_at"),
            Column("state", label=_("State"), accessor="get_state_display"),
        ]

    def get_base_queryset(self) -> QuerySet:
        return BulkChange.objects.visible_to(self.request.user).select_related("user")

    @cached_property
    def fields(self) -> dict[str, dict[str, BulkField]]:
        """Return the fields of each kind of record, by key."""
        return {kind: get_fields(apps.get_model("dossiers", kind), out_of_use=True) for kind in KINDS}

    def what(self, change: BulkChange) -> str:
        """Return the kind of record and the field, such as "Dossiers: status"."""
        field = self.fields[change.kind].get(change.field) or GoneField(change.model, change.field)
        return f"{capfirst(str(change.model._meta.verbose_name_plural))}: {field.label}"
