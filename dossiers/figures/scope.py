"""Scopes: the period of a figure, and the sector, organisation and so on to which it is narrowed."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db.models import Q
from django.utils import timezone

LAST = date(2999, 12, 31)
PARTS = {"s": "sector", "o": "organisation", "c": "category", "r": "reason"}


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Scope:
    """A period (`begin` None: from the start) and keys of the parts to which records belong (0: without that part)."""

    end: date
    begin: date | None = None
    sector: int | None = None
    organisation: int | None = None
    category: int | None = None
    reason: int | None = None

    def __post_init__(self) -> None:
        if self.begin and self.begin > self.end:
            raise ValueError("a period ends on its first day or later")
        if self.end > LAST:
            raise ValueError(f"a period ends on {LAST} or before")

    def within(self, field: str) -> Q:
        """Return the condition that this date field is in the period."""
        return self.until(field) & (Q(**{f"{field}__gte": self.begin}) if self.begin else Q())

    def until(self, field: str) -> Q:
        """Return the condition that this date field is on the last day or before."""
        return Q(**{f"{field}__lte": self.end})

    def not_until(self, field: str) -> Q:
        """Return the condition that this date field is empty or after the last day."""
        return Q(**{field: None}) | Q(**{f"{field}__gt": self.end})

    def within_moments(self, field: str) -> Q:
        """Return the condition that this datetime field is in the period."""
        return self.until_moment(field) & (Q(**{f"{field}__gte": midnight(self.begin)}) if self.begin else Q())

    def until_moment(self, field: str) -> Q:
        return Q(**{f"{field}__lt": midnight(self.end + timedelta(days=1))})

    @property
    def parts(self) -> dict[str, int]:
        """The parts to which the figure is narrowed: {"sector": key}."""
        return {name: key for name in PARTS.values() if (key := getattr(self, name)) is not None}

    @property
    def code(self) -> str:
        """The scope as text for a URL, such as "2026-07-01.2026-11-24.s3", which `read` parses."""
        begin = self.begin.isoformat() if self.begin else ""
        letters = {name: letter for letter, name in PARTS.items()}
        return ".".join([begin, self.end.isoformat(), *(f"{letters[name]}{key}" for name, key in self.parts.items())])

    @classmethod
    def read(cls, code: str) -> Self:
        """Return the scope of a code; raises ValueError on invalid text, and on a last day that is still to come."""
        begin, end, *parts = code.split(".")
        values: dict[str, Any] = {PARTS.get(part[:1], ""): int(part[1:]) for part in parts}
        if not values.keys() <= {field.name for field in fields(cls)}:
            raise ValueError("no such part")
        scope = cls(end=date.fromisoformat(end), begin=date.fromisoformat(begin) if begin else None, **values)
        if scope.end > timezone.localdate():
            raise ValueError("a period ends today or before")
        return scope
