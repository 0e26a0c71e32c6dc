"""Splits a cell that holds several fields: contact details and addresses; `names` splits full names."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from dossiers.models.contact_fields import PhoneField
from dossiers.spreadsheets.values.base import as_text, is_valid
from dossiers.spreadsheets.values.phone_texts import find_numbers, is_mobile, mask_dates, strip_separators, take_out

PHONE = PhoneField()
PHONE_LABELS = ("telefoon", "telefoonnummer", "tel", "mobiel", "mob", "gsm", "phone", "t", "m")
EMAIL_LABELS = ("e-mail", "email", "e-mailadres", "emailadres", "mail", "mailto", "e")
"""The words that say that what stands after them is a number, or an address."""
BETWEEN_WORDS = re.compile(r"[\s,;:<>()\[\]|/]+")
BRACKETS = re.compile(r"[()\[\]<>]")
EMPTY_BRACKETS = re.compile(r"[(\[<]\s*[)\]>]")
LIKE_NUMBER = re.compile(r"\+?\d(?:[\s\-()/.]*\d){5,}")
LIKE_DATE = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}")
POSTCODE = re.compile(r"\b[1-9]\d{3}\s*[A-Za-z]{2}\b")
BETWEEN_PARTS = re.compile(r"[,;\n|]|\s[-–/]\s")


class SplitCell(NamedTuple):
    """The parts of a cell."""

    values: Sequence[Any]
    """Those that are a field, in the order of the fields; None if the cell has nothing for it."""
    rest: str = ""
    is_doubtful: bool = False
    """Whether it may be split in the wrong place."""
    is_split: bool = True
    """False if nothing in a cell with a text is a field, although it should."""


def split_contact_details(cell: Any, *, mobile_first: bool = False) -> SplitCell:
    """Split `06-12345678 / jan@example.org (broer)` into a telephone number, an e-mail address and the rest.

    What looks like one of them, but is none, is taken for it if the cell has no other.
    """
    if not isinstance(cell, str):
        return SplitCell((cell, None))
    text, email, number = cell.strip(), None, None
    addresses = [word.strip(".") for word in BETWEEN_WORDS.split(text) if "@" in word]
    if addresses:
        email = next((word for word in addresses if is_valid(validate_email, word)), addresses[0])
        text = _take_out_with_label(text, email)
    without_addresses = " ".join(word for word in text.split(" ") if "@" not in word)
    # Most cells have nothing but a number beside an address, and finding one in a text takes long.
    is_number = not any(map(str.isalpha, without_addresses)) and _normalize(without_addresses)
    numbers = [without_addresses] if is_number else find_numbers(without_addresses)
    if not numbers:
        like_numbers = LIKE_NUMBER.findall(mask_dates(without_addresses))
        numbers = [part for part in like_numbers if not LIKE_DATE.fullmatch(part)]
    if numbers:
        number = next((n for n in numbers if is_mobile(_normalize(n))), numbers[0]) if mobile_first else numbers[0]
        text = _take_out_with_label(text, number)
    rest = strip_separators(EMPTY_BRACKETS.sub("", text)).strip()
    if rest[:1] + rest[-1:] in ("()", "[]", "<>") and not BRACKETS.search(rest[1:-1]):
        rest = rest[1:-1]
    return SplitCell((number, email), rest if any(map(str.isalnum, rest)) else "")


def join_contact_details(values: Sequence[str], rest: str) -> str:
    return " / ".join(filter(None, [*values, rest]))


def split_address(cell: Any) -> SplitCell:
    """Split `Dorpsstraat 1, 8308 AB Nagele` into a postcode, a place and the street; a place has no digits.

    Without a postcode, the place is what stands after the last comma, if a number stands before it.
    """
    text = as_text(cell)
    match = POSTCODE.search(text)
    before, postcode, after = (text[: match.start()], match[0], text[match.end() :]) if match else (text, None, "")
    parts, later = _find_parts(before), _find_parts(after)
    place = None
    if later and not _has_digit(later[0]):
        place, *later = later
    elif parts and not _has_digit(parts[-1]) and (_has_digit("".join(parts[:-1])) or (postcode and not parts[:-1])):
        *parts, place = parts
    is_split = bool(postcode or place)
    return SplitCell((postcode, place), ", ".join(parts + later) if is_split else text, is_split=is_split)


def join_address(values: Sequence[str], rest: str) -> str:
    return ", ".join(filter(None, [rest, " ".join(filter(None, values))]))


def split_residence(cell: Any) -> SplitCell:
    """Split an address into the place and the rest, with the postcode."""
    (postcode, place), rest, *_others = split = split_address(cell)
    if not place:
        return SplitCell((None,), as_text(cell), is_split=False)
    return split._replace(values=(place,), rest=", ".join(filter(None, [rest, postcode])))


def _find_parts(text: str) -> list[str]:
    return [part for part in (" ".join(part.split()).strip("()") for part in BETWEEN_PARTS.split(text)) if part]


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _take_out_with_label(text: str, part: str) -> str:
    """Return a text without this part, and without a word such as `tel.` before it."""
    before, _part, after = text.partition(part)
    bare = before.rstrip()
    word = BETWEEN_WORDS.split(bare.rstrip(".:"))[-1]
    is_label = word.casefold() in PHONE_LABELS + EMAIL_LABELS and (len(word) > 1 or bare.endswith((".", ":")))
    return take_out(before[: len(bare.rstrip(".:")) - len(word)] + part + after if is_label else text, part)


def _normalize(text: str) -> str:
    """Return a telephone number as it is stored; "" if the text is none."""
    try:
        return str(PHONE.to_python(text))
    except ValidationError:
        return ""
