"""Numbers that tell who somebody is: BSN and V-number, in a column and within a text."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.nl import bsn

MASK = "***"
BSN_DIGITS = 9
ENOUGH_CELLS = 3
SHARE_THAT_PASSES = Decimal("0.9")

GAP = r"[ \u00a0\u202f.\-]?"
# Nothing below can match where this does not: clean text costs this one search.
SUSPECT = re.compile(rf"\d(?:{GAP}\d){{7}}")
ALONE = re.compile(rf"\s*(?P<number>\d(?:{GAP}\d){{8}})\s*")  # nothing else stands there
BARE_BSN = re.compile(r"(?<!\d)\d{9}(?!\d)|(?<![\d.])\d{4}\.\d{2}\.\d{3}(?!\.?\d)")
NAMED_BSN = re.compile(
    rf"(?:bsn|sofi|burgerservice)[a-z]{{0,10}}[\W_]{{0,4}}(?:is )?(?P<number>\d(?:{GAP}\d){{7,8}})(?!\d)", re.IGNORECASE
)
NAMED_V_NUMBER = re.compile(
    rf"(?<![^\W_])(?:v-?|(?:v|vreemdelingen?)[\W_]{{0,2}}(?:nummer|nr|number|no)[\W_]{{0,4}}(?:is )?)"
    rf"(?P<number>\d(?:{GAP}\d){{7,9}})(?!\d)",
    re.IGNORECASE,
)

# What stands before or behind nine digits and makes them something else.
PHONE_BEFORE = re.compile(
    r"(?:(?:\+|(?<!\d)00)\d{1,3}[\s().\-/]*(?:0\)?[\s.\-]*)?"
    r"|(?<![^\W_])(?:tel|telefoon|phone|mobiel|mobile|mob|gsm|whatsapp|fax)(?:nummer|nr|number)?[\s.:]*)$",
    re.IGNORECASE,
)
AMOUNT_BEFORE = re.compile(r"(?:€|\beuro?)\s*-?\s*$", re.IGNORECASE)
AMOUNT_BEHIND = re.compile(r"[.,](?:\d{2}(?!\d)|-)|\s*(?:€|euro?\b)", re.IGNORECASE)
FRACTION_BEFORE = re.compile(r"(?<!\d)\d{1,3}[.,]$")
NEARBY = 24  # characters looked at on either side

DATE = re.compile(r"\d{1,2}[.\-]\d{1,2}[.\-]\d{4}|\d{4}[.\-]\d{1,2}[.\-]\d{1,2}")


def passes_eleven_test(digits: str) -> bool:
    """The BSN's own check: nine digits weighed 9, 8 … 2 and -1 add up to a multiple of eleven.

    Eight digits are nine of which a spreadsheet lost the leading zero.
    """
    digits = digits.zfill(BSN_DIGITS)
    return len(digits) == BSN_DIGITS and int(digits) > 0 and bsn.checksum(digits) == 0


def forbidden_column(values: Iterable[object]) -> bool:
    """Whether the cells of a column with an unknown header are BSNs.

    The design's rule: three cells or more with 8 or 9 digits, nine in ten of which pass the eleven-test. One number
    in eleven passes by chance, so a column that is known as telephone or KvK numbers is never to be judged by this.
    """
    numbers = [digits for value in values if len(digits := _digits_of_cell(value)) in (BSN_DIGITS - 1, BSN_DIGITS)]
    passing = sum(map(passes_eleven_test, numbers))
    return len(numbers) >= ENOUGH_CELLS and passing >= SHARE_THAT_PASSES * len(numbers)


def bsn_in_text(text: str) -> str | None:
    """The first BSN in a text, as its digits.

    The design's rule: nine bare digits that pass the eleven-test and are not a part of a telephone number, an amount
    or a longer number. So are the official spelling `1234.56.782`, any spelling that BSN stands before, and a cell that
    holds nine digits and nothing else, with spaces, dots or dashes between them.
    """
    if not SUSPECT.search(text):
        return None
    return next((_digits(text[start:end]) for start, end in _bsn_spans(text)), None)


def check_text(text: str) -> str | Promise | None:
    """What is wrong with a free text that somebody wants kept, or None. The message doesn't quote the number."""
    if not SUSPECT.search(text):
        return None
    if any(_bsn_spans(text)):
        return _("This text holds a citizen service number (BSN). That is not kept here: take it out.")
    if NAMED_V_NUMBER.search(text):
        return _("This text holds a V-number. That is not kept here: take it out.")
    return None


def masked(text: str) -> str:
    """The text with each BSN and V-number hidden: a message's quotes of what somebody wrote pass the gate too."""
    if not SUSPECT.search(text):
        return text
    spans = [*_bsn_spans(text), *(found.span("number") for found in NAMED_V_NUMBER.finditer(text))]
    for start, end in reversed(_merged(spans)):
        text = text[:start] + MASK + text[end:]
    return text


def _bsn_spans(text: str) -> Iterator[tuple[int, int]]:
    if (found := ALONE.fullmatch(text)) and passes_eleven_test(_digits(found["number"])):
        yield found.span("number")
    for found in NAMED_BSN.finditer(text):
        if passes_eleven_test(_digits(found["number"])):
            yield found.span("number")
    for found in BARE_BSN.finditer(text):
        if passes_eleven_test(_digits(found[0])) and not _is_something_else(text, *found.span()):
            yield found.span()


def _is_something_else(text: str, start: int, end: int) -> bool:
    """A part of a telephone number, an amount or a longer number, by what stands around it."""
    before, behind = text[max(0, start - NEARBY) : start], text[end : end + NEARBY]
    patterns = (PHONE_BEFORE, AMOUNT_BEFORE, FRACTION_BEFORE)
    return any(pattern.search(before) for pattern in patterns) or bool(AMOUNT_BEHIND.match(behind))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, with those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _digits_of_cell(value: object) -> str:
    """The digits of a cell that is a number and nothing else, however it is typed; else an empty text."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    text = str(value).strip().removesuffix(".0")
    if DATE.fullmatch(text):
        return ""
    digits = "".join(text.replace(".", "").replace("-", "").split())
    return digits if digits.isdecimal() else ""
