"""A report's page, and each of its tables as a spreadsheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access_log.models import AccessLogEntry
from dossiers.backoffice.cached_counts import counted
from dossiers.backoffice.reports.menu import LABELS, may_read
from dossiers.backoffice.reports.period import PeriodForm, presets
from dossiers.backoffice.reports.tables import shown
from dossiers.figures.labels import belonging_to, period
from dossiers.models import Pilot
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.reports.cached_counts import Remembered, name_of_report
from dossiers.reports.registry import PARTS, REPORTS, WITH_TEXTS
from dossiers.reports.tables import Report, Table
from dossiers.spreadsheets.exports.downloads import download
from dossiers.spreadsheets.writer import FORMATS

ANEW = "anew"  # in an address: count again


class ReportMixin:
    """Base of what shows a report: there is none for who may not read figures."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_read(request):
            raise PermissionDenied
        if kwargs.get("name") not in REPORTS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @property
    def name(self) -> str:
        return str(self.kwargs["name"])

    @cached_property
    def presets(self) -> dict[str, Any]:
        return presets(Pilot.load(), timezone.localdate())

    @cached_property
    def form(self) -> PeriodForm:
        _label, default = self.presets["ever"]
        return PeriodForm(self.request.GET, PARTS[self.name], default)

    @cached_property
    def counted(self) -> Remembered:
        """The report; one that holds no texts may have been counted a while ago."""
        scope = self.form.scope
        if self.name in WITH_TEXTS:
            return Remembered(REPORTS[self.name](scope))
        return counted(name_of_report(self.name, scope), anew=ANEW in self.request.GET)

    @property
    def report(self) -> Report:
        report: Report = self.counted.value
        return report

    @property
    def formats(self) -> list[str]:
        return [format for format in EXPORT_FORMATS if self.request.user.has_perm(f"dossiers.export_{format}_pilot")]


class ReportView(ReportMixin, WagtailAdminTemplateMixin, TemplateView):
    """Tables with their charts; each number opens the list of what it counts."""

    template_name = "dossiers/reports/page.html"
    header_icon = "order"

    def get_page_title(self) -> str:
        return self.report.title

    def get_page_subtitle(self) -> str:
        scope = self.form.scope
        return " · ".join([period(scope), *belonging_to(scope)])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parameters = self.request.GET.copy()
        parameters.pop(ANEW, None)
        query = parameters.urlencode()
        return super().get_context_data(**kwargs) | {
            "counted_at": self.counted.counted_at,
            "anew_url": f"?{query}&{ANEW}=1",
            "form": self.form,
            "presets": [(capfirst(str(label)), f"?{self._period(*days)}") for label, days in self.presets.values()],
            "reports": [
                (label, f"{reverse('dossiers_report', args=[name])}?{query}", name == self.name)
                for name, label in LABELS.items()
            ],
            "tables": [(shown(table, self.request.user), self._exports(table)) for table in self.report.tables],
        }

    def _period(self, begin: Any, end: Any) -> str:
        query = self.request.GET.copy()
        query.pop(ANEW, None)
        query["begin"], query["end"] = begin or "", end
        return query.urlencode()

    def _exports(self, table: Table) -> list[tuple[str, str]]:
        query = self.request.GET.urlencode()
        return [
            (
                str(FORMATS[format].label),
                f"{reverse('dossiers_report_export', args=[self.name, table.name, format])}?{query}",
            )
            for format in self.formats
        ]


@dataclass(frozen=True)
class Sheet:
    """A table of figures as the writers take it."""

    table: Table

    @property
    def title(self) -> str:
        return self.table.title

    @property
    def names(self) -> list[str]:
        return ["row", *(column.name for column in self.table.columns)]

    @property
    def header(self) -> list[str]:
        return [self.table.rows_label, *(column.label for column in self.table.columns)]

    def rows(self) -> Iterator[list[Any]]:
        last = [self.table.total] if self.table.total else []
        for row in [*self.table.rows, *last]:
            yield [row.label, *(_plain(cell.value) for cell in row.cells)]

    values = rows


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int | str):
        return value
    return int(value) if value == int(value) else float(value)


class ExportReportView(ReportMixin, View):
    """One table of a report as a spreadsheet."""

    def get(self, request: HttpRequest, name: str, table: str, format: str) -> HttpResponseBase:
        if format not in self.formats:
            raise PermissionDenied
        shown_table = next((report_table for report_table in self.report.tables if report_table.name == table), None)
        if shown_table is None:
            raise Http404
        detail = " · ".join([format, shown_table.title, period(self.form.scope)])
        AccessLogEntry.objects.note(
            request.user, AccessLogEntry.What.EXPORTED, self.report.title, len(shown_table.rows), detail
        )
        return download(Sheet(shown_table), format)


class FirstReportView(ReportMixin, View):
    """The address of all reports leads to the first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, name=next(iter(REPORTS)))

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        return redirect("dossiers_report", name)


def urls() -> list[URLPattern]:
    return [
        path("figures/", FirstReportView.as_view(), name="dossiers_reports"),
        path("figures/<slug:name>/", ReportView.as_view(), name="dossiers_report"),
        path(
            "figures/<slug:name>/<slug:table>/<slug:format>/",
            ExportReportView.as_view(),
            name="dossiers_report_export",
        ),
    ]
