"""Base views and viewsets of all records: they show only the records that the user may see."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AbstractUser, User
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Model, OrderBy, ProtectedError, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import linebreaksbr
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from access_log.models import AccessLogEntry
from admin_pages.users import get_person_name
from dates.format import format_datetime
from dossiers.backoffice.access_log import LogsListAccess, log_list_access
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.activity.timeline import ActivitySection, get_activity_sections
from dossiers.backoffice.add_forms import TitledCreateView
from dossiers.backoffice.archive import describe_archived, get_archive_buttons, get_archive_url
from dossiers.backoffice.choosers import VisibleChooserViewSet
from dossiers.backoffice.deleted_records import get_deletions_buttons
from dossiers.backoffice.deletion import (
    UNDO_TERM,
    WithoutWagtailUsage,
    add_undo_button,
    get_deletion_refusal,
    get_deletion_warning,
    sync_statuses_after_deletion,
)
from dossiers.backoffice.exports import ChoiceView, DownloadView
from dossiers.backoffice.gone_records import explain_gone_choices
from dossiers.backoffice.labels import NOTHING, format_value
from dossiers.backoffice.list_exports import ExportableListMixin, ExportableListViewSetMixin
from dossiers.backoffice.listing.columns import ColumnChoiceMixin
from dossiers.backoffice.listing.empty_lists import EmptyListMixin
from dossiers.backoffice.listing.list_views import SavedViewsMixin
from dossiers.backoffice.listing.ordering import get_ordering
from dossiers.backoffice.listing.query_strings import get_url_of_last_list, keep_list, link_from_list
from dossiers.backoffice.listing.row_menu import RowMenu
from dossiers.backoffice.listing.search_pages import SearchPaginator
from dossiers.backoffice.listing.selection import get_bulk_buttons
from dossiers.backoffice.menu_pages import InMenuMixin
from dossiers.backoffice.record_access import LogsAccess
from dossiers.backoffice.record_top import build_record_top
from dossiers.backoffice.screen_columns import screen_columns
from dossiers.backoffice.timeline import add_undo_links, timeline
from dossiers.backoffice.wagtail_export import WithoutWagtailExport
from dossiers.concurrency import SavesRecordInTurn
from dossiers.models import Deletion, Dossier, ExportRun, Organisation, Placement
from dossiers.models.activity.related_records import SUBJECTS
from dossiers.models.deletion import DeletedRow, store_deletion
from dossiers.models.search_terms import search_terms
from dossiers.spreadsheets.exports.export import Export, Shown


class VisibleRecordsMixin:
    """Limit a view to the records that the user may see; for any other record the view answers 404."""

    model: Any
    request: HttpRequest
    object: Any

    def get_queryset(self) -> QuerySet:
        return self.model._default_manager.visible_to(self.request.user)

    def get_page_subtitle(self) -> str:
        return str(self.object.heading)


class VisibleBaseRecordMixin(VisibleRecordsMixin):
    """Limit a list that belongs to one record, such as its history, to records that the user may see."""

    def get_base_object_queryset(self) -> QuerySet:
        return self.model._default_manager.visible_to(self.request.user)

    def get_queryset(self) -> QuerySet:
        return super(VisibleRecordsMixin, self).get_queryset()  # type: ignore[misc]


class NamesList:
    """Names the list in the breadcrumbs as the menu does."""

    model: Any
    request: HttpRequest
    index_url_name: str

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        list_url, label = reverse(self.index_url_name), str(self.model.snippet_viewset.menu_label)
        items = super().get_breadcrumbs_items()  # type: ignore[misc]
        return [item | {"label": label} if item["url"] == list_url else item for item in items]


class LeadsBackToList(NamesList):
    """Keeps, in the breadcrumbs and between the page and the form of a record, the list that led to it."""

    def get_edit_url(self) -> str | None:
        url = super().get_edit_url()  # type: ignore[misc]
        return url and keep_list(url, self.request.GET)

    def get_inspect_url(self) -> str | None:
        url = super().get_inspect_url()  # type: ignore[misc]
        return url and keep_list(url, self.request.GET)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        list_url, last_list_url = reverse(self.index_url_name), get_url_of_last_list(self.model, self.request.GET)
        items = super().get_breadcrumbs_items()
        return [item | {"url": last_list_url} if item["url"] == list_url else item for item in items]


class CreateView(NamesList, SavesRecordInTurn, TitledCreateView):
    """The form that adds a record; it redirects to the page of the new record."""

    def get_success_url(self) -> str:
        return get_record_url(self.object)


class EditView(LogsAccess, SavesRecordInTurn, VisibleRecordsMixin, LeadsBackToList, snippets.EditView):
    """The form that changes a record; it refuses to overwrite what somebody else saved in the meantime."""

    access_kind = AccessLogEntry.What.FORM

    def get_success_url(self) -> str:
        return get_url_of_last_list(self.model, self.request.GET)

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        explain_gone_choices(form, self.request.user)
        return form

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Return the breadcrumbs, with the page of the record before its form."""
        *above, record = super().get_breadcrumbs_items()
        if not (url := self.get_inspect_url()):
            return [*above, record]
        return [*above, record | {"url": url}, {"url": "", "label": _("Edit"), "sublabel": record["label"]}]


