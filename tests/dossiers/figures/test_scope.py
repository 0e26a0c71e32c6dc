"""Tests of the scope of a figure and of its form in a URL."""

from datetime import date

import pytest

from dossiers.figures import Scope


@pytest.mark.parametrize(
    "scope",
    [
        Scope(date(2026, 11, 24)),
        Scope(date(2026, 11, 24), date(2026, 7, 1)),
        Scope(date(2026, 11, 24), date(2026, 7, 1), sector=3, organisation=0, category=12, reason=4),
    ],
)
def test_an_address_is_read_as_it_was_written(scope):
    assert Scope.read(scope.code) == scope


@pytest.mark.parametrize("code", ["", "2026-07-01", ".", ".2026-11-24.x3", ".2026-11-24.s", "2026-12-01.2026-11-24"])
def test_anything_else_is_no_address(code):
    with pytest.raises(ValueError):
        Scope.read(code)


def test_a_period_does_not_end_before_it_begins():
    with pytest.raises(ValueError, match="ends on its first day"):
        Scope(date(2026, 1, 1), date(2026, 1, 2))


def test_a_period_ends_while_there_are_days():
    with pytest.raises(ValueError, match="2999"):
        Scope.read(".9999-12-31")
