"""What makes a list go out as a spreadsheet: a button a format, as far as the user may, and what answers them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.admin.widgets.button import Button

from dossiers.backoffice.access_log import note_export
from dossiers.backoffice.exports import FromListMixin
from dossiers.backoffice.screen_columns import field_shown, shown
from dossiers.models import ExportRun
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.spreadsheets.exports.downloads import download
from dossiers.spreadsheets.exports.export import Shown, ShownList
from dossiers.spreadsheets.writer import FORMATS


class GoesOut:
    """A list view that goes out as it is filtered and ordered. Without records behind it that a spreadsheet could fill,
    as what the screen shows; `export_fields` of the model, too long for the screen, go along."""

    model: Any
    request: HttpRequest
    columns: Any  # of wagtail.admin.ui.tables
    export_url_name: str = ""
    export_fields: tuple[str, ...] = ()

    def export_formats(self) -> list[str]:
        """The formats in which this list can go out, as far as the user may use them."""
        name = self.model._meta.model_name
        return [f for f in EXPORT_FORMATS if self.request.user.has_perm(f"dossiers.export_{f}_{name}")]

    def export(self, columns: str = ExportRun.Columns.SHOWN) -> Any:
        """The whole list with its filters, its search and its order, as a table."""
        on_screen = [shown(column) for column in self.columns if not isinstance(column, BulkActionsCheckboxColumn)]
        seen = {column.name for column in on_screen}
        beside = [column for column in self.beside_the_screen() if column.name not in seen]
        return ShownList(self.get_queryset(), [*on_screen, *beside])  # type: ignore[attr-defined]

    def beside_the_screen(self) -> list[Shown]:
        """What goes along that the screen does not show."""
        return [*(field_shown(self.model, name) for name in self.export_fields), *self.export_columns()]

    def export_columns(self) -> list[Shown]:
        """What goes along that is no field."""
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


class ListDownloadView(FromListMixin, View):
    """A short list as a file, at once."""

    def get(self, request: HttpRequest, format: str) -> HttpResponseBase:
        table = self.list_view.export()
        note_export(request, self.list_view.model, self.list_view, self.allowed(format), table.count())
        return download(table, format)


@dataclass(frozen=True)
class PlainList:
    """A list that is a view alone, without a viewset about it."""

    view_class: type[View]

    def list_as_seen(self, user: Any, query: QueryDict) -> Any:
        return as_seen(self.view_class.as_view(), user, query)


def export_of(view_class: type[View]) -> Any:
    """The view behind the export buttons of such a list."""
    return ListDownloadView.as_view(viewset=PlainList(view_class))


class GoesOutViewSet:
    """A viewset of which the list goes out."""

    download_view_class: type[View] = ListDownloadView
    export_fields: tuple[str, ...] = ()  # of the model, too long for the screen

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        own = {"export_url_name": self.get_url_name("export"), "export_fields": self.export_fields}  # type: ignore[attr-defined]
        return super().get_index_view_kwargs(**own, **kwargs)  # type: ignore[misc]

    def list_as_seen(self, user: Any, query: QueryDict) -> Any:
        """The list's own view as that user would see it at that address: what it holds is what stands on the screen."""
        index = self.construct_view(self.index_view_class, **self.get_index_view_kwargs())  # type: ignore[attr-defined]
        return as_seen(index, user, query)

    def get_urlpatterns(self) -> list[URLPattern]:
        export = path("export/<slug:format>/", self.download_view_class.as_view(viewset=self), name="export")
        return [*super().get_urlpatterns(), export]  # type: ignore[misc]


def as_seen(made: Any, user: Any, query: QueryDict) -> Any:
    """The view, out of what `as_view` made, that this user would get at this address."""
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", query, user  # type: ignore[assignment]
    view = made.view_class(**made.view_initkwargs)
    view.setup(request)
    return view
