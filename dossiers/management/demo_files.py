"""Reads the demo's files, in which dates are relative to today."""

import csv
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from dossiers.models.dossiers.readiness import add_months

Row = dict[str, str]
YES_NO = {"yes": True, "no": False, "": None}
STEP = re.compile(r"([+-]?\d{1,4})([dwmy])")


def read_rows(file_name: str) -> list[Row]:
    """Return the rows of a file in fixtures/demo/, as texts by column name."""
    with (settings.FIXTURES_DIR / "demo" / file_name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def relative_day(text: str, today: date) -> date | None:
    """Return the date of an offset from today such as `-14m`, `+2w` or `-31y-40d`; None for an empty text."""
    if not text:
        return None
    steps = STEP.findall(text)
    if "".join(number + unit for number, unit in steps) != text:
        raise ValueError(f"{text!r} is no day: write it as -14m, +2w or -31y-40d.")
    day = today
    for number, unit in steps:
        if unit in "my":
            day = add_months(day, int(number) * (12 if unit == "y" else 1))
        else:
            day += timedelta(days=int(number) * (7 if unit == "w" else 1))
    return day


def moment(day: date) -> datetime:
    """Return 9:30 on that day, or now if that is in the future."""
    return min(timezone.make_aware(datetime.combine(day, time(9, 30))), timezone.now())


def field_values(model: type[models.Model], row: Row, today: date) -> dict[str, Any]:
    """Return the values of a row for the model's fields; relations and other columns are skipped."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        text = row.get(field.name)
        if text is None or field.is_relation:
            continue
        if isinstance(field, models.DateField):
            values[field.name] = relative_day(text, today)
        elif isinstance(field, models.BooleanField):
            values[field.name] = YES_NO[text]
        else:
            values[field.name] = None if text == "" and field.null else text
    return values
