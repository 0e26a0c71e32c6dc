"""A rule for each aspect: how well what a candidate has fits what an employer offers, in points and in words.

Each rule takes plain values and knows no records. What either side left open is said, and counts as neither.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.translation import gettext as _

from dossiers.matching.weights import DAYS_SHORT, HOURS_SHORT, POINTS, Aspect, Degree
from dossiers.models import LANGUAGES, DutchLevel, Transport

DUTCH = "nl"  # its level says more than that somebody speaks it
LEVELS = tuple(DutchLevel.values)


class Way(Enum):
    """Which way a reason points."""

    FOR = "for"
    AGAINST = "against"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """One sentence, what it is about, and which way it points."""

    aspect: Aspect
    way: Way
    text: str


@dataclass(frozen=True)
class Judgement:
    """What a rule says of one pair of values."""

    points: int
    reasons: tuple[Reason, ...]


def _judged(aspect: Aspect, degree: Degree, text: str, *more: Reason) -> Judgement:
    points = POINTS[aspect, degree]
    way = Way.FOR if points > 0 else Way.AGAINST
    return Judgement(points, (Reason(aspect, way, text), *more))


def _unknown(aspect: Aspect, text: str) -> Judgement:
    return Judgement(0, (Reason(aspect, Way.UNKNOWN, text),))


def sector(sectors: tuple[str, ...], offered: str) -> Judgement:
    """By the names of sectors."""
    if not offered:
        return _unknown(Aspect.SECTOR, _("the employer's sector is not filled in"))
    if not sectors:
        return _unknown(Aspect.SECTOR, _("the candidate's sectors are not filled in"))
    words = {"offered": offered, "wanted": ", ".join(sectors)}
    if offered in sectors:
        return _judged(Aspect.SECTOR, Degree.FITS, _("%(offered)s: a sector that the candidate wants") % words)
    return _judged(Aspect.SECTOR, Degree.UNFIT, _("%(offered)s; the candidate wants %(wanted)s") % words)


def language(level: str, spoken: tuple[str, ...], asked: str, working: tuple[str, ...]) -> Judgement:
    """Enough Dutch, or else another language that is spoken at work; levels as DutchLevel, languages as codes."""
    dutch, gap = _dutch(level, asked)
    shared = _shared(spoken, working)
    if gap is not None and gap <= 0:
        return _judged(Aspect.LANGUAGE, Degree.FITS, dutch.text, *shared)
    if shared:
        return _judged(Aspect.LANGUAGE, Degree.PARTLY, shared[0].text, dutch)
    if gap is None:
        return Judgement(0, (dutch,))
    return _judged(Aspect.LANGUAGE, Degree.SHORT if gap == 1 else Degree.UNFIT, dutch.text)


def _dutch(level: str, asked: str) -> tuple[Reason, int | None]:
    """What is to be said of the level of Dutch, and how many levels it falls short; None: unknown."""
    if asked == DutchLevel.A0:
        return Reason(Aspect.LANGUAGE, Way.FOR, _("no Dutch needed")), 0
    if not asked:
        return Reason(Aspect.LANGUAGE, Way.UNKNOWN, _("the level of Dutch that is needed is not filled in")), None
    if not level:
        text = _("level of Dutch not filled in, %(asked)s is asked") % {"asked": asked}
        return Reason(Aspect.LANGUAGE, Way.UNKNOWN, text), None
    gap = LEVELS.index(asked) - LEVELS.index(level)
    text = _("Dutch %(level)s, %(asked)s is asked") % {"level": level, "asked": asked}
    return Reason(Aspect.LANGUAGE, Way.AGAINST if gap > 0 else Way.FOR, text), gap


def _shared(spoken: tuple[str, ...], working: tuple[str, ...]) -> tuple[Reason, ...]:
    """That they share a language other than Dutch, or nothing."""
    both = set(spoken) & set(working) - {DUTCH}
    if not both:
        return ()
    names = ", ".join(str(name) for code, name in LANGUAGES if code in both)
    return (Reason(Aspect.LANGUAGE, Way.FOR, _("shared working language: %(names)s") % {"names": names}),)


def hours(able: int | None, asked: int | None) -> Judgement:
    """Hours a week that the candidate can work, and that the work takes."""
    if asked is None:
        return _unknown(Aspect.HOURS, _("the hours of the work are not filled in"))
    words = {"asked": asked, "able": able}
    if able is None:
        return _unknown(Aspect.HOURS, _("the work is %(asked)d hours; the candidate's hours are not filled in") % words)
    text = _("the work is %(asked)d hours, the candidate can work %(able)d") % words
    if asked > able:
        return _judged(Aspect.HOURS, Degree.SHORT if asked - able <= HOURS_SHORT else Degree.UNFIT, text)
    return _judged(Aspect.HOURS, Degree.PARTLY if asked * 2 < able else Degree.FITS, text)


def start(available: date | None, begins: date | None, ends: date | None, day: date) -> Judgement:
    """From when, as known on `day`: work that began already begins for a candidate on that day."""
    if available is None:
        return _unknown(Aspect.START, _("from when the candidate is available is not filled in"))
    words = {"available": f"{available:%d-%m-%Y}"}
    if ends and available > ends:
        text = _("available from %(available)s, the work ends on %(ends)s") % (words | {"ends": f"{ends:%d-%m-%Y}"})
        return _judged(Aspect.START, Degree.UNFIT, text)
    if begins is None:
        return _unknown(Aspect.START, _("when the work begins is not filled in"))
    text = _("available from %(available)s, the work begins on %(begins)s") % (words | {"begins": f"{begins:%d-%m-%Y}"})
    late = (available - max(begins, day)).days
    if late <= 0:
        return _judged(Aspect.START, Degree.FITS, text)
    return _judged(Aspect.START, Degree.SHORT if late <= DAYS_SHORT else Degree.UNFIT, text)


def transport(own: str, arranged: bool | None) -> Judgement:
    """What the candidate has, as Transport, and whether the employer arranges it."""
    if arranged:
        return _judged(Aspect.TRANSPORT, Degree.FITS, _("the employer arranges transport"))
    if not own:
        return _unknown(Aspect.TRANSPORT, _("the candidate's transport is not filled in"))
    if own != Transport.NONE:
        text = _("the candidate has transport: %(own)s") % {"own": Transport(own).label}
        return _judged(Aspect.TRANSPORT, Degree.FITS, text)
    if arranged is None:
        return _unknown(
            Aspect.TRANSPORT, _("the candidate has no transport; whether the employer arranges it is not filled in")
        )
    return _judged(Aspect.TRANSPORT, Degree.UNFIT, _("the candidate has no transport, and the employer arranges none"))
