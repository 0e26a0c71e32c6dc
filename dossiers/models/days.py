"""Days that can be. Fields have these as validators, so that forms, lists, bulk changes and the API refuse the same."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

YEARS_BACK, YEARS_AHEAD = 10, 10  # our own choice: a pilot's work is of these years
OLDEST = 100  # years
WRONG_YEAR = _("Check the year of this date.")

Day = date | str | None  # as a date, or as ISO text


def years_before(day: date, years: int) -> date:
    """The same day of the year, `years` earlier: who was born on it or before is that old on `day`.

    29 February becomes 28 February: who was born on 1 March is not that old yet.
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


def validate_year(day: date) -> None:
    """A day of the pilot's work, past or planned."""
    today = timezone.localdate()
    if not today.year - YEARS_BACK <= day.year <= today.year + YEARS_AHEAD:
        raise ValidationError(WRONG_YEAR, code="year")


def validate_century(day: date) -> None:
    """A day of which nothing is known but that somebody means it: a rule may be of long ago."""
    if abs(day.year - timezone.localdate().year) > OLDEST:
        raise ValidationError(WRONG_YEAR, code="year")


def validate_past(day: date) -> None:
    """A day of the pilot's work that was."""
    validate_year(day)
    if day > timezone.localdate():
        raise ValidationError(_("This day is still to come."), code="future")


def validate_to_come(day: date) -> None:
    """Today or later."""
    if day < timezone.localdate():
        raise ValidationError(_("This day is over. Write today or a later day."), code="past")


def validate_within_a_life(day: date) -> None:
    """A day of somebody's life that was."""
    today = timezone.localdate()
    if day > today:
        raise ValidationError(_("This day is still to come."), code="future")
    if day < years_before(today, OLDEST):
        raise ValidationError(WRONG_YEAR, code="year")


def not_before(first: Day, second: Day, message: str | Promise) -> str | Promise | None:
    """The message where the second comes before the first; None where it does not, or where one is unknown."""
    return message if first and second and str(second) < str(first) else None
