"""Validators of dates; as validators of model fields they hold for forms, imports, bulk changes and the API."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_YEARS_BACK, MAX_YEARS_AHEAD = 10, 10  # our own choice, wide enough for the work of a pilot
MAX_PERMIT_YEARS, MAX_START_YEARS = 5, 2  # also our own choice: a year further ahead is more likely a typing mistake
MAX_AGE = 100  # years
WRONG_YEAR = _("Check the year of this date.")

Day = date | str | None  # as a date, or as ISO text


def subtract_years(day: date, years: int) -> date:
    """Return the same date `years` earlier; a person born on it or before is at least that old on `day`.

    29 February becomes 28 February: on 29 February a person born on 1 March has not reached that age.
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


def validate_year(day: date) -> None:
    """Raise ValidationError unless the year is close enough to be a date of the pilot, past or planned."""
    today = timezone.localdate()
    if not today.year - MAX_YEARS_BACK <= day.year <= today.year + MAX_YEARS_AHEAD:
        raise ValidationError(WRONG_YEAR, code="year")


def validate_permit_end(day: date) -> None:
    """Raise ValidationError if the day is too far ahead for the end of a permit or a document."""
    _validate_years_ahead(day, MAX_PERMIT_YEARS, _("This day is more than five years ahead. Check the year."))


def validate_start(day: date) -> None:
    """Raise ValidationError if the day is too far ahead for work to start."""
    _validate_years_ahead(day, MAX_START_YEARS, _("This day is more than two years ahead. Check the year."))


def _validate_years_ahead(day: date, years: int, message: Any) -> None:
    validate_year(day)
    if subtract_years(day, years) > timezone.localdate():
        raise ValidationError(message, code="year")


def validate_century(day: date) -> None:
    """Raise ValidationError if the year is more than a century away; for dates without a narrower rule."""
    if abs(day.year - timezone.localdate().year) > MAX_AGE:
        raise ValidationError(WRONG_YEAR, code="year")


def validate_not_to_come(day: date) -> None:
    """Raise ValidationError if the day is after today."""
    if day > timezone.localdate():
        raise ValidationError(_("This day is still to come."), code="future")


def validate_past(day: date) -> None:
    """Raise ValidationError unless this is a date of the pilot, today or earlier."""
    validate_year(day)
    validate_not_to_come(day)


def validate_to_come(day: date) -> None:
    """Raise ValidationError if the day is before today."""
    if day < timezone.localdate():
        raise ValidationError(_("This day is over. Write today or a later day."), code="past")


def validate_within_a_life(day: date) -> None:
    """Raise ValidationError unless the day is in the past hundred years."""
    validate_not_to_come(day)
    if day < subtract_years(timezone.localdate(), MAX_AGE):
        raise ValidationError(WRONG_YEAR, code="year")


def not_before(first: Day, second: Day, message: str | Promise) -> str | Promise | None:
    """Return the message if the second day is before the first, or None if it is not or if one is unknown."""
    return message if first and second and str(second) < str(first) else None
