"""The page of a report, and the download of each of its tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator, capfirst, slugify
from django.utils.translation import gettext
from django.views.generic import TemplateView, View

from access_log.models import AccessLogEntry
from admin_pages.pages import AdminPageMixin, Link
from admin_pages.tabs import Tab
from dossiers.backoffice.cached_counts import get_cached_count
from dossiers.backoffice.reports.menu import LABELS, may_read_reports
from dossiers.backoffice.reports.period import PeriodForm, build_presets
from dossiers.backoffice.reports.tables import build_shown_table
from dossiers.figures import Scope
from dossiers.figures.labels import describe_nothing, format_period, get_part_names, slugify_scope
from dossiers.models import Pilot
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.reports.cached_counts import CachedCount, get_report_key
from dossiers.reports.registry import REPORTS
from dossiers.reports.tables import Report, Table
from dossiers.spreadsheets.exports.downloads import download
from dossiers.spreadsheets.writer import FORMATS

MAX_WORDS_IN_FILE_NAME = 9
RECOUNT = "anew"  # query parameter that forces a new count


class ReportMixin:
    """Base of the views of a report, which require the permission to read reports."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_read_reports(request):
            raise PermissionDenied
        if kwargs.get("name") not in REPORTS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @property
    def name(self) -> str:
        return str(self.kwargs["name"])

    @cached_property
    def presets(self) -> dict[str, Any]:
        return build_presets(Pilot.load(), timezone.localdate())

    @cached_property
    def form(self) -> PeriodForm:
        _label, default = self.presets["ever"]
        return PeriodForm(self.request.GET, self.name, default)

    @cached_property
    def cached_report(self) -> CachedCount:
        """Return the report; it may come from the cache unless it contains texts."""
        scope = self.form.scope
        if REPORTS[self.name].has_texts:
            return CachedCount(REPORTS[self.name].build(scope))
        return get_cached_count(get_report_key(self.name, scope), recount=RECOUNT in self.request.GET)

    @property
    def report(self) -> Report:
        report: Report = self.cached_report.value
        return report

    @property
    def formats(self) -> list[str]:
        return [format for format in EXPORT_FORMATS if self.request.user.has_perm(f"dossiers.export_{format}_pilot")]


class ReportView(ReportMixin, AdminPageMixin, TemplateView):
    """The tables and charts of a report; each number links to the records that it counts."""

    template_name = "dossiers/reports/page.html"
    header_icon = "order"

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_menu_reports"), gettext("Reports"))]

    def get_page_title(self) -> str:
        return self.report.title

    def get_page_subtitle(self) -> str:
        scope = self.form.scope
        return " · ".join([format_period(scope), *get_part_names(scope)])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parameters = self.request.GET.copy()
        parameters.pop(RECOUNT, None)
        query = parameters.urlencode()
        presets = []
        for label, (begin, end) in self.presets.values():
            parameters["begin"], parameters["end"] = begin or "", end
            presets.append((capfirst(str(label)), f"?{parameters.urlencode()}"))
        export_query = self.request.GET.urlencode() if self.form.is_valid() else ""  # the page shows the default period
        return super().get_context_data(**kwargs) | {
            "counted_at": self.cached_report.counted_at,
            "anew_url": f"?{query}&{RECOUNT}=1",
            "form": self.form,
            "nothing": describe_nothing(self.form.scope),
            "presets": presets,
            "reports": [
                Tab(f"{reverse('dossiers_report', args=[name])}?{query}", label, name == self.name)
                for name, label in LABELS.items()
            ],
            "tables": [
                (
                    build_shown_table(table, self.request.user),
                    [
                        (
                            str(FORMATS[format].label),
                            f"{reverse('dossiers_report_export', args=[self.name, table.name, format])}?{export_query}",
                        )
                        for format in self.formats
                    ],
                )
                for table in self.report.tables
            ],
        }


@dataclass(frozen=True)
class ScopeColumn:
    """A column with the same value in each row; `default` is the text for people where there is no value."""

    name: str
    label: str
    value: date | str | None
    default: str = ""


def build_scope_columns(report: str, scope: Scope, counted_on: date) -> list[ScopeColumn]:
    """Return the columns that say what the numbers of a report are about, and when they were counted.

    They stand in each row, and not above the table, so that a program finds the header in the first line and rows of
    several files can go into one sheet.
    """
    labels = {"sector": REPORTS[report].sector_basis.label, "organisation": gettext("Supplied by")}
    names = dict(zip(scope.parts, get_part_names(scope), strict=True))
    return [
        ScopeColumn("begin", gettext("First day"), scope.begin, gettext("from the beginning")),
        ScopeColumn("end", gettext("Last day"), scope.end),
        *(ScopeColumn(part, str(labels[part]), names.get(part), gettext("all")) for part in REPORTS[report].parts),
        ScopeColumn("counted_on", gettext("Counted on"), counted_on),
    ]


@dataclass(frozen=True)
class Sheet:
    """A table of figures, with its scope, with the interface that the spreadsheet writers expect."""

    table: Table
    scope_columns: list[ScopeColumn]

    @property
    def title(self) -> str:
        return self.table.title

    @property
    def names(self) -> list[str]:
        in_table = [column.name for column in self.table.columns]
        return ["row", *in_table, *(column.name for column in self.scope_columns)]

    @property
    def header(self) -> list[str]:
        in_table = [column.label for column in self.table.columns]
        return [self.table.rows_label, *in_table, *(column.label for column in self.scope_columns)]

    def rows(self) -> Iterator[list[Any]]:
        return self._build_rows([column.value or column.default for column in self.scope_columns])

    def values(self) -> Iterator[list[Any]]:
        return self._build_rows([column.value for column in self.scope_columns])

    def _build_rows(self, scope_values: list[Any]) -> Iterator[list[Any]]:
        for row in self.table.all_rows:
            yield [row.label, *(_to_number(cell.value) for cell in row.cells), *scope_values]


def _to_number(value: Any) -> Any:
    if value is None or isinstance(value, int | str):
        return value
    return int(value) if value == int(value) else float(value)


class ExportReportView(ReportMixin, View):
    """Download one table of a report; with an invalid period, redirect to the page, which says what is wrong."""

    def get(self, request: HttpRequest, name: str, table: str, format: str) -> HttpResponseBase:
        if format not in self.formats:
            raise PermissionDenied
        if not self.form.is_valid():
            return redirect(f"{reverse('dossiers_report', args=[name])}?{request.GET.urlencode()}")  # names the errors
        shown_table = next((report_table for report_table in self.report.tables if report_table.name == table), None)
        if shown_table is None:
            raise Http404
        scope = self.form.scope
        detail = " · ".join([format, shown_table.title, format_period(scope), *get_part_names(scope)])
        AccessLogEntry.objects.note(
            request.user, AccessLogEntry.What.EXPORTED, self.report.title, len(shown_table.rows), detail
        )
        counted_on = timezone.localdate(self.cached_report.counted_at)
        sheet = Sheet(shown_table, build_scope_columns(name, scope, counted_on))
        short_title = Truncator(shown_table.title).words(MAX_WORDS_IN_FILE_NAME, truncate="")
        return download(sheet, format, f"{slugify(short_title)}_{slugify_scope(scope)}.{format}")


def urls() -> list[URLPattern]:
    return [
        path("figures/<slug:name>/", ReportView.as_view(), name="dossiers_report"),
        path(
            "figures/<slug:name>/<slug:table>/<slug:format>/",
            ExportReportView.as_view(),
            name="dossiers_report_export",
        ),
    ]
