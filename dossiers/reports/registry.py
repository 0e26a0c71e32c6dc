"""The registry of reports, in the order in which they are shown."""

from collections.abc import Callable

from dossiers.figures import Scope
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

REPORTS: dict[str, Callable[[Scope], Report]] = {
    "period": period.report,
    "findings": findings.report,
    "funnel": funnel.report,
    "lead-times": lead_times.report,
    "permits": permits.report,
    "employers": employers.report,
    "retention": retention.report,
    "money": money.report,
}

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