class DeleteView(LogsAccess, WithoutWagtailUsage, VisibleRecordsMixin, snippets.DeleteView):
    """Ask for confirmation and delete a record, or explain why the record can't be deleted."""

    access_kind = AccessLogEntry.What.FORM
    deletion: Deletion
    import_rows: Mapping[int, list[DeletedRow]] = MappingProxyType({})  # to store with a dossier or an employer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = self.redirect_if_protected() or super().get(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                response: HttpResponse = self.redirect_if_protected() or super().post(request, *args, **kwargs)
        except ProtectedError:  # somebody worked with the record after the page was shown
            response = self.redirect_if_protected() or redirect(get_record_url(self.object))
        return response

    def redirect_if_protected(self) -> HttpResponse | None:
        """Return a redirect to the record's page if the record can't be deleted, else None."""
        if refusal := get_deletion_refusal(self.object):
            messages.error(self.request, refusal, buttons=self.get_alternatives())
            return redirect(get_record_url(self.object))
        return None

    def get_alternatives(self) -> list[Any]:
        """Return buttons for what can be done with a record that can't be deleted."""
        archiving = get_archive_url(self.object, self.request.user)
        buttons = [messages.button(archiving, _("Archive"))] if archiving else []
        if isinstance(self.object, Dossier):
            buttons.append(messages.button(reverse("dossiers_merge_choose", args=[self.object.pk]), _("Merge")))
        return buttons

    def delete_action(self) -> None:
        with sync_statuses_after_deletion([self.object]):
            self.deletion = store_deletion([self.object], cast(User, self.request.user), self.import_rows)
            super().delete_action()

    def get_success_message(self) -> str:
        return add_undo_button(super().get_success_message(), self.deletion)

    @property
    def confirmation_message(self) -> str:
        question = _("Delete %(record)s?") % {"record": self.object.heading}
        return " ".join(filter(None, [question, get_deletion_warning([self.object]), str(UNDO_TERM)]))


class VisibleInspectView(LogsAccess, VisibleRecordsMixin, LeadsBackToList, snippets.InspectView):
    """A read-only page of a record."""

    def get_page_title(self) -> str:
        return capfirst(str(self.model._meta.verbose_name))

    def get_object(self, queryset: QuerySet | None = None) -> Model:
        return get_object_or_404(self.get_queryset(), pk=unquote(str(self.pk)))

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Return the breadcrumbs without the form, which lies behind this page and not above it."""
        return [item for item in super().get_breadcrumbs_items() if item["url"] != self.get_edit_url()]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        blank = [field["label"] for field in context["fields"] if field["value"] == NOTHING]
        return context | {"blank": blank, "nothing": NOTHING, "edit_url": self.get_edit_url()}

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Return a user as a full name, a moment in local time, a boolean as a word, and a dash if it is empty.

        A text keeps its lines, and a record that it is about is a link.
        """
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, AbstractUser):
            return get_person_name(value)
        if field_name in SUBJECTS and value:
            return format_html('<a href="{}">{}</a>', get_record_url(value), value.heading)
        if isinstance(value, datetime):
            return format_datetime(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, str) and "\n" in value:
            return linebreaksbr(value)
        return NOTHING if value in (None, "") else value


