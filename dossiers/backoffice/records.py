"""What the lists of all records share: only what a user may see, import and export beside the list, no copies."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from dossiers.backoffice.access_log import LogsListAccess
from dossiers.backoffice.activity.subjects import page_of
from dossiers.backoffice.activity.timeline import story
from dossiers.backoffice.choosers import VisibleChooserViewSet
from dossiers.backoffice.conflicts import saved_meanwhile
from dossiers.backoffice.deletion import warning, what_keeps, what_stays_follows
from dossiers.backoffice.exports import ChoiceView, DownloadView
from dossiers.backoffice.forms import SAVED_MEANWHILE
from dossiers.backoffice.labels import NOTHING, person_name, shown
from dossiers.backoffice.list_exports import GoesOut, GoesOutViewSet
from dossiers.backoffice.listing.columns import ColumnChoiceMixin
from dossiers.backoffice.listing.list_views import SavedViewsMixin
from dossiers.backoffice.listing.selection import bulk_buttons
from dossiers.backoffice.screen_columns import screen_columns
from dossiers.backoffice.timeline import timeline
from dossiers.backoffice.wagtail_export import NoExportOfWagtails
from dossiers.concurrency import SavesRecordInTurn
from dossiers.models import ExportRun, Organisation
from dossiers.models.search_terms import search_terms
from dossiers.spreadsheets.exports.export import Export, Shown


class OnlyVisible:
    """A record that a user may not see is not found: its page can't be told from one that never was."""

    model: Any
    request: HttpRequest
    object: Any

    def get_queryset(self) -> QuerySet:
        return self.model._default_manager.visible_to(self.request.user)

    def get_page_subtitle(self) -> str:
        return str(self.object.heading)


class BesideVisible(OnlyVisible):
    """A list that belongs to one record: its rows are not records."""

    def get_base_object_queryset(self) -> QuerySet:
        return self.model._default_manager.visible_to(self.request.user)

    def get_queryset(self) -> QuerySet:
        return super(OnlyVisible, self).get_queryset()  # type: ignore[misc]


class CreateView(SavesRecordInTurn, snippets.CreateView):
    """A record's empty form; afterwards one is at the record, where the next thing is done."""

    def get_success_url(self) -> str:
        return page_of(self.object)


class EditView(SavesRecordInTurn, OnlyVisible, snippets.EditView):
    """Wagtail's form for a record that the user may see, written over nothing that was saved since it was read."""

    def form_invalid(self, form: Any) -> Any:
        """Who is refused for what somebody else saved reads at once what that was."""
        if str(SAVED_MEANWHILE) in form.non_field_errors():
            for message in saved_meanwhile(self.object, form.data.get("seen_at", "")):
                messages.warning(self.request, message)
        return super().form_invalid(form)


