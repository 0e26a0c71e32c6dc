"""Dates in other scripts than the Latin one."""

from datetime import date

import pytest

from dates.parse import parse_date
from dates.scripts import to_western


@pytest.mark.parametrize(
    "typed",
    [
        "12-03-1990", " 12/3/1990 ", "12.03.1990", "12,03,1990", "12_03_1990", "12\\03\\1990", "12–03–1990",
        "12−03−1990",
        "12031990", "19900312", "1990/3/12", "12 maart 1990", "March 12, 1990", "１２－０３－１９９０",
        "١٢-٠٣-١٩٩٠", "\u200f١٢/٣/١٩٩٠\u200f", "١٢،٠٣،١٩٩٠", "۱۲٫۰۳٫۱۹۹۰", "१२-०३-१९९०", "፲፪-፫-፲፱፻፺", "፲፪፡፫፡፲፱፻፺",
        "12 مارس 1990", "١٢ مارس ١٩٩٠", "12 آذار 1990",
    ],
)  # fmt: skip
def test_a_date_in_any_script_is_read(typed: str) -> None:
    assert parse_date(to_western(typed)) == date(1990, 3, 12)


def test_a_month_of_two_words_is_read_and_not_as_another_one() -> None:
    assert parse_date(to_western("1 كانون الثاني 1990")) == date(1990, 1, 1)
    assert parse_date(to_western("1 كانون الأول 1990")) == date(1990, 12, 1)
    assert parse_date(to_western("፱-፲-፳፻፩")) == date(2001, 10, 9)


@pytest.mark.parametrize("typed", ["", "gisteren", "12 መጋቢት 1990", "12 maart", "१२-०३", "x" * 25_000])
def test_what_is_no_date_stays_what_it_is(typed: str) -> None:
    """A month in Tigrinya may be of the Ethiopian calendar, so that nobody can tell which day is meant."""
    western = to_western(typed)
    assert western.startswith("12") or western == typed


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Exception, match="bestaat niet"):
        parse_date(to_western("٣١-٠٢-١٩٩٠"))