class InspectView(VisibleInspectView):
    """A page of a record that shows the same labels and values as its spreadsheet, and its timeline."""

    resource_class: Any = None
    template_name = "dossiers/records/inspect.html"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *get_archive_buttons(self.object, self.request.user)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        steps = timeline(self.resource_class(out_of_use=True), self.object.pk, self.request.user)
        if isinstance(self.object, Dossier):
            steps = add_undo_links(steps, self.object, self.request.user)
        sections = get_activity_sections(self.object, self.request.user)
        self.log_candidates(sections)
        return super().get_context_data(**kwargs) | {
            "top": build_record_top(self.object, self.request),
            "archived": describe_archived(self.object, self.request.user),
            "timeline": steps,
            "activity_sections": sections,
        }

    def log_candidates(self, sections: list[ActivitySection]) -> None:
        """Write to the access log that the user saw the candidates of the placements of an employer or an interest.

        The page of a dossier, which names one candidate, is in the log of that dossier.
        """
        if not isinstance(self.object, Dossier):
            name = getattr(self.object, "reference", f"{self.model._meta.verbose_name} {self.object.pk}")
            shown = sum(len(section.entries) for section in sections if section.name == Placement._meta.model_name)
            log_list_access(self.request, Placement._meta.verbose_name_plural, shown, [name])

    def get_fields_context(self) -> list[dict[str, Any]]:
        return [{"label": label, "value": value, "component": None} for label, value in self.shown_values()]

    def shown_values(self) -> list[tuple[str, str]]:
        """Return (label, value) of each column of the spreadsheet."""
        export = Export(self.resource_class(), self.get_queryset().filter(pk=self.object.pk))
        row = next(export.rows())
        return [
            (label, self.get_person_name(name) or format_value(value))
            for name, label, value in zip(export.names, export.header, row, strict=True)
        ]

    def get_person_name(self, name: str) -> str:
        """Return the full name of the user in the field `name`, or "" if the field holds no user.

        A spreadsheet has the username there.
        """
        user = getattr(self.object, name, None)
        return get_person_name(user) if isinstance(user, AbstractUser) else ""


class HistoryView(LogsAccess, VisibleBaseRecordMixin, NamesList, snippets.HistoryView):
    """The log of a record."""

    access_kind = AccessLogEntry.What.HISTORY


class UsageView(LogsAccess, VisibleBaseRecordMixin, NamesList, snippets.UsageView):
    """The pages and records that refer to a record."""


class VisibleListView(
    LogsListAccess,
    EmptyListMixin,
    WithoutWagtailExport,
    SavedViewsMixin,
    ColumnChoiceMixin,
    ExportableListMixin,
    snippets.IndexView,
):
    """A list of the records that the user may see, with a choice of columns, saved views, exports and search."""

    without_name: Q | None = None  # the records that come after all others in an order by name

    @cached_property
    def is_searchable(self) -> bool:
        return hasattr(self.model._default_manager.all(), "search")

    def get_page_title(self) -> Any:
        return self.model.snippet_viewset.menu_label

    def get_base_queryset(self) -> Any:
        return self.select_related_columns(self.model._default_manager.visible_to(self.request.user))

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        user = self.request.user
        deleted = get_deletions_buttons(user, self.model)
        return [*super().header_more_buttons, *get_bulk_buttons(user, self.kind), *deleted]

    @cached_property
    def answers(self) -> dict[Any, bool]:
        """Whether the user has a permission, or any of some: the links of each row ask it again."""
        return {}

    def user_has_permission(self, permission: str) -> bool:
        if permission not in self.answers:
            self.answers[permission] = super().user_has_permission(permission)
        return self.answers[permission]

    def user_has_any_permission(self, permissions: Iterable[str]) -> bool:
        names = frozenset(permissions)
        if names not in self.answers:
            self.answers[names] = super().user_has_any_permission(names)
        return self.answers[names]

    def get_inspect_url(self, instance: Any) -> str | None:
        url = super().get_inspect_url(instance)
        return url and link_from_list(url, self.request.GET)

    def get_edit_url(self, instance: Any) -> str | None:
        url = super().get_edit_url(instance)
        return url and link_from_list(url, self.request.GET)

    def get_list_buttons(self, instance: Any) -> list[RowMenu]:
        return [RowMenu(menu) for menu in super().get_list_buttons(instance)]

    def get_extra_columns(self) -> list[Shown]:
        return [] if self.chosen_names else super().get_extra_columns()

    def order_queryset(self, queryset: Any) -> QuerySet:
        """Order ties by the model's own ordering, so that no record appears on two pages."""
        ordered = super().order_queryset(queryset)
        names = [*ordered.query.order_by, *self.model._meta.ordering, "pk"]
        if self.without_name and self.default_columns[0].sort_key in (names[0], names[0].removeprefix("-")):
            names.insert(0, ExpressionWrapper(self.without_name, output_field=BooleanField()))
        order: dict[Any, OrderBy] = {}
        for ordering in (get_ordering(self.model, name) for name in names):
            order.setdefault(ordering.expression, ordering)
        return ordered.order_by(*order.values())

    @cached_property
    def search_query(self) -> str:
        """Return the search terms that are really used, so that the page does not show words that were cut off."""
        return " ".join(search_terms(super().search_query))

    def search_queryset(self, queryset: Any) -> QuerySet:
        self.unsearched = queryset
        return queryset.search_rows(self.search_query) if self.is_searching else queryset

    def get_paginator(self, *args: Any, **kwargs: Any) -> Any:
        if not self.is_searching:
            return super().get_paginator(*args, **kwargs)
        return SearchPaginator(*args, unsearched=self.unsearched, **kwargs)


