"""The registry of reports, in the order in which they are shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

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
from dossiers.reports.tables import Report


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
SECTOR_BASES = {"findings": BY_FINDING, "funnel": BY_CANDIDATE}


def get_sector_basis(name: str) -> SectorBasis:
    """Return the sector by which the report of this name is filtered."""
    return SECTOR_BASES.get(name, BY_EMPLOYER)


def build_report(name: str, scope: Scope) -> Report:
    """Build the report; in a sector each of its tables says whose sector it is, but what is left out has none."""
    report = SUBJECTS[name](scope)
    if scope.sector is None:
        return report
    sector = get_sector_names().get(scope.sector, gettext("not known"))
    basis = str(get_sector_basis(name).explanation) % {"sector": sector}
    tables = (
        table
        if table.name == findings.LEFT_OUT
        else replace(table, explanation=" ".join(filter(None, [basis, table.explanation])))
        for table in report.tables
    )
    return replace(report, tables=tuple(tables))


SUBJECTS: dict[str, Callable[[Scope], Report]] = {
    "period": period.report,
    "findings": findings.report,
    "funnel": funnel.report,
    "lead-times": lead_times.report,
    "permits": permits.report,
    "employers": employers.report,
    "retention": retention.report,
    "money": money.report,
}

REPORTS: dict[str, Callable[[Scope], Report]] = {name: partial(build_report, name) for name in SUBJECTS}

PARTS: dict[str, tuple[str, ...]] = {
    "period": ("sector", "organisation"),
    "findings": ("sector", "organisation"),
    "funnel": ("sector", "organisation"),
    "lead-times": ("sector", "organisation"),
    "permits": ("sector", "organisation"),
    "employers": ("sector",),
    "retention": ("sector", "organisation"),
    "money": (),
}
"""The parts to which each report can be narrowed; expenses have no sector, for example."""

WITH_TEXTS = frozenset({"findings"})
"""The reports that contain text written by people."""


def find_available_reports(scope: Scope) -> list[str]:
    """Return the names of the reports that can be narrowed to all parts of the scope."""
    return [name for name, parts in PARTS.items() if scope.parts.keys() <= set(parts)]
