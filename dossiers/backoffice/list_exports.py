"""Mixins that add exports to a list view and to a viewset, with a button for each format that the user may use."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.admin.widgets.button import Button

from dossiers.backoffice.access_log import log_export
from dossiers.backoffice.exports import ListExportMixin
from dossiers.backoffice.screen_columns import field_to_sheet_column, to_sheet_column
from dossiers.models import ExportRun
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.spreadsheets.exports.downloads import download
from dossiers.spreadsheets.exports.export import Shown, ShownList
from dossiers.spreadsheets.writer import FORMATS


class ExportableListMixin:
    """A list view that can be exported as filtered and ordered.

    The file has the columns on the screen plus `export_fields`: fields of the model that are too long for the screen.
    """

    model: Any
    request: HttpRequest
    columns: Any  # of wagtail.admin.ui.tables
    export_url_name: str = ""
    export_fields: tuple[str, ...] = ()

    def export_formats(self) -> list[str]:
        """Return the formats that the user may export this list in."""
        name = self.model._meta.model_name
        return [f for f in EXPORT_FORMATS if self.request.user.has_perm(f"dossiers.export_{f}_{name}")]

    def export(self, columns: str = ExportRun.Columns.SHOWN) -> Any:
        """Return the filtered and ordered list as a table."""
        on_screen = [
            to_sheet_column(column) for column in self.columns if not isinstance(column, BulkActionsCheckboxColumn)
        ]
        seen = {column.name for column in on_screen}
        beside = [column for column in self.get_extra_columns() if column.name not in seen]
        return ShownList(self.get_queryset(), [*on_screen, *beside])  # type: ignore[attr-defined]

    def get_extra_columns(self) -> list[Shown]:
        """Return the columns of the file that are not on the screen."""
        return [*(field_to_sheet_column(self.model, name) for name in self.export_fields), *self.get_computed_columns()]

    def get_computed_columns(self) -> list[Shown]:
        """Return the extra columns that are no fields of the model."""
        return []

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *self.export_buttons()]  # type: ignore[misc]

    def export_buttons(self) -> list[Button]:
        query = self.request.GET.copy()
        query["what"] = ExportRun.Columns.SHOWN.value
        return [
            Button(
                _("Export this list as %(format)s") % {"format": FORMATS[format].label},
                url=f"{reverse(self.export_url_name, args=[format])}?{query.urlencode()}",
                icon_name="download",
                priority=200 + place,
            )
            for place, format in enumerate(self.export_formats())
        ]


class ListDownloadView(ListExportMixin, View):
    """Download a list, always at once."""

    def get(self, request: HttpRequest, format: str) -> HttpResponseBase:
        table = self.list_view.export()
        log_export(request, self.list_view.model, self.list_view, self.check_format(format), table.count())
        return download(table, format)


@dataclass(frozen=True)
class ListWithoutViewSet:
    """Gives a list view without a viewset the `build_list_view` method that the exports need."""

    view_class: type[View]

    def build_list_view(self, user: Any, query: QueryDict) -> Any:
        return instantiate_view(self.view_class.as_view(), user, query)


def make_export_view(view_class: type[View]) -> Any:
    """Return the export view of a list view without a viewset."""
    return ListDownloadView.as_view(viewset=ListWithoutViewSet(view_class))


class ExportableListViewSetMixin:
    """A viewset whose list can be exported."""

    download_view_class: type[View] = ListDownloadView
    export_fields: tuple[str, ...] = ()  # fields of the model that are too long for the screen

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        own = {"export_url_name": self.get_url_name("export"), "export_fields": self.export_fields}  # type: ignore[attr-defined]
        return super().get_index_view_kwargs(**own, **kwargs)  # type: ignore[misc]

    def build_list_view(self, user: Any, query: QueryDict) -> Any:
        """Return the list view as this user sees it with this query string."""
        index = self.construct_view(self.index_view_class, **self.get_index_view_kwargs())  # type: ignore[attr-defined]
        return instantiate_view(index, user, query)

    def get_urlpatterns(self) -> list[URLPattern]:
        export = path("export/<slug:format>/", self.download_view_class.as_view(viewset=self), name="export")
        return [*super().get_urlpatterns(), export]  # type: ignore[misc]


def instantiate_view(view_function: Any, user: Any, query: QueryDict) -> Any:
    """Return an instance of the view class for a GET request of this user with this query string."""
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", query, user  # type: ignore[assignment]
    view = view_function.view_class(**view_function.view_initkwargs)
    view.setup(request)
    return view