class DeleteView(OnlyVisible, snippets.DeleteView):
    """Asks once, says what goes with it, then deletes; what has work behind it stays, and the page says so."""

    def get_usage_url(self) -> None:
        """None: no page refers to these records, so Wagtail's count of what does would always be 0."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = self.refuse() or super().get(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                response: HttpResponse = self.refuse() or super().post(request, *args, **kwargs)
        except ProtectedError:  # the work was done just now
            response = self.refuse() or redirect(page_of(self.object))
        return response

    def refuse(self) -> HttpResponse | None:
        """To the record, where one can do what is possible instead; None when it can be deleted."""
        if why := what_keeps(self.object):
            messages.error(self.request, why)
            return redirect(page_of(self.object))
        return None

    def delete_action(self) -> None:
        with what_stays_follows([self.object]):
            super().delete_action()

    @property
    def confirmation_message(self) -> str:
        question = _("Delete %(record)s?") % {"record": self.object.heading}
        return " ".join(filter(None, [question, warning([self.object]), _("This can't be undone.")]))


class VisibleInspectView(OnlyVisible, snippets.InspectView):
    """Reads without editing."""

    def get_page_title(self) -> str:
        return capfirst(str(self.model._meta.verbose_name))

    def get_object(self, queryset: QuerySet | None = None) -> Model:
        return get_object_or_404(self.get_queryset(), pk=unquote(str(self.pk)))


class InspectView(VisibleInspectView):
    """In the words that a spreadsheet of these records has."""

    resource_class: Any = None
    template_name = "dossiers/records/inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        steps = timeline(self.resource_class(out_of_use=True), self.object.pk, self.request.user)
        around = story(self.object, self.request.user)
        context = super().get_context_data(**kwargs)
        blank = [field["label"] for field in context["fields"] if field["value"] == NOTHING]
        return context | {"timeline": steps, "story": around, "blank": blank, "nothing": NOTHING}

    def get_fields_context(self) -> list[dict[str, Any]]:
        return [{"label": label, "value": value, "component": None} for label, value in self.shown_values()]

    def shown_values(self) -> list[tuple[str, str]]:
        """(label, value) of each column."""
        export = Export(self.resource_class(), self.get_queryset().filter(pk=self.object.pk))
        row = next(export.rows())
        return [
            (label, self.colleague(name) or shown(value))
            for name, label, value in zip(export.names, export.header, row, strict=True)
        ]

    def colleague(self, name: str) -> str:
        """Who is linked there, as colleagues know them: a sheet has the name that they log in with."""
        linked = getattr(self.object, name, None)
        return person_name(linked) if isinstance(linked, AbstractUser) else ""


class HistoryView(BesideVisible, snippets.HistoryView):
    """Who did what and when."""


class UsageView(BesideVisible, snippets.UsageView):
    """Where a record is used."""


class VisibleListView(
    LogsListAccess, NoExportOfWagtails, SavedViewsMixin, ColumnChoiceMixin, GoesOut, snippets.IndexView
):
    """A list of what the user may see, in columns to choose, with its saved views and export; search is the queryset's
    own."""

    @cached_property
    def is_searchable(self) -> bool:
        return hasattr(self.model._default_manager.all(), "search")

    def get_base_queryset(self) -> Any:
        return self.with_chosen(self.model._default_manager.visible_to(self.request.user))

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *bulk_buttons(self.request.user, self.kind)]

    def beside_the_screen(self) -> list[Shown]:
        return [] if self.chosen else super().beside_the_screen()

    def order_queryset(self, queryset: Any) -> QuerySet:
        """What is equal in what one orders by stands in the model's own order, so that no page shows a record twice."""
        ordered = super().order_queryset(queryset)
        order = [*ordered.query.order_by]
        named = {str(name).lstrip("-") for name in order}
        for name in (*self.model._meta.ordering, "pk"):
            if str(name).lstrip("-") not in named:
                order.append(name)
                named.add(str(name).lstrip("-"))
        return ordered.order_by(*order)

    @cached_property
    def search_query(self) -> str:
        """What is really looked for, so that the list says no more than that."""
        return " ".join(search_terms(super().search_query))

    def search_queryset(self, queryset: Any) -> QuerySet:
        return queryset.search(self.search_query) if self.is_searching else queryset


class RecordListView(VisibleListView):
    """A list with all fields that a spreadsheet has, in and out."""

    import_record: str = ""  # RecordKind, for lists that a spreadsheet can fill
    export_choice_url_name: str = ""
    resource_class: Any = None

    @cached_property
    def header_buttons(self) -> list[Button]:
        buttons = list(super().header_buttons)
        if self.import_record and self.request.user.has_perm("dossiers.add_importrun"):
            url = reverse("dossiers_import_upload", args=[self.import_record])
            buttons.append(HeaderButton(_("Import"), url=url, icon_name="upload"))
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
        """The one organisation whose records this list is filtered to."""
        chosen = self.filters.form.cleaned_data if self.filters and self.filters.is_valid() else {}
        return chosen.get("organisation")

    def export(self, columns: str = ExportRun.Columns.ALL) -> Export:
        """The whole list with its filters, its search and its order, in columns of ExportRun.Columns."""
        resource = self.resource_class()
        shown = columns == ExportRun.Columns.SHOWN
        sheet_columns = screen_columns(self.model, self.columns, resource.sheet_fields()) if shown else None
        return Export(resource, self.get_queryset(), sheet_columns, self.export_organisation)


class VisibleViewSet(GoesOutViewSet, SnippetViewSet):
    """Base of what the backoffice keeps about people and companies: each page holds only what its user may see."""

    index_view_class = VisibleListView
    edit_view_class = EditView
    delete_view_class = DeleteView
    inspect_view_class = VisibleInspectView
    history_view_class = HistoryView
    usage_view_class = UsageView
    index_template_name = "dossiers/listing/list.html"
    index_results_template_name = "dossiers/listing/results.html"
    chooser_viewset_class = VisibleChooserViewSet
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_admin_menu = False
    list_per_page = 50


class RecordViewSet(VisibleViewSet):
    """Base of the records that come in and go out as spreadsheets."""

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
        """What the list of a run in the background holds for its user."""
        return self.list_as_seen(run.user, QueryDict(run.query)).export(run.columns)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("export/", ChoiceView.as_view(viewset=self), name="export_choice")]
