"""Formatting of the answers to the further questions of a sign-up, which are stored as JSON values."""

import re
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from dates.format import format_date

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def format_answer(answer: Any) -> str:
    """Return an answer as text: yes or no, choices with commas between them, a date as 12-11-2026; "" for none."""
    if answer in (None, "", []):
        return ""
    if isinstance(answer, bool):
        return gettext("yes") if answer else gettext("no")
    if isinstance(answer, list):
        return ", ".join(str(item) for item in answer)
    if isinstance(answer, date):
        return format_date(answer)
    text = str(answer)
    return format_date(_parse_day(text)) or text


def _parse_day(text: str) -> date | None:
    """Return the date that is stored as this text; None for other text, and for a day that does not exist."""
    try:
        return parse_date(text) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None
