"""The dates in the cells of a sheet."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.parse import COMPACT, find_separator, is_numeric_date, not_a_date, parse_date
from dossiers.line_names import LINES_NAMED
from dossiers.spreadsheets.values.base import CellWidget, as_text

EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_SERIALS = range(3_654, 73_051)  # 1910 to 2099; other numbers are not read as dates


MIN_MONTH_FIRST = 2  # distinct dates; one such date may be a typo
MIN_EITHER = 3  # distinct dates; one or two without a day after the 12th are common, of which day-month is likely
READ_MONTH_FIRST = gettext_lazy(
    "“%(value)s” is read as month-day-year, as the other dates in this column, and does not exist then. Does the day "
    "come first? Write the month as a word, or change the answer about this list."
)
ORDERS = ("day_first", "month_first", "either")


def find_order(value: Any) -> str:
    """Return which order of day and month a cell shows, one of ORDERS; "" if it shows none, or means the same day."""
    text = value.strip() if isinstance(value, str) else ""
    has_day_first = is_numeric_date(text, month_first=False)
    has_month_first = is_numeric_date(text, month_first=True)
    if has_day_first and has_month_first:
        return "" if parse_date(text) == parse_date(text, month_first=True) else "either"
    return "day_first" if has_day_first else "month_first" if has_month_first else ""


@dataclass
class DateEvidence:
    """Records which order of day and month the texts of a column show; no more texts are kept than are named."""

    day_first: set[str] = field(default_factory=set)
    month_first: set[str] = field(default_factory=set)
    either: set[str] = field(default_factory=set)
    separators: dict[str, set[str]] = field(default_factory=lambda: {order: set() for order in ORDERS})

    def see(self, value: Any) -> None:
        """Take one cell into account; a date that exists in neither order is no evidence."""
        if order := find_order(value):
            text = value.strip()
            texts: set[str] = getattr(self, order)
            if len(texts) <= LINES_NAMED:
                texts.add(value)
            self.separators[order].add(find_separator(text))

    @property
    def reads_month_first(self) -> bool:
        return len(self.month_first) >= MIN_MONTH_FIRST and not self.day_first

    def find_month_first(self, answer: bool | str | None) -> bool | str:
        """Return in which order to read the dates, see DateWidget.

        An answer can be about an earlier version of the list, and does not hold if this one shows the day first.
        """
        if answer is None or (answer is True and self.day_first and not self.month_first):
            return self.reads_month_first
        return answer

    @property
    def ambiguous(self) -> bool:
        """Whether the order of some dates must be asked."""
        return (
            bool(self.either or self.month_first) and not self.day_first and not self.reads_month_first
        ) or self.mixed

    @property
    def is_doubtful(self) -> bool:
        """Whether so many dates can be read in two orders, and none shows the order, that this is hardly chance."""
        return len(self.either) >= MIN_EITHER and not self.day_first and not self.month_first

    @property
    def mixed(self) -> bool:
        """Whether some dates have the month first and others the day, so that the order of the rest is not shown."""
        return bool(self.month_first and self.day_first and self.either)

    @property
    def month_first_separators(self) -> str:
        """The separators of the dates with the month first, if the separator tells the order of every date."""
        day_first, month_first = self.separators["day_first"], self.separators["month_first"]
        tells = day_first.isdisjoint(month_first) and self.separators["either"] <= day_first | month_first
        return "".join(sorted(month_first)) if tells else ""


class DateWidget(CellWidget):
    """A date; `month_first` is the order of day and month of the whole column, never guessed for one cell.

    If that order depends on the separator, `month_first` is a text with the separators of dates with the month first.
    """

    empty = None
    has_typed_answers = True
    month_first: bool | str = False

    def clean(self, value: Any, row: Any = None, *, day_first: bool = False, **_kwargs: Any) -> str:
        """Return the ISO date; with `day_first` the order of the column is ignored."""
        day = value.date() if isinstance(value, datetime) else value
        if isinstance(value, float) or (isinstance(value, int) and not COMPACT.fullmatch(str(value))):
            if int(value) not in EXCEL_SERIALS:
                raise not_a_date(as_text(value))
            day = EXCEL_EPOCH + timedelta(days=int(value))
        elif not isinstance(day, date):
            text, month_first = as_text(value), self.month_first
            if isinstance(month_first, str):
                month_first = find_separator(text) in [*month_first]
            if month_first and not day_first and find_order(text) == "day_first":
                raise ValidationError(str(READ_MONTH_FIRST), params={"value": text})
            day = parse_date(text, month_first=month_first and not day_first)
        if not 1900 <= day.year <= 2100:
            raise ValidationError(_("“%(value)s”: check the year of this date."), params={"value": as_text(value)})
        checked: date = self.checked(day)
        return checked.isoformat()

    def is_value_in_other_format(self, text: str) -> bool:
        return is_numeric_date(text, month_first=True) and not is_numeric_date(text, month_first=False)

    def to_json(self, value: Any) -> str | None:
        return value.isoformat() if value else None

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> date | None:
        return date.fromisoformat(value) if value else None
