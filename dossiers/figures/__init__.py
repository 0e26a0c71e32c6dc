"""Figures of the pilot: each is one function, a rule that says which records count. The same rule gives the number in
a report and, through the filters, the list that a click on the number opens. Knows models only."""

from dossiers.figures import employers, findings, funnel, lead_times, money, permits, retention
from dossiers.figures.figure import BY_NAME, Counted, Figure, counts, counts_by, find
from dossiers.figures.scope import Scope

__all__ = [
    "BY_NAME",
    "Counted",
    "Figure",
    "Scope",
    "counts",
    "counts_by",
    "employers",
    "find",
    "findings",
    "funnel",
    "lead_times",
    "money",
    "permits",
    "retention",
]
