"""Recognizes BSN, V-number and Z-number, in columns and in texts."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.nl import bsn

from dossiers.privacy.questions import is_confirmed

MASK = "***"
BSN_DIGITS = 9
MAX_PADDING = 3  # zeros in front of the nine digits
ENOUGH_CELLS = 3
SHARE_THAT_PASSES = Decimal("0.9")
NO_BSN = _("This text holds a citizen service number (BSN). That is not kept here: take it out.")
NO_V_NUMBER = _("This text holds a V-number or Z-number. That is not kept here: take it out.")
PERHAPS_A_BSN = _(
    "Nine digits in this text may be a citizen service number (BSN), which is not kept here. Nothing was stored: take "
    "them out."
)
PHONE_OR_BSN = _(
    "These nine digits may be a citizen service number (BSN), which is not kept here. Nothing was stored: write a "
    "Dutch number with the 0 in front, or with +31."
)

SIGNS = r" \t\u00a0\u2007\u2009\u202f\u00ad\u200b\u2060\ufeff./\-\u2010-\u2015\u2212"
GAP = rf"[{SIGNS}]{{0,3}}"
GAP_OVER_LINES = rf"[{SIGNS}\r\n]{{0,4}}"
ODD_JOINERS = "_*|'\u2019~\u00b7\u2022\u2027\u2219\u22c5"  # separators that people try after another one was refused
BRACKETS = r"()\[\]{}"
ODD_SIGNS = rf",:;+{BRACKETS}{ODD_JOINERS}"  # also those that stand between numbers in enumerations, times and amounts
# After a word for BSN: 170=561 and 170 en 561. It gives nothing back, which makes SUSPECT twice as fast.
ANY_GAP = r"[\W_]{0,8}+(?:(?i:en|and|dan|then|plus)[\W_]{1,4}+)?+"
# A fast check: no pattern below can match a text that this one doesn't match.
SUSPECT = re.compile(rf"\d(?:{ANY_GAP}\d){{7}}")
HARMLESS = re.compile(
    r"(?:06|\+31)[ -]?\d{8,9}|\d{1,2}[-/]\d{1,2}[-/]\d{4}|\d{4}-\d\d-\d\d"
)  # most of the remaining texts
ALONE = re.compile(rf"\s*(?P<number>\d(?:{GAP_OVER_LINES}\d){{8}})\s*")  # the whole text
BARE_BSN = re.compile(r"(?<!\d)\d{9}(?!\d)|(?<![\d.])\d{4}\.\d{2}\.\d{3}(?!\.?\d)")
RUN = re.compile(rf"\d(?:{GAP}\d)*")
ODD_RUN = re.compile(rf"\d(?:[{SIGNS}{ODD_JOINERS}]{{0,3}}\d)*")
RUN_OVER_LINES = re.compile(rf"\d(?:{GAP_OVER_LINES}\d)*")
IN_BRACKETS = re.compile(rf"(?:[(\[{{]{GAP}\d(?:{GAP}\d)*+{GAP}[)\]}}]|\d)(?:[{SIGNS}{BRACKETS}]{{0,4}}\d)*")
NINE_OF_PHONE = re.compile(r"[^\d+]*+(?P<number>(?:\d[\W_]*+){9})(?!\d)")  # without 0, + or country code
NAMED_RUN = re.compile(rf"\d(?:{ANY_GAP}\d){{0,{BSN_DIGITS + MAX_PADDING - 1}}}")
THREES = re.compile(rf"(?<!\d)\d{{3}}(?:(?!\d){GAP_OVER_LINES}\d{{3}}){{2}}(?!\d)")
ODD_THREES = re.compile(rf"(?<!\d)\d{{3}}([{ODD_SIGNS}\n])\d{{3}}\1\d{{3}}(?!\1?\d)")
WORD_FOR_BSN = re.compile(
    r"(?<![^\W_])(?:b\.?s\.?n|b[\W_]{0,3}s[\W_]{0,3}n(?![a-z])|sofi(?=[\W_\d]|nummer|nr)|burger[\W_]?service|sociaal[\W_]?fiscaal"
    r"|citizen[\W_]service|social[\W_]security|ssn)[a-z]{0,12}",
    re.IGNORECASE,
)
MISTYPED = re.compile(rf"\d{{8,9}}(?!\d)|\d(?:{GAP}\d){{8}}(?!{GAP}\d)")
BETWEEN = re.compile(r"\D{0,40}")  # BSN van hem, dat weet ik zeker, is …
# The rest of the sentence after a word for BSN, in which a number may follow after other words and numbers.
SENTENCE = re.compile(r"\D{0,40}(?:[^.!?\n]|[.!?\n](?!\s{0,9}[A-ZÀ-Þ])){0,400}")
CLOSE = re.compile(  # BSN nr.: … or BSN van hem is: …
    r"(?:[\W_]|nummer|number|nr|no|is|was|luidt|van|of|hem|haar|him|her|de|the|kandidaat|candidate){0,12}",
    re.IGNORECASE,
)
NAMED_V_NUMBER = re.compile(
    rf"(?<![^\W_])(?:v-?|(?:[vz]|vreemdelingen?|ind)[\W_]{{0,2}}(?:nummer|nr|number|no)[\W_]{{0,4}}(?:is )?"
    r"|[vz][\W_]{1,4}(?=(?!0)\d{3}(?P<sign>[. -])\d{3}(?P=sign)\d{4}(?!\d)"  # no Dutch telephone number without a 0
    r"|(?!0)(?=[\d.]{12}(?!\.?\d))\d+\.\d+\.\d+(?!\.?\d)))"
    rf"(?P<number>\d(?:{GAP}\d){{7,9}})(?!\d)",
    re.IGNORECASE,
)

# Text before nine digits that makes them part of a longer number …
LONGER_BEFORE = re.compile(r"(?:(?:\+|(?<!\d)00)\d{1,3}[\s().\-/]{0,5}(?:0\)?[\s.\-]{0,3})?|[A-Z]{2}\d\d ?[A-Z]{4} ?)$")
THOUSANDS_BEFORE = re.compile(r"(?<!\d)\d{1,3}(?P<sign>[.,])$")
THOUSANDS = re.compile(r"\d{3}(?P<sign>[.,])\d{3}(?P=sign)\d{3}")
# … or that makes them probably another number, about which the user is asked.
PHONE_BEFORE = re.compile(
    r"(?<![^\W_])(?:tel|telefoon|phone|mobiel|mobile|mob|gsm|whatsapp|fax)(?:nummer|nr|number)?[\s.:]{0,5}$",
    re.IGNORECASE,
)
NUMBER_OF = (  # what companies number, besides people
    r"(?:(?:inkoop|verkoop)?order|bestel(?:ling)?|factuur|invoice|kenmerk|referentie|reference|ref|offerte|quote"
    r"|debiteur|crediteur|relatie|klant|customer|contract|polis|policy|project|vacature|vacancy|artikel|ticket|rsin)"
)
ORDER_BEFORE = re.compile(
    rf"(?<![^\W_]){NUMBER_OF}(?:[ -]?(?:nummer|nr|number|no|code|id))?(?: is)?[\s.:#]{{0,5}}$", re.IGNORECASE
)
AMOUNT_BEFORE = re.compile(r"(?:€|\beuro?)\s{0,3}-?\s{0,3}$", re.IGNORECASE)
ELSE_BEHIND = re.compile(r"[.,](?:\d{2}(?!\d)|-)|\s{0,3}(?:€|euro?\b)", re.IGNORECASE)
NEARBY = 24  # characters of context on either side

GROUPED = (THREES, ODD_THREES, RUN, ODD_RUN, RUN_OVER_LINES)
DATE = re.compile(r"\d{1,2}[.\-/]\d{1,2}[.\-/]\d{4}|\d{4}[.\-/]\d{1,2}[.\-/]\d{1,2}")
RECENT_DATE = re.compile(
    r"(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])(?P<sign>[.\-/])(?:0?[1-9]|1[0-2])(?P=sign)(?:19|20)\d\d"
    r"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
AMOUNT = re.compile(r"\d+\.\d{2}")

Span = tuple[int, int]


def passes_eleven_test(digits: str) -> bool:
    """Whether the digits pass the checksum of a BSN: the sum with weights 9, 8 … 2 and -1 is a multiple of eleven.

    Eight digits are accepted, because spreadsheets drop a leading zero.
    """
    digits = digits.zfill(BSN_DIGITS)
    return len(digits) == BSN_DIGITS and int(digits) > 0 and bsn.checksum(digits) == 0


def forbidden_column(values: Iterable[object]) -> bool:
    """Whether the cells of a column with an unknown header are BSNs.

    They are if at least three cells have 8 or 9 digits and nine in ten of these pass the eleven-test. One number in
    eleven passes by chance, so callers must not use this for columns with telephone or KvK numbers.
    """
    numbers = [digits for value in values if len(digits := _digits_of_cell(value)) in (BSN_DIGITS - 1, BSN_DIGITS)]
    passing = sum(map(passes_eleven_test, numbers))
    return len(numbers) >= ENOUGH_CELLS and passing >= SHARE_THAT_PASSES * len(numbers)


def bsn_in_text(text: str) -> str | None:
    """Return the digits of the first number in a text that is refused as a BSN, or None.

    Refused are nine digits without separators that pass the eleven-test and are not part of a longer number; the
    official notation `1234.56.782`; any notation in the sentence after a word for BSN, and right after it also with a
    typing mistake; and a text that is
    only such a number, with spaces, dots or dashes between the digits.
    """
    if not _is_suspect(text):
        return None
    return next((_digits(text[start:end]) for start, end in _bsn_spans(text)), None)


def refused_in_phone(text: str) -> Promise | None:
    """Return the error of a telephone number that is or may be a BSN or V-number, or None.

    Nine digits that pass the eleven-test may be a telephone number without its leading zero, or a BSN, unless the user
    has confirmed that they are none.
    """
    if HARMLESS.fullmatch(text):
        return None
    if WORD_FOR_BSN.search(text):
        return NO_BSN
    if NAMED_V_NUMBER.search(text):
        return NO_V_NUMBER
    nine = NINE_OF_PHONE.match(text)
    if not nine or not passes_eleven_test(_digits(nine["number"])) or is_confirmed(nine["number"].strip()):
        return None
    return PHONE_OR_BSN


def possible_bsns(text: str) -> list[str]:
    """Return the doubtful numbers in a text, as written, that the user has not confirmed."""
    return [number for number in doubtful_numbers(text) if not is_confirmed(number)]


def doubtful_numbers(text: str) -> list[str]:
    """Return the numbers in a text, as written, that may be a BSN or another number.

    These are nine digits in groups that pass the eleven-test, nine digits behind leading zeros, and nine digits without
    separators that the context makes a telephone number, an amount, or the number of an order or an invoice. (A Dutch
    telephone number has ten digits.)
    """
    if not _is_suspect(text):
        return []
    return list(dict.fromkeys(text[start:end] for start, end in _merged(_doubtful_spans(text))))


def check_text(text: str) -> str | Promise | None:
    """Return the error of a free text, or None. The message doesn't quote the number."""
    if not _is_suspect(text):
        return None
    return refused(text) or (PERHAPS_A_BSN if possible_bsns(text) else None)


