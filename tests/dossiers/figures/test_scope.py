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
def test_the_code_of_a_scope_is_parsed_to_the_same_scope(scope):
    assert Scope.read(scope.code) == scope


@pytest.mark.parametrize("code", ["", "2026-07-01", ".", ".2026-11-24.x3", ".2026-11-24.s", "2026-12-01.2026-11-24"])
def test_an_invalid_code_is_refused(code):
    with pytest.raises(ValueError):
        Scope.read(code)


def test_a_period_that_ends_before_its_start_is_refused():
    with pytest.raises(ValueError, match="ends on its first day"):
        Scope(date(2026, 1, 1), date(2026, 1, 2))


def test_a_period_that_ends_at_the_maximum_date_is_refused():
    with pytest.raises(ValueError, match="2999"):
        Scope.read(".9999-12-31")
