"""Finds the numbers in a text, in digits or in words, and what each of them counts."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from dossiers.numerals import ARTICLE, read_numeral
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
    PERMITS: "vergunning vergunningen werkvergunning werkvergunningen tewerkstellingsvergunning"
    " tewerkstellingsvergunningen weigering weigeringen vergunningaanvraag vergunningaanvragen",
    EMPLOYERS: "werkgever werkgevers bedrijf bedrijven",
    SIGN_UPS: "aanmelding aanmeldingen interesse interesses",
    PLACES: "plek plekken werkplek werkplekken baan banen",
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
FEW_PEOPLE = {"enkeling": 1, "enkelingen": 2, "enkelen": 2, "beiden": 2}
"""Words that are of people without a noun."""
FEW = FEW_PEOPLE | {
    **dict.fromkeys(["één", "eén", "éen"], 1),
    **dict.fromkeys(["enkele", "beide", "allebei", "tweetal"], 2),
    "drietal": 3,
    "viertal": 4,
}
"""Numerals besides those of `read_numeral` that tell how few people, placements and so on there are."""
THINGS = frozenset({PEOPLE, PLACEMENTS, PERMITS, EMPLOYERS, SIGN_UPS, PLACES, FINDINGS})
"""What the tables count, unlike days and euros."""
NOT_FEW = re.compile(r"\bgeen\s{1,3}enkele\b|\benkele\s{1,3}(?:tientallen|honderden|duizenden)\b", re.IGNORECASE)
MAX_BETWEEN = 2  # words between a number and its noun, such as adjectives
BEFORE_PEOPLE = re.compile(r"\b(?:van wie|onder wie|van hen|onder hen|waarvan)\s{1,3}(?:er\s{1,3})?$", re.IGNORECASE)
AFTER_ONE = re.compile(r"\s{1,3}(?:van (?:de|hen|deze|die|onze)\b|van wie\b|persoon\b)", re.IGNORECASE)
FEWER_THAN = re.compile(r"\bminder dan\s{1,3}$", re.IGNORECASE)
NEARBY = 30  # characters
DATES = re.compile(r"\b\d{1,2}-\d{1,2}-\d{4}\b|\b(?:19|20)\d\d\b(?![.,]\d)")
PHONES = re.compile(r"(?<![\w+])(?:\+31|0031|0)(?:[ .\-/]?\d){9}(?!\d)")
REFERENCES = re.compile(r"\b[A-Z]-\d{4}-\d{4,6}\b", re.IGNORECASE)
FRACTIONS = {
    "50": r"(?:de|een) helft(?! van de gevallen)|(?<!\d)½",  # of the cases, because medians are explained so
    "25": r"(?:een|één)[ -]?kwart|(?:een|één)[ -]?vierde|(?<!\d)¼",
    "33": r"(?:een|één)[ -]?derde|(?<!\d)⅓",
    "67": r"twee[ -]?derde|(?<!\d)⅔",
    "75": r"drie[ -]?kwart|drie[ -]?vierde|(?<!\d)¾",
    "20": r"(?:een|één)[ -]?vijfde|(?<!\d)⅕",
    "10": r"(?:een|één)[ -]?tiende|(?<!\d)⅒",
}
FRACTION_SIGNS = {digits: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for digits, words in FRACTIONS.items()}
"""{percentage: words}"""
TOKENS = re.compile(r"\d+[¼½¾⅓⅔]|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*|%|€|[.,;:!?()\n]")
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
    """Yield the numbers in the text, except dates and the like.

    "Een" is one only where it counts people, and "één" and "enkele" where they count what the tables do.
    """
    passed_over = [match.span() for sign in (DATES, PHONES, REFERENCES, NOT_FEW) for match in sign.finditer(text)]
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
        word = token[0].casefold()
        unit = PEOPLE if word in FEW_PEOPLE else _find_unit(tokens, place)
        if not unit and (BEFORE_PEOPLE.search(before) or (digits == "1" and AFTER_ONE.match(text, token.end()))):
            unit = PEOPLE
        if (word == ARTICLE and unit != PEOPLE) or (word in FEW and unit not in THINGS):
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
    number = FEW.get(word) or read_numeral(word)
    if word[0].isdecimal() and not word[-1].isdecimal():  # "1½"
        number = int(word[:-1]) + round(unicodedata.numeric(word[-1]), 2)
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
