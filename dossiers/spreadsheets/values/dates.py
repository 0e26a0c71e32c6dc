"""The dates in the cells of a sheet."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dates.parse import COMPACT, NUMERIC, not_a_date, parse_date
from dossiers.spreadsheets.reader import LINES_NAMED
from dossiers.spreadsheets.values.base import CellWidget, as_text

EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_SERIALS = range(3_654, 73_051)  # 1910 to 2099; other numbers are not read as dates


MIN_MONTH_FIRST = 2  # distinct dates; one such date may be a typo


@dataclass
class DateEvidence:
    """Records which order of day and month the texts of a column show."""

    day_first: bool = False
    month_first: set[str] = field(default_factory=set)
    """The texts that are a date only if the month comes first; no more of them than are named."""
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
            if len(self.month_first) < LINES_NAMED:
                self.month_first.add(value)
        elif first != second:
            self.either = True

    @property
    def reads_month_first(self) -> bool:
        return len(self.month_first) >= MIN_MONTH_FIRST and not self.day_first

    @property
    def ambiguous(self) -> bool:
        return (self.either or bool(self.month_first)) and not self.day_first and not self.reads_month_first


class DateWidget(CellWidget):
    """A date; `month_first` is the order of day and month of the whole column, never guessed for one cell."""

    empty = None
    month_first = False

    def clean(self, value: Any, row: Any = None, *, day_first: bool = False, **_kwargs: Any) -> str:
        """Return the ISO date; with `day_first` the order of the column is ignored."""
        day = value.date() if isinstance(value, datetime) else value
        if isinstance(value, float) or (isinstance(value, int) and not COMPACT.fullmatch(str(value))):
            if int(value) not in EXCEL_SERIALS:
                raise not_a_date(as_text(value))
            day = EXCEL_EPOCH + timedelta(days=int(value))
        elif not isinstance(day, date):
            day = parse_date(as_text(value), month_first=self.month_first and not day_first)
        if not 1900 <= day.year <= 2100:
            raise ValidationError(_("“%(value)s”: check the year of this date."), params={"value": as_text(value)})
        checked: date = self.checked(day)
        return checked.isoformat()

    def to_json(self, value: Any) -> str | None:
        return value.isoformat() if value else None

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> date | None:
        return date.fromisoformat(value) if value else None
