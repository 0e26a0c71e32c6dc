"""Detects the encoding of a text file and decodes it."""

import codecs
import re
from contextlib import suppress

from .format import ENCODINGS
from .refusals import Refused

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
UTF8_LETTER = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")
DOS_LETTER = re.compile(
    rb"[\x82\x84\x88\x89\xa1\xa2](?<=[A-Za-z].)"  # read as cp1252: ‚„ˆ‰¡¢, which never follow a letter
    rb"|[\x80\x83\x86\x87\x8b\x93-\x95\x98\x99\x9b\xa3-\xa5](?<=[A-Za-z].)(?=[A-Za-z])"  # €ƒ†‡‹“”•˜™›£¤¥
)
"""A byte that is a letter in cp850, and in cp1252 a sign that does not occur at that place in a word."""
NOT_DOS = re.compile(
    rb"[\x80\x8e-\x90\x92\x99\x9a\x9d\xa5](?<=[a-z].)"  # a capital letter of cp850, such as Æ, which is ’ in cp1252
    rb"|[\xe0\xe2\xe3\xe5-\xeb\xed-\xff](?:(?<=[a-z].)|(?=[a-z]))"  # a small letter of cp1252
    rb"|[\x91-\x94](?:(?<![A-Za-z\x80-\xff].)(?=[A-Za-z])|(?<=[A-Za-z].)(?![A-Za-z\x80-\xff]))"  # quotation marks
    rb"|\x80(?= ?\d)|[\x95\x96](?<=[\s;,].)(?=\s)"  # an amount in euros, a bullet or a dash
)
"""A byte that is more likely a letter or a sign of cp1252, or of another encoding, than a letter of cp850."""
CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
LOOKED_AT = 65_536


def decode(data: bytes, asked: str | None) -> tuple[str, str, list[str]]:
    """Return the text, its encoding and the codes of notices.

    The encoding is `asked`, or else one of utf-8, utf-8-sig, utf-16, cp1252 and cp850.
    """
    encoding = _choose_encoding(data, asked)
    codec, notices = encoding, list[str]()
    if encoding == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = _utf16_order(data) or "utf-16-le"
    try:
        text = data.decode(codec)
    except ValueError:
        if encoding == "utf-16" and not asked:
            raise Refused("damaged") from None
        if asked and encoding != "cp1252":
            raise Refused("encoding", encoding=encoding) from None
        text, notices = data.decode(encoding, "replace"), ["odd_bytes"]
    if encoding == "cp1252" and not asked and (UTF8_LETTER.search(data) or DOS_LETTER.search(data)):
        notices.append("mixed_encoding")
    if encoding == "cp850" and not asked:
        notices.append("dos_encoding")
    text = text.lstrip("\ufeff").rstrip("\x1a")
    start = text[:LOOKED_AT]
    if len(CONTROL.findall(start)) + start.count("\0") > len(start) / 20:  # many control characters: a binary file
        raise Refused("not_a_sheet")
    if "\0" in text:
        raise Refused("nul_bytes")
    return text, encoding, notices


def _choose_encoding(data: bytes, asked: str | None) -> str:
    if asked:
        with suppress(LookupError, ValueError):
            if (name := codecs.lookup(asked).name) in ENCODINGS:
                return name
        raise Refused("encoding", encoding=asked)
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return encoding
    if _utf16_order(data):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp850" if DOS_LETTER.search(data) and not NOT_DOS.search(data) else "cp1252"
    return "utf-8"


def _utf16_order(data: bytes) -> str | None:
    """Return the variant of UTF-16 without a byte order mark, or None; in Western text every other byte is zero."""
    start = data[: LOOKED_AT // 16 * 2]
    half = max(len(start) // 2, 1)
    even, odd = start[0::2].count(0) / half, start[1::2].count(0) / half
    if odd > 0.5 and even < 0.05:
        return "utf-16-le"
    if even > 0.5 and odd < 0.05:
        return "utf-16-be"
    return None
