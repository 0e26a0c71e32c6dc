"""All reports, in the order in which one reads them."""

from collections.abc import Callable

from dossiers.figures import Scope
from dossiers.reports.subjects import funnel
from dossiers.reports.tables import Report

REPORTS: dict[str, Callable[[Scope], Report]] = {
    "funnel": funnel.report,
}
