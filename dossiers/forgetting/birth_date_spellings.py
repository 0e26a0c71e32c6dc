"""Finds a date of birth in texts, however people write it there: 4-3-1990, 04/03/90, 4 maart 1990, ٤-٣-١٩٩٠."""

from datetime import date

from dates.parse import MONTHS
from dossiers.privacy.normalization import load_digits

BETWEEN = r"[\s./-]{1,3}"


def build_birth_date_pattern(day: date) -> str:
    """Return the regular expression of all spellings, except that of data (1990-03-04)."""
    names = "|".join(name for name, number in MONTHS.items() if number == day.month)
    month = rf"(?:{_spell(str(day.month))}|(?:{names})\.?)"
    year = f"(?:{_spell(f'{day:%Y}')}|['’]?{_spell(f'{day:%y}')})"
    return rf"(?<!\d){_spell(str(day.day))}{BETWEEN}{month}{BETWEEN}{year}(?!\d)"


def _spell(number: str) -> str:
    digits = "".join(f"[{load_digits()[digit]}]" for digit in number)
    return f"[{load_digits()['0']}]?{digits}" if len(number) == 1 else digits
