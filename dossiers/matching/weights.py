"""The weights of matching: one table, which is used for ranking and shown on the pages."""

from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Aspect(TextChoices):
    """The compared aspects, in the order of their weight."""

    SECTOR = "sector", _("Sector")
    LANGUAGE = "language", _("Language")
    HOURS = "hours", _("Hours")
    START = "start", _("Start")
    TRANSPORT = "transport", _("Transport")


class Degree(Enum):
    """How well one aspect fits; an unknown aspect has no degree and no points."""

    FITS = "fits"
    PARTLY = "partly"
    SHORT = "short"
    UNFIT = "unfit"


HOURS_SHORT = 8  # a week
DAYS_SHORT = 28


@dataclass(frozen=True)
class Weight:
    """The points of a degree of an aspect, with its condition as a text for people."""

    aspect: Aspect
    degree: Degree
    points: int
    when: str | Promise


WEIGHTS = (
    Weight(Aspect.SECTOR, Degree.FITS, 5, _("the employer's sector is one that the candidate wants")),
    Weight(Aspect.SECTOR, Degree.UNFIT, -4, _("it is another sector")),
    Weight(Aspect.LANGUAGE, Degree.FITS, 4, _("the candidate's level of Dutch is enough")),
    Weight(Aspect.LANGUAGE, Degree.PARTLY, 3, _("they share another working language")),
    Weight(Aspect.LANGUAGE, Degree.SHORT, -2, _("Dutch is one level too low, and no working language is shared")),
    Weight(Aspect.LANGUAGE, Degree.UNFIT, -4, _("Dutch is lower than that, and no working language is shared")),
    Weight(Aspect.HOURS, Degree.FITS, 2, _("the candidate can work the hours")),
    Weight(Aspect.HOURS, Degree.PARTLY, 1, _("the work is less than half of the hours that the candidate can work")),
    Weight(Aspect.HOURS, Degree.SHORT, -1, _("the work is up to 8 hours a week more than the candidate can")),
    Weight(Aspect.HOURS, Degree.UNFIT, -2, _("the work is more than that")),
    Weight(Aspect.START, Degree.FITS, 2, _("the candidate is available when the work begins")),
    Weight(Aspect.START, Degree.SHORT, -1, _("the candidate is available up to four weeks later")),
    Weight(Aspect.START, Degree.UNFIT, -3, _("the candidate is available later than that, or only after the work")),
    Weight(Aspect.TRANSPORT, Degree.FITS, 1, _("the employer arranges transport, or the candidate has it")),
    Weight(Aspect.TRANSPORT, Degree.UNFIT, -1, _("neither has transport")),
)

POINTS = {(weight.aspect, weight.degree): weight.points for weight in WEIGHTS}
MOST_POINTS = sum(POINTS[aspect, Degree.FITS] for aspect in Aspect)
FITS_FROM = POINTS[Aspect.SECTOR, Degree.FITS]
"""The minimum points of a match: the right sector is enough; with another sector all other aspects must fit."""
