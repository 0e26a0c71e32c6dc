"""Finds the date that a list gives of itself, and the imported list of the same sender that gives a later one.

Lists of employers' interest have no sender and are compared with each other.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from dates.format import format_date
from dates.parse import parse_date, parse_iso_day
from dossiers.models import ImportRun, RecordKind
from dossiers.models.imports.import_run import SAME_LINES
from dossiers.spreadsheets.imports.newer_values.overwritten import UNDECIDED
from dossiers.spreadsheets.reader import Cell, Row
from dossiers.spreadsheets.values.base import as_text

LIST_DATE, FUTURE = "list_date", "future"
"""Key in ImportRun.asked: {"day": ISO date, "is_in_name": whether the file name gives it, "sheets": (name, ISO date) of
each of several sheets that are read and give one, FUTURE: ISO dates that do not count, since they were to come}."""
DATE = r"(\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\s[a-z]{3,9}\.?\s\d{4})(?![\d-])"
BEFORE_DATE = r"[\s:=|]{0,5}(?:(?:op|van|per|t/m|tot\sen\smet|[a-z]{4,6}dag)\s){0,2}"
REFERENCE_DATE = re.compile(
    rf"\b(?:peildatum|peilmoment|stand(?:\svan\szaken)?|bijgewerkt|reference\sdate){BEFORE_DATE}{DATE}", re.IGNORECASE
)
LABELED_DATE = re.compile(
    # A word before “datum” says that it is the date of something else.
    rf"(?:(?:^|[|,;(])\s?(?:datum|date)|lijst|\b(?:overzicht|list)|\bper|\bd\.?\s?d\.?|\bas\sof){BEFORE_DATE}{DATE}",
    re.IGNORECASE,
)
PATTERNS_ABOVE = (REFERENCE_DATE, LABELED_DATE)
DATE_IN_NAME = re.compile(r"(?<!\d)(\d{1,2}([-._ ])\d{1,2}\2\d{4}|\d{4}([-._ ])\d{2}\3\d{2}|20\d{6})(?!\d)", re.ASCII)
HYPHENS = str.maketrans("_ ", "--")


@dataclass(frozen=True)
class ListDate:
    day: date
    is_in_name: bool
    """Whether it stands in the name of the file, and not above the header."""
    sheets: Sequence[tuple[str, date]] = ()
    """The name and the date of each of several sheets that are read and give one; `day` is the latest of these."""

    def __str__(self) -> str:
        sheets_by_day: dict[date, list[str]] = {}
        for name, day in self.sheets:
            sheets_by_day.setdefault(day, []).append(f"“{name}”")
        days = [
            _("%(day)s (%(sheets)s)") % {"day": format_date(day), "sheets": ", ".join(names)}
            for day, names in sheets_by_day.items()
        ]
        return get_text_list(days, _("and")) or format_date(self.day)

    @property
    def days(self) -> set[date]:
        return {self.day, *(day for _name, day in self.sheets)}


def find_list_date(
    rows_by_sheet: Sequence[tuple[str, Sequence[Row]]], records: Collection[int], file_name: str
) -> dict[str, Any]:
    """Return the date of a list as JSON; empty if it gives none, or several of which none is said to be its own.

    `rows_by_sheet` are the names of the sheets that are read, with the rows above their header, and `records` the lines
    of these that may hold a person.
    """
    days_by_sheet = [(name, _find_days_above(rows, records)) for name, rows in rows_by_sheet]
    today = timezone.localdate()
    future = {day for _name, days in days_by_sheet for day in days if day > today}
    facts: dict[str, Any] = {}
    if any(days - future for _name, days in days_by_sheet):
        sheets = [
            (name, days.pop().isoformat()) for name, days in days_by_sheet if len(days) == 1 and not days & future
        ]
        if sheets:
            facts = {"day": max(day for _name, day in sheets), "is_in_name": False}
            facts |= {"sheets": sheets} if len(rows_by_sheet) > 1 else {}
    else:
        days = _prefer_past([set(_find_days(DATE_IN_NAME, file_name))])
        future |= {day for day in days if day > today}
        facts = {"day": days.pop().isoformat(), "is_in_name": True} if len(days - future) == 1 else {}
    return facts | ({FUTURE: [day.isoformat() for day in sorted(future)]} if future else {})


def find_date_lines(rows_by_sheet: Sequence[tuple[str, Sequence[Row]]], facts: Mapping[str, Any]) -> set[int]:
    """Return the lines above the header that give the dates which these facts of `find_list_date` name."""
    if facts.get("is_in_name"):
        return set()
    days = {*facts.get(FUTURE, ()), facts.get("day"), *(day for _name, day in facts.get("sheets", ()))}
    return {
        line
        for _name, rows in rows_by_sheet
        for line, cells in rows
        if any(day.isoformat() in days for pattern in PATTERNS_ABOVE for day in _find_days(pattern, _join_cells(cells)))
    }


def _find_days_above(rows: Sequence[Row], records: Collection[int]) -> set[date]:
    """Return the dates of a sheet above its header, only those that are said to be its own if there are such.

    Dates in the future are returned only if there are no others.
    """
    texts = [_join_cells(cells) for line, cells in rows if line not in records]
    return _prefer_past([{day for text in texts for day in _find_days(pattern, text)} for pattern in PATTERNS_ABOVE])


def _join_cells(cells: Sequence[Cell]) -> str:
    return " | ".join(as_text(cell) for cell in cells if cell is not None)


def _prefer_past(days_by_pattern: Sequence[set[date]]) -> set[date]:
    """Return the first dates of which some are not in the future, without those that are, or else the first dates."""
    today = timezone.localdate()
    past = [{day for day in days if day <= today} for days in days_by_pattern]
    return next(filter(None, [*past, *days_by_pattern]), set())


def _find_days(pattern: re.Pattern[str], text: str) -> Iterator[date]:
    for match in pattern.finditer(text):
        with suppress(ValidationError):
            yield parse_date(match[1].translate(HYPHENS) if pattern is DATE_IN_NAME else match[1])


def describe_future_dates(run: ImportRun) -> Iterator[str]:
    """Yield the sentences about dates of a list that do not count, since they were in the future at its upload."""
    days = [format_date(date.fromisoformat(text)) for text in run.asked.get(LIST_DATE, {}).get(FUTURE, ())]
    if not days:
        return
    list_date = get_list_date(run)
    words = _(
        "Above the header or in the name of the file stands %(days)s, a day in the future. So this list counts as one "
        "of %(day)s, the day of its upload. If the date is wrong, correct it in the file and upload that again."
    )
    if list_date:
        words = _(
            "Above the header or in the name of the file stands %(days)s, a day in the future. So this list counts as "
            "one of %(day)s. If the date is wrong, correct it in the file and upload that again."
        )
    day = list_date or format_date(timezone.localtime(run.created_at).date())
    yield words % {"days": get_text_list(days, _("and")), "day": day}


def get_list_date(run: ImportRun) -> ListDate | None:
    """Return the date that the list of a run gives of itself."""
    facts = run.asked.get(LIST_DATE) or {}
    day = parse_iso_day(facts.get("day", ""))
    sheets = [(name, date.fromisoformat(text)) for name, text in facts.get("sheets", ())]
    return ListDate(day, facts["is_in_name"], sheets) if day else None


def find_later_list(run: ImportRun) -> ImportRun | None:
    """Return the imported list of the same sender with the latest date, if that is later than the date of this list.

    Of several sheets it is enough that one is older, unless that list had a sheet of the same date too. If there is
    none, return the last list without a date that was uploaded after the date of this list. A list of people without a
    sender may be of any sender. A list that is continued was asked about before.
    """
    list_date = get_list_date(run)
    has_unknown_sender = run.organisation_id is None and run.record == RecordKind.DOSSIERS
    if list_date is None or has_unknown_sender or run.with_partner or run.decided.get(SAME_LINES):
        return None
    if run.state not in UNDECIDED:
        return None
    imported = ImportRun.objects.filter(
        record=run.record, organisation=run.organisation_id, state=ImportRun.State.APPLIED
    ).exclude(pk=run.pk)
    day = f"asked__{LIST_DATE}__day"
    oldest = min(list_date.days)
    later_run = imported.filter(**{f"{day}__gt": oldest.isoformat()}).order_by(f"-{day}", "-applied_at").first()
    later_date = get_list_date(later_run) if later_run else None
    if later_date and any(day < later_date.day for day in list_date.days - later_date.days):
        return later_run
    undated = imported.filter(created_at__date__gt=oldest).annotate(
        own_day=Coalesce(KT(day), Value(""), output_field=TextField())
    )
    return undated.filter(own_day="").order_by("-created_at").first()
