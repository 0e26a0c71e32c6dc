"""One set of filters a record: it drives the list, the export and everything else that works on a part of the list."""

from dossiers.filters.activity import ContactFilterSet, FindingFilterSet, FollowUpFilterSet
from dossiers.filters.base import RecordFilterSet, coordinators, several
from dossiers.filters.dossiers import DossierFilterSet
from dossiers.filters.employers import EmployerFilterSet, InterestFilterSet
from dossiers.filters.imports import ImportFilterSet
from dossiers.filters.money import ExpenseFilterSet, MilestoneFilterSet
from dossiers.filters.placements import PlacementFilterSet

__all__ = [
    "ContactFilterSet",
    "DossierFilterSet",
    "EmployerFilterSet",
    "ExpenseFilterSet",
    "FindingFilterSet",
    "FollowUpFilterSet",
    "ImportFilterSet",
    "InterestFilterSet",
    "MilestoneFilterSet",
    "PlacementFilterSet",
    "RecordFilterSet",
    "coordinators",
    "several",
]
