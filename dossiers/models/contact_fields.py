"""Model fields for contact details, which normalize their value before it is validated and stored."""

import re
from contextlib import suppress
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers import privacy
from dossiers.models.text_fields import PrivacyGateMixin
from dossiers.models.validators import PERHAPS_PRIVATE, PRIVATE, refuse_private_numbers

E164 = re.compile(r"\+[1-9]\d{6,14}")
BETWEEN_DIGITS = re.compile(r"[\s().\-/\u2010-\u2015\u00a0]|^tel:")
# Around a number, also what a spreadsheet or a telephone adds: an apostrophe, and marks of the direction of writing.
WORD_BEFORE = r"(?:tele?foon|tel|phone|mobiele?|mob|vast|gsm|whatsapp|nummer|nr|t|m)[:.]*"
NUMBER_ONLY = re.compile(
    rf"['’\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*(?:{WORD_BEFORE})*(?P<number>[+＋]?\d+)[,;\u202c\u2069]*", re.I
)
POSTCODE = re.compile(r"([1-9]\d{3})\s*([A-Z]{2})")
KVK = re.compile(r"[0-9]{8}")
DUTCH_COUNTRY_CODE = 31
MAX_PHONE_LENGTH = 16  # characters of an E.164 number
SEARCHED_PHONE = re.compile(r"(?:\+|00)(?P<abroad>[0-9]{6,15})|0(?P<home>[0-9]{5,14})|(?P<bare>[0-9]{6,15})")
SEARCHED_POSTCODE = re.compile(r"(?P<digits>[1-9][0-9]{3})(?P<letters>[A-Z]{2})?|(?P<last>[A-Z]{2})")
DUTCH_MOBILE = re.compile(r"(?:0|\+?31|0031)?(6\d{8})")  # a fast path: the parser is slow, and most numbers match
STORED_MOBILE = re.compile(r"\+316([1-58][0-9]{7})")  # the same for writing; 066 and 097 have other groups


def format_phone(value: str) -> str:
    """Format a stored number as people write it: 06 12345678, and +49 1511 2345678 for another country."""
    if mobile := STORED_MOBILE.fullmatch(value):
        return f"06 {mobile[1]}"
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    at_home = number.country_code == DUTCH_COUNTRY_CODE
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def build_phone_condition(field: str, word: str) -> models.Q:
    """Return the condition that the stored number in the field is, or begins with, the number in the word.

    The condition is empty if the word is no number. It compares by order, for which a database can use an index: all
    stored numbers are a + and digits, which every collation puts in the same order.
    """
    condition = models.Q()
    if number := SEARCHED_PHONE.fullmatch(BETWEEN_DIGITS.sub("", word.replace("(0)", ""))):
        beginnings = [digits for digits in (number["abroad"], number["bare"]) if digits]
        if national := number["home"] or number["bare"]:
            beginnings.append(f"{DUTCH_COUNTRY_CODE}{national}")
        for digits in beginnings:
            # A field would refuse these bounds, which are no telephone numbers.
            first, last = models.Value(f"+{digits}"), models.Value(f"+{digits}".ljust(MAX_PHONE_LENGTH, "9"))
            condition |= models.Q(**{f"{field}__range": (first, last)})
    return condition


def build_postcode_condition(field: str, word: str) -> models.Q:
    """Return the condition that the word is the stored postcode in the field or a half of it; empty if it can't be."""
    parts = SEARCHED_POSTCODE.fullmatch(word.upper())
    if parts is None:
        return models.Q()
    if parts["last"]:
        return models.Q(**{f"{field}__endswith": f" {parts['last']}"})
    return models.Q(**{f"{field}__startswith": f"{parts['digits']} {parts['letters'] or ''}"})


class PhoneFormField(forms.CharField):
    """A form field that shows a stored number as people write it."""

    def prepare_value(self, value: Any) -> Any:
        return format_phone(value) if isinstance(value, str) and E164.fullmatch(value) else value


class PhoneField(models.CharField):
    """A telephone number, stored as E.164 (`+31612345678`); accepts 06, 0031, +31 and a lost leading zero.

    Nine digits without a leading zero that may be a BSN are refused.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = MAX_PHONE_LENGTH
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return value
        if message := privacy.refused_in_phone(str(value)):
            raise ValidationError(str(message), code=PERHAPS_PRIVATE if message is privacy.PHONE_OR_BSN else PRIVATE)
        text = BETWEEN_DIGITS.sub("", str(value))
        if mobile := DUTCH_MOBILE.fullmatch(text):
            return "+31" + mobile[1]
        number = None
        if only := NUMBER_ONLY.fullmatch(text):  # `phonenumbers` would drop words in front, and an extension
            digits = only["number"]
            with suppress(phonenumbers.NumberParseException):
                number = phonenumbers.parse(f"+{digits[2:]}" if digits.startswith("00") else digits, "NL")
        dutch = number is not None and number.country_code == DUTCH_COUNTRY_CODE
        fits = phonenumbers.is_valid_number if dutch else phonenumbers.is_possible_number
        if number is None or not fits(number):
            raise ValidationError(
                _("“%(value)s” is not a telephone number. Write it as 06 12345678, or with + and the country code."),
                params={"value": privacy.masked(str(value))},
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": PhoneFormField, **kwargs})


class LowerCaseEmailField(PrivacyGateMixin, models.EmailField):
    """An e-mail address, stored in lower case."""

    def to_python(self, value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value

    def run_validators(self, value: Any) -> None:
        refuse_private_numbers(value or "")
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise ValidationError(
                _("“%(value)s” is not an e-mail address. Write it as name@example.org."), params={"value": value}
            ) from error


class PostcodeField(models.CharField):
    """A Dutch postcode, stored as `1234 AB`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 7
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return value
        parts = POSTCODE.fullmatch(str(value).strip().upper())
        if not parts:
            raise ValidationError(
                _("“%(value)s” is not a postcode. Write four digits and two letters, for example 8300 AA."),
                params={"value": privacy.masked(str(value))},
            )
        return f"{parts[1]} {parts[2]}"


class KvkField(models.CharField):
    """A number of the trade register (KvK): eight digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 8
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return value
        digits = "".join(str(value).replace(".", "").split())
        if not KVK.fullmatch(digits):
            raise ValidationError(
                _("“%(value)s” is not a KvK number. It has eight digits."),
                params={"value": privacy.masked(str(value))},
            )
        return digits
