"""The files of the demo have days relative to today, and notes that may be stored."""

import re
from datetime import date

import pytest

from dossiers.management.demo_files import read_rows, relative_day
from dossiers.privacy import check_text


def test_no_note_contains_forbidden_data():
    notes = [row["notes"] for name in ("dossiers.csv", "interests.csv", "placements.csv") for row in read_rows(name)]
    assert len(set(notes)) > 20
    assert [text for text in notes if check_text(text)] == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("0d", date(2026, 3, 31)),
        ("-1d", date(2026, 3, 30)),
        ("+2w", date(2026, 4, 14)),
        ("-1m", date(2026, 2, 28)),
        ("-14m", date(2025, 1, 31)),
        ("-31y-40d", date(1995, 2, 19)),
        ("", None),
    ],
)
def test_a_relative_day_is_computed_from_today(text, day):
    assert relative_day(text, date(2026, 3, 31)) == day


@pytest.mark.parametrize("text", ["14 m", "2026-03-31", "-m", "x", "-3m?"])
def test_an_invalid_relative_day_raises_an_error_with_the_text(text):
    with pytest.raises(ValueError, match=re.escape(text)):
        relative_day(text, date(2026, 3, 31))
