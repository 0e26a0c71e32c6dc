"""Finds in texts the names of employers and of their contact persons."""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from dossiers.models import Employer, EmployerInterest
from dossiers.models.employers.company_names import strip_legal_form
from dossiers.privacy.dutch_vocabulary import load_common_words
from dossiers.spreadsheets.values import fold

LONGEST_NAME = 6  # words
MIN_LENGTH = 2
MIN_WORD_LENGTH = 5  # of a word of a company's name that stands alone
WORD = re.compile(r"[^\W_]+")


def load_employer_names() -> set[str]:
    """Return the names as `fold` leaves them, those of companies without their legal form and leading article."""
    names = set()
    for queryset, prefix in ((Employer.objects.all(), ""), (EmployerInterest.objects.confirmed(), "contact_given__")):
        rows = queryset.order_by().values_list(f"{prefix}company_name", f"{prefix}contact_name").distinct()
        for company, contact in rows.iterator():
            names |= {strip_legal_form(fold(company or "")), fold(contact or "")}
    return {name for name in names if len(name) >= MIN_LENGTH}


def load_company_words() -> set[str]:
    """Return the words, as `fold` leaves them, that the name of a single company has: people shorten names to them.

    Left out are common Dutch words and the places of the employers.
    """
    companies = {strip_legal_form(fold(name)) for name in Employer.objects.values_list("company_name", flat=True)}
    counts = Counter(word for company in companies for word in set(company.split()))
    places = {word for city in Employer.objects.values_list("city", flat=True) for word in fold(city).split()}
    single = {word for word, count in counts.items() if count == 1 and len(word) >= MIN_WORD_LENGTH}
    return single - places - load_common_words()


def find_employer_names(text: str, names: Collection[str], words: Collection[str] = ()) -> Iterator[tuple[int, int]]:
    """Yield the begin and end of each name in the text, also in the possessive as in "Zonnevelds kas".

    So are words of `words` with a capital.
    """
    matches = list(WORD.finditer(text))
    folded_words = [fold(match[0]) for match in matches]
    end = 0
    for first, match in enumerate(matches):
        if match.start() < end:  # in the name before it
            continue
        for size in range(min(LONGEST_NAME, len(matches) - first), 0, -1):
            folded = " ".join(folded_words[first : first + size])
            spellings, phrase = (
                {folded, folded.removesuffix("s")},
                text[match.start() : matches[first + size - 1].end()],
            )
            # A name is meant if it has a capital, or a word that is not a Dutch word as "bakker" is.
            is_name = phrase != phrase.lower() or not load_common_words().issuperset(WORD.findall(phrase))
            is_part = phrase[0].isupper() and not spellings.isdisjoint(words)
            if is_part or (is_name and not spellings.isdisjoint(names)):
                end = match.start() + len(phrase)
                yield match.start(), end
                break
