"""Reads dates in the notations that Dutch people and Excel use."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.spreadsheets.values.base import CellWidget, as_text

EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_SERIALS = range(3_654, 73_051)  # 1910 to 2099; other numbers are not read as dates
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
TIME = r"(?:[T ]\s{0,3}[0-2]?\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){TIME}")
COMPACT = re.compile(r"(19|20)(\d\d)([01]\d)([0-3]\d)")
BETWEEN = r"(?:\s{0,3}[-/.]\s{0,3}|\s{1,3})"  # bounded, since adjacent unbounded spaces backtrack without end
NUMERIC = re.compile(rf"(\d{{1,2}}){BETWEEN}(\d{{1,2}}){BETWEEN}(\d{{4}}|\d{{2}}){TIME}")
DAY_NAME = r"(?:[a-z]{2,9}\.?,?\s+)?"
WORDS = re.compile(
    rf"{DAY_NAME}(\d{{1,2}})(?:e|th|st|nd|rd)?[\s.-]*([a-z]+)\.?[\s,.-]*(\d{{4}}|\d{{2}})", re.IGNORECASE
)
ENGLISH = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:th|st|nd|rd)?,?\s+(\d{4})", re.IGNORECASE)


@dataclass
class DateEvidence:
    """Records which order of day and month the texts of a column show."""

    day_first: bool = False
    month_first: bool = False
    either: bool = False

    def see(self, value: Any) -> None:
        """Take one cell into account."""
        parts = NUMERIC.fullmatch(value.strip()) if isinstance(value, str) else None
        if parts is None:
            return
        first, second = int(parts[1]), int(parts[2])
        if first > 12 >= second:
            self.day_first = True
        elif second > 12 >= first:
            self.month_first = True
        elif first != second:
            self.either = True

    @property
    def reads_month_first(self) -> bool:
        return self.month_first and not self.day_first

    @property
    def ambiguous(self) -> bool:
        return self.either and not self.day_first and not self.month_first


class DateWidget(CellWidget):
    """A date; `month_first` is the order of day and month of the whole column, never guessed for one cell."""

    empty = None
    month_first = False

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        day = value.date() if isinstance(value, datetime) else value
        if isinstance(value, float) or (isinstance(value, int) and not COMPACT.fullmatch(str(value))):
            if int(value) not in EXCEL_SERIALS:
                raise self._no_date(as_text(value))
            day = EXCEL_EPOCH + timedelta(days=int(value))
        elif not isinstance(day, date):
            day = self._from_text(as_text(value))
        if not 1900 <= day.year <= 2100:
            raise ValidationError(_("“%(value)s”: check the year of this date."), params={"value": as_text(value)})
        checked: date = self.checked(day)
        return checked.isoformat()

    def to_json(self, value: Any) -> str | None:
        return value.isoformat() if value else None

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> date | None:
        return date.fromisoformat(value) if value else None

    def _from_text(self, text: str) -> date:
        if parts := ISO.fullmatch(text):
            return self._day(text, parts[1], parts[2], parts[3])
        if parts := COMPACT.fullmatch(text):
            return self._day(text, parts[1] + parts[2], parts[3], parts[4])
        if parts := NUMERIC.fullmatch(text):
            day, month = (parts[2], parts[1]) if self.month_first else (parts[1], parts[2])
            return self._day(text, self._year(parts[3]), month, day)
        if (parts := WORDS.fullmatch(text)) and (number := MONTHS.get(parts[2].lower())):
            return self._day(text, self._year(parts[3]), number, parts[1])
        if (parts := ENGLISH.fullmatch(text)) and (number := MONTHS.get(parts[1].lower())):
            return self._day(text, parts[3], number, parts[2])
        raise self._no_date(text)

    @staticmethod
    def _year(text: str) -> int:
        """Return the year; two digits are in this century if that is at most ten years ahead."""
        if len(text) == 4:
            return int(text)
        year = 2000 + int(text)
        return year if year <= timezone.localdate().year + 10 else year - 100

    def _day(self, text: str, year: str | int, month: str | int, day: str | int) -> date:
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            raise ValidationError(
                _("“%(value)s”: this date does not exist. Write day-month-year, for example 28-02-1990."),
                params={"value": text},
            ) from None

    @staticmethod
    def _no_date(text: str) -> ValidationError:
        return ValidationError(
            _("“%(value)s” is not a date. Write day-month-year, for example 28-02-1990."), params={"value": text}
        )