AFTER_ADD = 1010  # buttons without a priority of their own, such as the one that adds a record, have 1000


class RecordListView(VisibleListView):
    """A list with an import from and an export to a spreadsheet that has all fields."""

    import_record: str = ""  # the RecordKind that can be imported into this list; empty if none can
    export_choice_url_name: str = ""
    resource_class: Any = None

    @cached_property
    def header_buttons(self) -> list[Button]:
        buttons = list(super().header_buttons)
        if self.import_record and self.request.user.has_perm("dossiers.add_importrun"):
            url = reverse("dossiers_import_upload", args=[self.import_record])
            buttons.append(HeaderButton(_("Import"), url=url, icon_name="upload", priority=AFTER_ADD))
        return buttons

    def export_buttons(self) -> list[Button]:
        buttons = super().export_buttons()
        if buttons:
            url = f"{reverse(self.export_choice_url_name)}?{self.request.GET.urlencode()}"
            buttons.append(Button(_("Export with all fields…"), url=url, icon_name="download", priority=210))
        if self.import_record and self.request.user.has_perm("dossiers.add_importrun"):
            url = reverse("dossiers_import_template", args=[self.import_record])
            buttons.append(Button(_("Empty template for an import"), url=url, icon_name="doc-empty", priority=220))
        return buttons

    @property
    def export_organisation(self) -> Organisation | None:
        """Return the organisation that the list is filtered to, or None."""
        chosen = self.filters.form.cleaned_data if self.filters and self.filters.is_valid() else {}
        return chosen.get("organisation")

    def export(self, columns: str = ExportRun.Columns.ALL) -> Export:
        """Return an export of the filtered and ordered list; `columns` is a value of ExportRun.Columns."""
        resource = self.resource_class()
        shown = columns == ExportRun.Columns.SHOWN
        sheet_columns = screen_columns(self.model, self.columns, resource.sheet_fields()) if shown else None
        return Export(resource, self.get_queryset(), sheet_columns, self.export_organisation)


class VisibleViewSet(InMenuMixin, ExportableListViewSetMixin, SnippetViewSet):
    """Base viewset of everything about people and companies; each page is limited to what its user may see."""

    index_view_class = VisibleListView
    add_view_class = TitledCreateView
    edit_view_class = EditView
    delete_view_class = DeleteView
    inspect_view_class = VisibleInspectView
    history_view_class = HistoryView
    usage_view_class = UsageView
    index_template_name = "dossiers/listing/list.html"
    index_results_template_name = "dossiers/listing/results.html"
    inspect_template_name = "dossiers/records/values.html"
    chooser_viewset_class = VisibleChooserViewSet
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_admin_menu = False
    list_per_page = 50


class RecordViewSet(VisibleViewSet):
    """Base viewset of the records that can be imported from and exported to spreadsheets."""

    add_view_class = CreateView
    inspect_view_class = InspectView
    inspect_template_name = "dossiers/records/inspect.html"
    download_view_class = DownloadView
    resource_class: Any  # a RecordResource

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        own = {"export_choice_url_name": self.get_url_name("export_choice"), "resource_class": self.resource_class}
        return super().get_index_view_kwargs(**own, **kwargs)

    def get_inspect_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_inspect_view_kwargs(resource_class=self.resource_class, **kwargs)

    def export_of(self, run: ExportRun) -> Export:
        """Return the export of the list that `run` describes, as its user sees that list."""
        return self.build_list_view(run.user, QueryDict(run.query)).export(run.columns)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("export/", ChoiceView.as_view(viewset=self), name="export_choice")]
