"""Formatting of the answers to the further questions of a sign-up, which are stored as JSON values."""

from datetime import date
from typing import Any

from django.utils.translation import gettext

from dates.format import format_date
from dates.parse import parse_iso_day


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
    return format_date(parse_iso_day(text)) or text
