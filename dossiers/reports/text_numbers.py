"""Finds the numbers in a text, in digits or in words, and what each of them counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dossiers.reports.numerals import NUMERALS
from dossiers.reports.tables import DAYS, EUROS, HOURS, PERCENT

WEEKS, MONTHS, YEARS = "weeks", "months", "years"
PEOPLE, PLACEMENTS, PERMITS, EMPLOYERS = "people", "placements", "permits", "employers"
SIGN_UPS, PLACES, FINDINGS = "sign-ups", "places", "findings"
NOUNS = {
    PEOPLE: "mens mensen persoon personen kandidaat kandidaten deelnemer deelnemers deelneemster asielzoeker"
    " asielzoekers statushouder statushouders vluchteling vluchtelingen man mannen vrouw vrouwen moeder moeders vader"
    " vaders jongere jongeren werknemer werknemers medewerker medewerkers werkzoekende werkzoekenden bewoner bewoners"
    " vrijwilliger vrijwilligers cursist cursisten gezin gezinnen broer broers zus zussen",
    PLACEMENTS: "plaatsing plaatsingen",
    PERMITS: "vergunning vergunningen werkvergunning werkvergunningen tewerkstellingsvergunningen weigering weigeringen"
    " vergunningaanvraag vergunningaanvragen",
    EMPLOYERS: "werkgever werkgevers bedrijf bedrijven",
    SIGN_UPS: "aanmelding aanmeldingen interesse interesses",
    PLACES: "plek plekken werkplek werkplekken banen",
    FINDINGS: "belemmering belemmeringen kans kansen bevinding bevindingen knelpunt knelpunten",
    DAYS: "dag dagen werkdag werkdagen",
    WEEKS: "week weken",
    MONTHS: "maand maanden",
    YEARS: "jaar jaren",
    HOURS: "uur uren",
    EUROS: "euro",
    PERCENT: "procent",
}
UNIT_OF_NOUN = {noun: unit for unit, nouns in NOUNS.items() for noun in nouns.split()}
FEW = {"één": 1, "eén": 1, "beide": 2, "beiden": 2, "allebei": 2, "tweetal": 2, "drietal": 3, "viertal": 4}
"""Numerals besides NUMERALS that tell how few people there are."""
ARTICLE = "een"
MAX_BETWEEN = 2  # words between a number and its noun, such as adjectives
BEFORE_PEOPLE = re.compile(r"\b(?:van wie|onder wie|van hen|onder hen|waarvan)\s{1,3}(?:er\s{1,3})?$", re.IGNORECASE)
AFTER_ONE = re.compile(r"\s{1,3}(?:van (?:de|hen|deze|die|onze)\b|van wie\b|persoon\b)", re.IGNORECASE)
FEWER_THAN = re.compile(r"\bminder dan\s{1,3}$", re.IGNORECASE)
NEARBY = 30  # characters
DATES = re.compile(r"\b\d{1,2}-\d{1,2}-\d{4}\b|\b(?:19|20)\d\d\b(?![.,]\d)")
PHONES = re.compile(r"(?<![\w+])(?:\+31|0031|0)(?:[ .\-/]?\d){9}(?!\d)")
REFERENCES = re.compile(r"\b[A-Z]-\d{4}-\d{4,6}\b")
FRACTIONS = {
    "50": r"(?:de|een) helft(?! van de gevallen)",  # of the cases, because medians are explained so
    "25": r"(?:een|één)[ -]?kwart|(?:een|één)[ -]?vierde",
    "33": r"(?:een|één)[ -]?derde",
    "67": r"twee[ -]?derde",
    "75": r"drie[ -]?kwart|drie[ -]?vierde",
    "20": r"(?:een|één)[ -]?vijfde",
    "10": r"(?:een|één)[ -]?tiende",
}
FRACTION_SIGNS = {digits: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for digits, words in FRACTIONS.items()}
"""{percentage: words}"""
TOKENS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*|%|€|[.,;:!?()\n]")
LINKS = frozenset({"of", "en", "tot", "à"})


@dataclass(frozen=True)
class TextNumber:
    """A number as written, its digits, what it counts ("" if that is not clear), and its place in the text."""

    written: str
    digits: str
    unit: str
    begin: int
    end: int
    is_fewer_than: bool  # "fewer than" stands before it

    @property
    def is_few_people(self) -> bool:
        return self.unit == PEOPLE and self.digits in ("1", "2", "3", "4")


def find_numbers(text: str) -> Iterator[TextNumber]:
    """Yield the numbers in the text, except passed_over and the like; "een" only where it counts people."""
    passed_over = [match.span() for sign in (DATES, PHONES, REFERENCES) for match in sign.finditer(text)]
    for percentage, sign in FRACTION_SIGNS.items():
        for match in sign.finditer(text):
            passed_over.append(match.span())
            yield TextNumber(match[0], percentage, PERCENT, *match.span(), is_fewer_than=False)
    tokens = list(TOKENS.finditer(text))
    for place, token in enumerate(tokens):
        digits = _get_digits(token[0])
        if not digits or any(begin <= token.start() and token.end() <= end for begin, end in passed_over):
            continue
        before = text[max(0, token.start() - NEARBY) : token.start()]
        unit = _find_unit(tokens, place)
        if not unit and (BEFORE_PEOPLE.search(before) or (digits == "1" and AFTER_ONE.match(text, token.end()))):
            unit = PEOPLE
        word = token[0].casefold()
        if (word == ARTICLE or word in FEW) and unit != PEOPLE:
            continue
        yield TextNumber(
            written=token[0],
            digits=digits.removesuffix(",00"),
            unit=unit,
            begin=token.start(),
            end=token.end(),
            is_fewer_than=bool(FEWER_THAN.search(before)),
        )


def _get_digits(token: str) -> str:
    word = token.casefold()
    if word == ARTICLE:
        return "1"
    number = NUMERALS.get(word) or FEW.get(word)
    return str(number).replace(".", ",") if number else token if token[0].isdecimal() else ""


def _find_unit(tokens: list[re.Match[str]], place: int) -> str:
    """Return what the number at this place counts: the noun after it, also that of "13 of 26 weken"."""
    if place and tokens[place - 1][0] == "€":
        return EUROS
    between, following = 0, place + 1
    while following < len(tokens) and between <= MAX_BETWEEN:
        word = tokens[following][0].casefold()
        if word == "%":
            return PERCENT
        if unit := UNIT_OF_NOUN.get(word):
            return unit
        if word in LINKS and following + 1 < len(tokens) and _get_digits(tokens[following + 1][0]) and not between:
            following += 2
            continue
        if not word[0].isalpha() or _get_digits(word):
            return ""
        between, following = between + 1, following + 1
    return ""
