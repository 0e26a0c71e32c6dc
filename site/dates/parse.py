"""Reads dates in the notations that Dutch people and Excel use."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb february",
            "maart mrt mar march maa",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "augustus aug august",
            "september sep sept",
            "oktober okt october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
NONEXISTENT = "nonexistent"  # the code of the error for a date such as 31-02-1992
# A time after the date is ignored.
TIME = r"(?:[T ]\s{0,3}[0-2]?\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){TIME}")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
COMPACT = re.compile(r"(19|20)(\d\d)([01]\d)([0-3]\d)")
BETWEEN = r"(?:\s{0,3}[-/.]\s{0,3}|\s{1,3})"  # bounded, since adjacent unbounded spaces backtrack without end
NUMERIC = re.compile(rf"(\d{{1,2}}){BETWEEN}(\d{{1,2}}){BETWEEN}(\d{{4}}|\d{{2}}){TIME}")
# Another word before the date may change its meaning, as in “na 1 maart 2027”.
DAY_NAME = (
    r"(?:(?:op|per|de|den|ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun"
    r"|(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\.?,?\s+)?"
)
WORDS = re.compile(
    rf"{DAY_NAME}(\d{{1,2}})(?:e|th|st|nd|rd)?[\s.-]*([a-z]+)\.?[\s,.-]*(\d{{4}}|\d{{2}})", re.IGNORECASE
)
ENGLISH = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:th|st|nd|rd)?,?\s+(\d{4})", re.IGNORECASE)


def parse_date(text: str, *, month_first: bool = False) -> date:
    """Read a date in a notation that Dutch people, Excel or programs use; raises ValidationError.

    The day comes before the month, unless `month_first` or the month is a word or the year comes first.
    """
    if parts := ISO.fullmatch(text):
        return _build_date(text, parts[1], parts[2], parts[3])
    if parts := COMPACT.fullmatch(text):
        return _build_date(text, parts[1] + parts[2], parts[3], parts[4])
    if parts := NUMERIC.fullmatch(text):
        day, month = (parts[2], parts[1]) if month_first else (parts[1], parts[2])
        return _build_date(text, _expand_year(parts[3]), month, day)
    if (parts := WORDS.fullmatch(text)) and (number := MONTHS.get(parts[2].lower())):
        return _build_date(text, _expand_year(parts[3]), number, parts[1])
    if (parts := ENGLISH.fullmatch(text)) and (number := MONTHS.get(parts[1].lower())):
        return _build_date(text, parts[3], number, parts[2])
    raise not_a_date(text)


def is_numeric_date(text: str, *, month_first: bool) -> bool:
    """Whether a text such as 10/14/2025 is a date that exists, if it is read in this order."""
    parts = NUMERIC.fullmatch(text)
    if parts is None:
        return False
    day, month = (parts[2], parts[1]) if month_first else (parts[1], parts[2])
    try:
        return bool(date(_expand_year(parts[3]), int(month), int(day)))
    except ValueError:
        return False


def find_separator(text: str) -> str:
    """Return what stands between the first two numbers of a numeric date: one of `-/.`, or a space."""
    parts = NUMERIC.fullmatch(text)
    return text[parts.end(1) : parts.start(2)].strip() or " " if parts else ""


def parse_iso_day(text: str) -> date | None:
    """Return the date of a text such as 2026-01-31; None for other text, and for a day that does not exist."""
    try:
        # `fromisoformat` alone would also read a week, such as 2026-W01-1.
        return date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


def _expand_year(text: str) -> int:
    """Return the year; two digits are in this century if that is at most ten years ahead."""
    if len(text) == 4:
        return int(text)
    year = 2000 + int(text)
    return year if year <= timezone.localdate().year + 10 else year - 100


def _build_date(text: str, year: str | int, month: str | int, day: str | int) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValidationError(
            _("“%(value)s”: this date does not exist. Write day-month-year, for example 28-02-1990."),
            code=NONEXISTENT,
            params={"value": text},
        ) from None


def not_a_date(text: str) -> ValidationError:
    return ValidationError(
        _("“%(value)s” is not a date. Write day-month-year, for example 28-02-1990."), params={"value": text}
    )
