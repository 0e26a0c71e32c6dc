"""The rules of matching, one for each aspect: each returns points and reasons.

A rule takes plain values, not records. A value that is not filled in gives 0 points and a reason that says so.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.translation import gettext as _

from dates.format import format_date
from dossiers.matching.weights import DAYS_SHORT, HOURS_SHORT, POINTS, Aspect, Degree
from dossiers.models import LANGUAGES, DutchLevel, Transport

DUTCH = "nl"  # judged by level instead
LEVELS = tuple(DutchLevel.values)


class Way(Enum):
    """Whether a reason is for or against the match."""

    FOR = "for"
    AGAINST = "against"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """A reason: its aspect, its direction and a text for people."""

    aspect: Aspect
    way: Way
    text: str


@dataclass(frozen=True)
class Judgement:
    """The result of a rule for one pair of values."""

    points: int
    reasons: tuple[Reason, ...]


def _judge(aspect: Aspect, degree: Degree, text: str, *more: Reason) -> Judgement:
    points = POINTS[aspect, degree]
    way = Way.FOR if points > 0 else Way.AGAINST
    return Judgement(points, (Reason(aspect, way, text), *more))


def _unknown(aspect: Aspect, text: str) -> Judgement:
    return Judgement(0, (Reason(aspect, Way.UNKNOWN, text),))


def sector(sectors: tuple[str, ...], offered: str) -> Judgement:
    """Compare the names of sectors."""
    if not offered:
        return _unknown(Aspect.SECTOR, _("the employer's sector is not filled in"))
    if not sectors:
        return _unknown(Aspect.SECTOR, _("the candidate's sectors are not filled in"))
    words = {"offered": offered, "wanted": ", ".join(sectors)}
    if offered in sectors:
        return _judge(Aspect.SECTOR, Degree.FITS, _("%(offered)s: a sector that the candidate wants") % words)
    return _judge(Aspect.SECTOR, Degree.UNFIT, _("%(offered)s; the candidate wants %(wanted)s") % words)


def language(level: str, spoken: tuple[str, ...], asked: str, working: tuple[str, ...]) -> Judgement:
    """Compare the level of Dutch (DutchLevel), or else other languages (codes) that are spoken at work."""
    words = {"level": level, "asked": asked}
    way, gap = Way.UNKNOWN, None  # the number of levels that the candidate's Dutch is too low
    if asked == DutchLevel.A0:
        way, gap, text = Way.FOR, 0, _("no Dutch needed")
    elif not asked:
        text = _("the level of Dutch that is needed is not filled in")
    elif not level:
        text = _("level of Dutch not filled in, %(asked)s is asked") % words
    else:
        gap = LEVELS.index(asked) - LEVELS.index(level)
        way, text = Way.AGAINST if gap > 0 else Way.FOR, _("Dutch %(level)s, %(asked)s is asked") % words
    dutch = Reason(Aspect.LANGUAGE, way, text)
    both = set(spoken) & set(working) - {DUTCH}
    names = ", ".join(str(name) for code, name in LANGUAGES if code in both)
    shared_text = _("shared working language: %(names)s") % {"names": names}
    shared = (Reason(Aspect.LANGUAGE, Way.FOR, shared_text),) if both else ()
    if gap is not None and gap <= 0:
        return _judge(Aspect.LANGUAGE, Degree.FITS, dutch.text, *shared)
    if shared:
        return _judge(Aspect.LANGUAGE, Degree.PARTLY, shared[0].text, dutch)
    if gap is None:
        return Judgement(0, (dutch,))
    return _judge(Aspect.LANGUAGE, Degree.SHORT if gap == 1 else Degree.UNFIT, dutch.text)


def hours(able: int | None, asked: int | None) -> Judgement:
    """Compare the hours a week that the candidate can work with those of the work."""
    if asked is None:
        return _unknown(Aspect.HOURS, _("the hours of the work are not filled in"))
    words = {"asked": asked, "able": able}
    if able is None:
        return _unknown(Aspect.HOURS, _("the work is %(asked)d hours; the candidate's hours are not filled in") % words)
    text = _("the work is %(asked)d hours, the candidate can work %(able)d") % words
    if asked > able:
        return _judge(Aspect.HOURS, Degree.SHORT if asked - able <= HOURS_SHORT else Degree.UNFIT, text)
    return _judge(Aspect.HOURS, Degree.PARTLY if asked * 2 < able else Degree.FITS, text)


def start(available: date | None, begins: date | None, ends: date | None, day: date) -> Judgement:
    """Compare the dates of availability and work; work that has begun starts for the candidate on `day`."""
    if available is None:
        return _unknown(Aspect.START, _("from when the candidate is available is not filled in"))
    words = {"available": format_date(available)}
    if ends and available > ends:
        text = _("available from %(available)s, the work ends on %(ends)s") % (words | {"ends": format_date(ends)})
        return _judge(Aspect.START, Degree.UNFIT, text)
    if begins is None:
        return _unknown(Aspect.START, _("when the work begins is not filled in"))
    text = _("available from %(available)s, the work begins on %(begins)s") % (words | {"begins": format_date(begins)})
    late = (available - max(begins, day)).days
    if late <= 0:
        return _judge(Aspect.START, Degree.FITS, text)
    return _judge(Aspect.START, Degree.SHORT if late <= DAYS_SHORT else Degree.UNFIT, text)


def transport(own: str, arranged: bool | None) -> Judgement:
    """Compare the candidate's transport (Transport) with whether the employer arranges it."""
    if arranged:
        return _judge(Aspect.TRANSPORT, Degree.FITS, _("the employer arranges transport"))
    if not own:
        return _unknown(Aspect.TRANSPORT, _("the candidate's transport is not filled in"))
    if own != Transport.NONE:
        text = _("the candidate has transport: %(own)s") % {"own": Transport(own).label}
        return _judge(Aspect.TRANSPORT, Degree.FITS, text)
    if arranged is None:
        return _unknown(
            Aspect.TRANSPORT, _("the candidate has no transport; whether the employer arranges it is not filled in")
        )
    return _judge(Aspect.TRANSPORT, Degree.UNFIT, _("the candidate has no transport, and the employer arranges none"))
