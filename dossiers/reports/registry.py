"""All reports, in the order in which one reads them."""

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
"""By what each can be told apart: costs are not written down per sector."""


WITH_TEXTS = frozenset({"findings"})
"""Those that hold what people wrote."""


def that_know(scope: Scope) -> list[str]:
    """The names of the reports that can be made for all that the scope names."""
    return [name for name, parts in PARTS.items() if scope.parts.keys() <= set(parts)]
