"""Suggests matches of candidates and employer interests, with reasons for and against; a coordinator chooses.

Only the fields of `Candidate` and `Offer` are compared: no name, age, sex, origin, residence or education.
"""

from dossiers.matching.agreements import find_objections
from dossiers.matching.comparison import Candidate, Comparer, Comparison, Offer, compare
from dossiers.matching.refusals import why_no_candidates, why_no_offers
from dossiers.matching.rules import Reason, Way
from dossiers.matching.search import Match, SearchResult, find_candidates, find_offers
from dossiers.matching.weights import FITS_FROM, MOST_POINTS, WEIGHTS, Aspect

__all__ = [
    "FITS_FROM",
    "MOST_POINTS",
    "WEIGHTS",
    "Aspect",
    "Candidate",
    "Comparer",
    "Comparison",
    "Match",
    "Offer",
    "Reason",
    "SearchResult",
    "Way",
    "compare",
    "find_candidates",
    "find_objections",
    "find_offers",
    "why_no_candidates",
    "why_no_offers",
]
