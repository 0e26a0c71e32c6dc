"""The registry of reports, in the order in which they are shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.figures import Scope
from dossiers.reports.rows import get_sector_names
from dossiers.reports.subjects import (
    employers,
    findings,
    funnel,
    lead_times,
    money,
    period,
    permits,
    retention,
)
from dossiers.reports.tables import Report, Table


@dataclass(frozen=True)
class SectorBasis:
    """The sector by which the tables of a report are filtered: the filter's label, and a sentence in each table."""

    label: str | Promise
    explanation: str | Promise


BY_EMPLOYER = SectorBasis(
    _("Sector of the employer"),
    _("Only employers in the sector %(sector)s and the work there, whatever sector the candidates look for."),
)
BY_CANDIDATE = SectorBasis(
    _("Sector that the candidate looks for"),
    _("Only candidates who look for work in the sector %(sector)s; those who work may do so in another sector."),
)
BY_FINDING = SectorBasis(
    _("Sector that it is about"),
    _(
        "Only what is about the sector %(sector)s: that of the employer, else that of the employer of the placement, "
        "else those that the candidate looks for."
    ),
)


@dataclass(frozen=True)
class ReportKind:
    """A report; `parts` are those to which it can be narrowed. Expenses have no sector, for example."""

    name: str
    title: str | Promise
    build_tables: Callable[[Scope], tuple[Table, ...]]
    parts: tuple[str, ...] = ("sector", "organisation")
    sector_basis: SectorBasis = BY_EMPLOYER
    has_texts: bool = False  # written by people
    for_employers: bool = False  # whether it answers what an employer asks, or only what the council does

    def build(self, scope: Scope) -> Report:
        """Return the report; in a sector each of its tables says whose sector it is, but what is left out has none."""
        tables = self.build_tables(scope)
        if scope.sector is not None:
            sector = get_sector_names().get(scope.sector, gettext("not known"))
            basis = str(self.sector_basis.explanation) % {"sector": sector}
            tables = tuple(
                table
                if table.name == findings.LEFT_OUT
                else replace(table, explanation=" ".join(filter(None, [basis, table.explanation])))
                for table in tables
            )
        return Report(self.name, str(self.title), tables)


REPORTS = {
    report.name: report
    for report in (
        ReportKind("period", _("What happened in this period"), period.build_tables, for_employers=True),
        ReportKind(
            "findings",
            _("Barriers and opportunities"),
            findings.build_tables,
            sector_basis=BY_FINDING,
            has_texts=True,
            for_employers=True,
        ),
        ReportKind("funnel", _("How far candidates came"), funnel.build_tables, sector_basis=BY_CANDIDATE),
        ReportKind("lead-times", _("How long it takes"), lead_times.build_tables, for_employers=True),
        ReportKind("permits", _("Work permits"), permits.build_tables),
        ReportKind("employers", _("Employers"), employers.build_tables, parts=("sector",)),
        ReportKind("retention", _("Who stays at work"), retention.build_tables, for_employers=True),
        ReportKind("money", _("Money"), money.build_tables, parts=()),
    )
}


def find_available_reports(scope: Scope) -> list[str]:
    """Return the names of the reports that can be narrowed to all parts of the scope."""
    return [report.name for report in REPORTS.values() if scope.parts.keys() <= {*report.parts}]
