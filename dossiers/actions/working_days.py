"""Monday to Friday. Public holidays are not known here, so they count as working days."""

from datetime import date, timedelta

DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5


def working_days_after(day: date, number: int) -> date:
    """The day on which that many working days have passed: five after a Monday is the next Monday."""
    while number > 0:
        day += DAY
        number -= is_working_day(day)
    return day


def latest_before(day: date, number: int) -> date:
    """The last day since which that many working days have passed on `day`."""
    start = day - (number + 2 * (number // 5 + 1)) * DAY  # no later than the answer: each week has two days more
    while working_days_after(start + DAY, number) <= day:
        start += DAY
    return start
