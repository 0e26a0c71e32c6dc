"""Working days: Monday to Friday. Public holidays count as working days, because no list of them is available."""

from datetime import date, timedelta

DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5


def add_working_days(day: date, number: int) -> date:
    """Return the day on which that many working days have passed: five after a Monday is the next Monday."""
    while number > 0:
        day += DAY
        number -= is_working_day(day)
    return day


def subtract_working_days(day: date, number: int) -> date:
    """Return the latest day since which that many working days have passed on `day`."""
    start = day - (number + 2 * (number // 5 + 1)) * DAY  # no later than the result: each week has two more days
    while add_working_days(start + DAY, number) <= day:
        start += DAY
    return start
