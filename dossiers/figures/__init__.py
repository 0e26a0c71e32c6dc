"""Figures of the pilot: each is a rule that selects the records that count.

The same rule gives the number in a report and, through the filters, the list that opens with a click on the number.
This package depends on the models only.
"""

from dossiers.figures import employers, findings, funnel, lead_times, money, permits, retention
from dossiers.figures.figure import BY_NAME, Counted, Figure, counts, counts_by, parse_address
from dossiers.figures.scope import Scope

__all__ = [
    "BY_NAME",
    "Counted",
    "Figure",
    "Scope",
    "counts",
    "counts_by",
    "employers",
    "findings",
    "funnel",
    "lead_times",
    "money",
    "parse_address",
    "permits",
    "retention",
]
