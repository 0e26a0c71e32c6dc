"""Which candidates and which employers' offers fit each other, with reasons for and against; a person chooses.

Nothing is compared but what stands in `Candidate` and `Offer`: no name, age, sex, origin, residence or education.
"""

from dossiers.matching.comparison import Candidate, Comparing, Comparison, Offer, compare
from dossiers.matching.refusals import why_no_candidates, why_no_offers
from dossiers.matching.rules import Reason, Way
from dossiers.matching.search import Found, Match, fitting_candidates, fitting_offers
from dossiers.matching.weights import FITS_FROM, MOST_POINTS, WEIGHTS, Aspect

__all__ = [
    "FITS_FROM",
    "MOST_POINTS",
    "WEIGHTS",
    "Aspect",
    "Candidate",
    "Comparing",
    "Comparison",
    "Found",
    "Match",
    "Offer",
    "Reason",
    "Way",
    "compare",
    "fitting_candidates",
    "fitting_offers",
    "why_no_candidates",
    "why_no_offers",
]
