"""Finds a stored telephone number in texts, however it is spelled there: 06-12 34 56 78, +31 (0)6 12345678, ٠٦١٢٣ …"""

import phonenumbers

from dossiers.models.contact_fields import E164
from dossiers.privacy.normalization import load_digits, strip_accents

BETWEEN = r"[\W_]{0,3}"  # the characters between two digits: spaces, dashes, dots, slashes, brackets
BETWEEN_UNCLOSED = r"(?:[^\w)]|_){0,3}"  # the same without a closing bracket
MOBILE = "6"  # people leave out the whole 06 of a Dutch mobile number
MAX_LENGTH = 50  # of a number with the characters between its digits
RARE_SIGNS = "\U00010000-\U0001ffff"  # with digits too, each of which would make an expression slower
MIN_DIGITS = 7  # without a country code; a shorter number would match too many other numbers


def is_phone(text: str) -> bool:
    """Whether this is a telephone number as it is stored."""
    return E164.fullmatch(text) is not None


def build_phone_pattern(phone: str) -> str:
    """Return the regular expression of all spellings, with or without a country code, a leading zero or 06."""
    country, prefix, digits = _split(phone)
    zero = _spell("0")
    trunk, abroad = f"(?:{zero}{BETWEEN})?", rf"(?:\+|{zero}{BETWEEN}{zero})"
    code = f"(?:{abroad}{BETWEEN})?{_spell(country)}{BETWEEN}"
    is_short = len(digits) < MIN_DIGITS
    before = f"{code}{trunk}" if is_short else f"(?:{code})?{trunk}"
    beginning = f"(?:{before}{_spell(prefix)}{BETWEEN})?" if prefix else before
    number = rf"{beginning}{_spell(digits)}(?!\d)"
    unclosed_number = number.replace(BETWEEN, BETWEEN_UNCLOSED)
    # A bracket at either end is taken only with the other one inside the number: "(06) 12…", but not "(06 12…)".
    opening = rf"\((?=[^()]*\))(?!{unclosed_number})"
    ends_with_closing = rf"(?=[+\d][^()]{{0,{MAX_LENGTH}}}\(){unclosed_number}\)"
    return rf"(?<!\d)(?:{opening})?(?:{ends_with_closing}|{number})"


def build_digits_pattern(phone: str) -> str:
    """Return the regular expression of folded texts with the digits in this order, or with one of another alphabet.

    It is fast in every database, and has no capitals. Any characters may stand between the digits, also those of an
    escaped character in JSON.
    """
    ordered = "".join(f"[^{digit}]*{digit}" for digit in _split(phone)[-1])
    signs = "".join(load_digits().values())
    others = "".join(sign for sign in signs if "\x7f" < sign < "\U00010000" and strip_accents(sign) == sign)
    return f"^{ordered}|[{others}{RARE_SIGNS}]"


def _spell(number: str) -> str:
    return BETWEEN.join(f"[{load_digits()[digit]}]" for digit in number)


def _split(phone: str) -> tuple[str, str, str]:
    """Return the country code, the prefix of a Dutch mobile number if it is one, and the digits after these."""
    number = phonenumbers.parse(phone)
    country, digits = str(number.country_code), phonenumbers.national_significant_number(number)
    prefix = MOBILE if f"{country}{digits}".startswith(f"31{MOBILE}") else ""
    return country, prefix, digits.removeprefix(prefix)