def refused(text: str) -> Promise | None:
    """Return the error of a free text, ignoring numbers about which the user can be asked."""
    if not _is_suspect(text):
        return None
    if any(_bsn_spans(text)):
        return NO_BSN
    return NO_V_NUMBER if NAMED_V_NUMBER.search(text) else None


def masked(text: str, *, doubtful: bool = True) -> str:
    """Return the text with each BSN, V-number and Z-number masked; with `doubtful` also what may be a BSN."""
    if not _is_suspect(text):
        return text
    spans = [*_bsn_spans(text), *(match.span("number") for match in NAMED_V_NUMBER.finditer(text))]
    if doubtful:
        spans += _doubtful_spans(text)
    for start, end in reversed(_merged(spans)):
        text = text[:start] + MASK + text[end:]
    return text


def _is_suspect(text: str) -> bool:
    return bool(SUSPECT.search(text)) and not HARMLESS.fullmatch(text)


def _bsn_spans(text: str) -> Iterator[Span]:
    if (match := ALONE.fullmatch(text)) and passes_eleven_test(_digits(match["number"])):
        yield match.span("number")
    yield from _named_spans(text)
    yield from (span for span in _bare_spans(text) if not _is_perhaps_else(text, *span))


def _bare_spans(text: str) -> Iterator[Span]:
    spans = (match.span() for match in BARE_BSN.finditer(text) if passes_eleven_test(_digits(match[0])))
    return (span for span in spans if not _is_longer(text, *span))


