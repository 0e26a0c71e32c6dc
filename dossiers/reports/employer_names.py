"""Finds in texts the names of employers and of their contact persons."""

import re
from collections.abc import Collection, Iterator

from dossiers.models import Employer, EmployerInterest
from dossiers.models.employers.company_names import strip_legal_form
from dossiers.privacy.dutch_vocabulary import load_common_words
from dossiers.spreadsheets.values import fold

LONGEST_NAME = 6  # words
MIN_LENGTH = 2
WORD = re.compile(r"[^\W_]+")


def load_employer_names() -> set[str]:
    """Return the names as `fold` leaves them, those of companies without their legal form and leading article."""
    names = set()
    for queryset, prefix in ((Employer.objects.all(), ""), (EmployerInterest.objects.confirmed(), "contact_given__")):
        rows = queryset.order_by().values_list(f"{prefix}company_name", f"{prefix}contact_name").distinct()
        for company, contact in rows.iterator():
            names |= {strip_legal_form(fold(company or "")), fold(contact or "")}
    return {name for name in names if len(name) >= MIN_LENGTH}


def find_employer_names(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield the begin and end of each name in the text, also in the possessive as in "Zonnevelds kas"."""
    matches = list(WORD.finditer(text))
    words = [fold(match[0]) for match in matches]
    for first, match in enumerate(matches):
        for size in range(min(LONGEST_NAME, len(words) - first), 0, -1):
            folded, begin, end = " ".join(words[first : first + size]), match.start(), matches[first + size - 1].end()
            if folded not in names and folded.removesuffix("s") not in names:
                continue
            phrase = text[begin:end]
            # A name is meant if it has a capital, or a word that is not a Dutch word as "bakker" is.
            if phrase != phrase.lower() or not load_common_words().issuperset(WORD.findall(phrase)):
                yield begin, end
                break
