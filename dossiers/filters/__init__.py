"""One filter set for each model, used by its list, its export, the API and bulk changes."""

from dossiers.filters.activity import ContactFilterSet, FindingFilterSet, FollowUpFilterSet
from dossiers.filters.base import RecordFilterSet, get_colleague_name, get_coordinators, multiple_choice_filter
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
    "get_colleague_name",
    "get_coordinators",
    "multiple_choice_filter",
]