def _named_spans(text: str) -> Iterator[Span]:
    """Yield the numbers after a word for BSN, in the same sentence: nine digits, or more with leading zeros.

    Signs and short words may stand between the digits. Close to the word also eight digits count, without the leading
    zero, and eight or nine that fail the eleven-test.
    """
    searched = 0
    for word in WORD_FOR_BSN.finditer(text):
        sentence = SENTENCE.match(text, word.end())
        begin, end = max(word.end(), searched), sentence.end() if sentence else word.end()
        starts = {match.start() for match in RUN.finditer(text, begin, end)}
        starts |= {match.start() for match in THREES.finditer(text, begin, end) if not _is_longer(text, *match.span())}
        spans = (_named_span(text, start, range(BSN_DIGITS, BSN_DIGITS + MAX_PADDING + 1)) for start in sorted(starts))
        yield from filter(None, (*spans, _close_span(text, word.end())))
        searched = max(searched, end)


def _named_span(text: str, start: int, sizes: Iterable[int]) -> Span | None:
    """Return the span from `start` with one of these numbers of digits that is a BSN, and no date or phone number."""
    run = NAMED_RUN.match(text, start)
    places = [place for place in range(start, run.end() if run else start) if text[place].isdecimal()]
    for size in sizes:
        if len(places) < size or text[places[size - 1] + 1 : places[size - 1] + 2].isdecimal():
            continue
        span = start, places[size - 1] + 1
        digits = _digits(text[slice(*span)])
        if size > BSN_DIGITS and not _is_padded(digits):
            continue
        if passes_eleven_test(digits[-BSN_DIGITS:]) and not RECENT_DATE.search(text, *span):
            return None if LONGER_BEFORE.search(text[max(0, start - NEARBY) : start]) else span
    return None


