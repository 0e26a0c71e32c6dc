from datetime import date, timedelta

import pytest

from dossiers.actions.working_days import add_working_days, is_working_day, subtract_working_days

MONDAY = date(2026, 11, 23)


def day(number: int) -> date:
    """Return a day of the week: 0 is a Monday, 5 a Saturday."""
    return MONDAY + timedelta(days=number)


def test_saturday_and_sunday_are_not_working_days():
    assert [is_working_day(day(number)) for number in range(7)] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [(0, 5, 7), (1, 5, 8), (4, 1, 7), (4, 5, 11), (5, 5, 11), (6, 5, 11), (0, 0, 0), (0, 10, 14)],
)
def test_a_weekend_does_not_count(start, number, end):
    assert add_working_days(day(start), number) == day(end)


@pytest.mark.parametrize("number", [0, 1, 4, 5, 6, 10, 23])
def test_subtracting_working_days_is_the_inverse_of_adding_working_days(number):
    for seen_on in map(day, range(7)):
        last = subtract_working_days(seen_on, number)
        assert add_working_days(last, number) <= seen_on < add_working_days(last + timedelta(days=1), number)