def _close_span(text: str, end_of_word: int) -> Span | None:
    """Return the span of eight digits right after a word for BSN, or of eight or nine that fail the eleven-test."""
    start = between.end() if (between := BETWEEN.match(text, end_of_word)) else end_of_word
    if not CLOSE.fullmatch(text, end_of_word, start):
        return None
    if span := _named_span(text, start, (BSN_DIGITS - 1,)):
        return span
    mistyped = MISTYPED.match(text, start)
    if not mistyped or any(map(DATE.fullmatch, mistyped[0].split())) or ELSE_BEHIND.match(text, mistyped.end()):
        return None
    return mistyped.span()


def _doubtful_spans(text: str) -> Iterator[Span]:
    yield from (span for span in _bare_spans(text) if _is_perhaps_else(text, *span))
    for match in chain.from_iterable(pattern.finditer(text) for pattern in GROUPED):
        if _is_grouped(match[0]) and not _is_longer(text, *match.span()):
            yield match.span()
    for match in IN_BRACKETS.finditer(
        text
    ):  # more than nine digits with brackets are a telephone number: (0513) 123456
        if len(_digits(match[0])) == BSN_DIGITS and _is_grouped(match[0]) and not _is_longer(text, *match.span()):
            yield match.span()


def _is_grouped(run: str) -> bool:
    """Whether it is nine digits with separators or leading zeros, and no date, amount or phone number."""
    digits = _digits(run)
    if not BSN_DIGITS <= len(digits) <= BSN_DIGITS + MAX_PADDING or not passes_eleven_test(digits[-BSN_DIGITS:]):
        return False
    if len(digits) > BSN_DIGITS:
        return _is_padded(digits)
    return len(run) > BSN_DIGITS and not DATE.search(run) and not AMOUNT.fullmatch(run)


def _is_padded(digits: str) -> bool:
    """Whether only zeros stand before the last nine digits, and it is no phone number."""
    return not int(digits[:-BSN_DIGITS]) and not is_phone(digits)


def is_phone(digits: str) -> bool:
    """Whether it is a phone number as dialled in the Netherlands: 0513 …, 06 …, or 00 and a country code."""
    if digits.startswith("06"):
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, "NL"))
    except phonenumbers.NumberParseException:  # no country has this code
        return False


def _is_longer(text: str, start: int, end: int) -> bool:
    """Whether it is part of an international phone number, an account number or a number in groups of thousands."""
    before = text[max(0, start - NEARBY) : start]
    if LONGER_BEFORE.search(before):
        return True
    first, others = THOUSANDS_BEFORE.search(before), THOUSANDS.fullmatch(text, start, end)
    return first is not None and others is not None and first["sign"] == others["sign"]


def _is_perhaps_else(text: str, start: int, end: int) -> bool:
    """Whether the context makes it a telephone number, an amount, or the number of an order, an invoice …"""
    before, behind = text[max(0, start - NEARBY) : start], text[end : end + NEARBY]
    patterns_before = (PHONE_BEFORE, ORDER_BEFORE, AMOUNT_BEFORE)
    return any(pattern.search(before) for pattern in patterns_before) or bool(ELSE_BEHIND.match(behind))


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, with overlapping ones merged."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _digits_of_cell(value: object) -> str:
    """Return the digits of a cell that has only a number, in any notation; else an empty text."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    text = str(value).strip().removesuffix(".0")
    if DATE.fullmatch(text):
        return ""
    digits = "".join(text.replace(".", "").replace("-", "").split())
    return digits if digits.isdecimal() else ""
